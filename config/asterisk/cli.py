"""`hotline asterisk-config`: the same files the lab gets, for an operator's own Asterisk."""

import os
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer
from rich.console import Console

from config.asterisk.files import foreign, render, write
from config.asterisk.spec import AsteriskSpec, SpecError
from config.asterisk.spec_file import parse, template
from config.lab.errors import LabError
from config.lab.installation import OLDEST, inspect
from config.language import said
from cti.problems import Problem, Refused

_out = Console(soft_wrap=True, highlight=False, markup=False)
_err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def asterisk_config(
    folder: Annotated[Path, typer.Argument(help="Where to write the files, e.g. /etc/asterisk.")],
    spec_file: Annotated[
        Path, typer.Option("--spec", help="Description of the Asterisk (TOML); written first if it is not there.")
    ] = Path("asterisk.toml"),
) -> None:
    """Write an Asterisk's configuration files from its description, and print what hotline's settings need."""
    if not spec_file.exists():
        text = _template()
        with open(os.open(spec_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        _err.print(
            said(
                f"wrote {spec_file}: put in your trunk and folders, then run this again to update {folder}",
                f"已写出 {spec_file}：请填入中继与目录，再次执行以更新 {folder}",
            )
        )
    try:
        spec = parse(spec_file.read_text(encoding="utf-8"))
        files = render(spec)
        if strangers := foreign(files, folder):
            what = f"was not written by hotline ({len(strangers)} such files)"
            mend = f"keep them and begin with an empty folder: mv {folder} {folder}.before && mkdir {folder}"
            raise Refused(Problem(str(strangers[0]), what, mend))
        write(files, folder)
    except UnicodeDecodeError:
        raise Refused(Problem(str(spec_file), "is not UTF-8 text", "save it as UTF-8")) from None
    except SpecError as error:
        what, _, mend = error.mend.partition(": ")
        raise Refused(Problem(f"{spec_file}: {error.place}", what, mend or "see docs/asterisk.md")) from None
    _err.print(
        said(
            f"wrote {len(files)} files to {folder}; restart Asterisk, then put this into hotline's settings:",
            f"已向 {folder} 写出 {len(files)} 个文件；请重启 Asterisk，再将以下内容写入 hotline 的配置：",
        )
    )
    _out.print(_settings(spec))


def _template() -> str:
    try:
        here = inspect(Path("/"))
    except LabError:
        oldest = ".".join(map(str, OLDEST))
        _err.print(
            said(
                f"no Asterisk is installed here: written for {oldest} in Debian's folders",
                f"此处未安装 Asterisk：按 {oldest} 版与 Debian 的目录写出",
            )
        )
        library = PurePosixPath("/usr/lib/x86_64-linux-gnu/asterisk/modules")
        return template(version=OLDEST, modules=library, program=PurePosixPath("/usr/share/asterisk"))
    return template(version=here.version, modules=PurePosixPath(here.modules), program=PurePosixPath(here.program))


def _settings(spec: AsteriskSpec) -> str:
    phones = "" if spec.tls is None else f'phones_url = "wss://{_host(spec.address)}:{spec.ports.https}/ws"\n'
    return f"""\
[[asterisk]]
name = "{spec.name}"
ari_url = "http://{_host(spec.control_address)}:{spec.ports.http}"
ari_user = "{spec.ari.user}"
ari_password = "{spec.ari.secret}"
ami_host = "{spec.control_address}"
ami_port = {spec.ports.ami}
ami_user = "{spec.ami.user}"
ami_secret = "{spec.ami.secret}"
{phones}recordings_dir = "{spec.folders.recordings}"
call_log = "{spec.folders.cel}"

[agi]
port = {spec.ports.agi}"""


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
