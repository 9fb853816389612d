"""The reference of the settings, printed from their own descriptions: a page for people and an example file."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.sections import HERE
from config.settings import ENV_PREFIX, Settings, sections

INTRODUCTION = """\
# Configuration · 配置

Printed by `hotline reference` from `config/sections.py`; edit the descriptions there.
由 `hotline reference` 根据 `config/sections.py` 生成，请在该文件中修改说明。

- One TOML file: `--config FILE`, else `HOTLINE_CONFIG`, else `hotline.toml` in the working folder.
  一个 TOML 文件：`--config 文件`，其次 `HOTLINE_CONFIG`，再次为当前目录的 `hotline.toml`。
- The environment wins: `HOTLINE_API__PORT=8091`; `HOTLINE_ASTERISK='[{"name": "pbx1", …}]'`.
  环境变量优先：写法如左。
- Relative paths count from the folder of the file. 相对路径以配置文件所在目录为准。
- `KEY_file` names a file that holds the secret `KEY`; give one of the two.
  `KEY_file` 指向存放机密 `KEY` 的文件，二者取一。
- Commands speak English or Chinese, as `LC_ALL`, `LC_MESSAGES` or `LANG` says, and so do their errors. In English are
  the log, what is wrong in flows and scenarios, and what the system, drivers and Asterisk themselves say.
  命令及其错误信息按 `LC_ALL`、`LC_MESSAGES` 或 `LANG` 使用中文或英文；运行日志、流程与场景文件中的问题，以及系统、
  驱动和 Asterisk 自身的信息为英文。
- `hotline check` reads everything and names file, line, key, and mend.
  `hotline check` 逐项检查，并给出文件、行、键与改法。
"""


def page() -> str:
    """docs/configuration.md: one table a section."""
    lines = [INTRODUCTION]
    for name, section, many in sections():
        header = f"[[{name}]]" if many else f"[{name}]"
        lines += [f"## `{header}`", "", (section.__doc__ or "").strip(), ""]
        lines += ["| key 键 | default 缺省 | meaning | 含义 |", "| --- | --- | --- | --- |"]
        for key, field in section.model_fields.items():
            variable = "" if many else f"<br>`{ENV_PREFIX}{name}__{key}`".upper().replace("<BR>", "<br>")
            cells = [f"`{key}`{variable}", _shown(field), field.description or "", _chinese(field)]
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def example() -> str:
    """config/hotline.toml: every key with its meaning; what has a default is commented out."""
    lines = [
        "# The settings of one hotline process. Every key is here; those commented out show their default.",
        "# 单个 hotline 进程的配置。全部键均列于此；注释掉的行即缺省值。",
        "",
    ]
    for name, section, many in sections():
        # A list of tables that may be empty is only shown: naming one would set it.
        shown = many and not Settings.model_fields[name].is_required()
        lines += [f"# [[{name}]]" if shown else f"[[{name}]]" if many else f"[{name}]"]
        for key, field in section.model_fields.items():
            assignment = _assignment(key, field, shown=shown)
            lines += [f"# {field.description}", f"# {_chinese(field)}", assignment]
        lines.append("")
    return "\n".join(lines)


EXAMPLES: dict[str, Any] = {
    "name": "pbx1",
    "ari_password_file": "secrets/ari-password",
    "ami_secret_file": "secrets/ami-secret",
}
"""What the example sets where a value is needed."""


SHOWN: dict[str, Any] = {"name": "bills"}
"""What it sets where a value is needed in a table that is only shown."""


def _assignment(key: str, field: FieldInfo, *, shown: bool) -> str:
    if shown:
        return f"# {key} = {_toml(SHOWN[key] if field.is_required() else _plain(field.default))}"
    if field.is_required() or (key in EXAMPLES and field.default is None):
        return f"{key} = {_toml(EXAMPLES[key])}"
    return f"# {key} = {_toml(_plain(field.default))}"


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path):
        return value.relative_to(HERE.parent).as_posix() if value.is_relative_to(HERE) else value.as_posix()
    return "" if value is None else value


def _toml(value: Any) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _shown(field: FieldInfo) -> str:
    if field.is_required():
        return "required 必填"
    value = _plain(field.default)
    return "–" if value in ("", ()) else f"`{_toml(value)}`"


def _chinese(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra["zh"]) if isinstance(extra, dict) else ""


def documented(section: type[BaseModel]) -> bool:
    """Whether each key of the section is described in both languages."""
    return all(field.description and _chinese(field) for field in section.model_fields.values())
