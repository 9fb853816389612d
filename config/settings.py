"""The settings of one process: one TOML file, the environment above it, frozen at start.

An environment variable `HOTLINE_SECTION__KEY` wins over the file; a list of tables (`HOTLINE_ASTERISK`) is JSON there.
Relative paths count from the folder of the file. A secret may stand in a file of its own, named by `KEY_file`.
What each key means is in `config.sections`.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import (
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from config.sections import (
    DEMO_VIEWS,
    AgiSettings,
    ApiSettings,
    AsteriskSettings,
    DatabaseSettings,
    EngineSettings,
    LogSettings,
    LookUpSettings,
    PlanSettings,
    RecordingsSettings,
    Section,
)
from config.settings_problems import WRITE_ONE, Source, problems_of, unknown_sections
from cti.problems import Problem, Refused
from cti.toml import TomlWrong, read_toml

ENV_PREFIX = "HOTLINE_"
S = TypeVar("S", bound=Section)


class SettingsError(Refused):
    """The settings cannot be used."""


class Settings(BaseSettings):
    """All settings; build them with `load`, which makes paths absolute and reads the secret files."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    engine: EngineSettings = EngineSettings()
    asterisk: tuple[AsteriskSettings, ...]
    agi: AgiSettings = AgiSettings()
    api: ApiSettings = ApiSettings()
    database: DatabaseSettings = DatabaseSettings()
    plan: PlanSettings = PlanSettings()
    look_up: tuple[LookUpSettings, ...] = tuple(LookUpSettings(name=name, view=f"demo_{name}") for name in DEMO_VIEWS)
    recordings: RecordingsSettings = RecordingsSettings()
    log: LogSettings = LogSettings()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if not self.asterisk:
            raise ValueError("no Asterisk is named: add an [[asterisk]] table")
        names = [one.name for one in self.asterisk]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two [[asterisk]] tables are named {twice[0]}: give each a name of its own")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file said."""
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        """The database's SQLAlchemy address; it may hold a password."""
        return self.database.url.get_secret_value() or f"sqlite+aiosqlite:///{self.engine.var / 'hotline.db'}"

    @property
    def recordings_folder(self) -> Path:
        """Where finished recordings are kept."""
        return self.recordings.folder or self.engine.var / "recordings"

    @property
    def sessions_file(self) -> Path:
        """Where sessions are kept."""
        return self.engine.var / "sessions.json"

    @property
    def second_factor_key(self) -> Path:
        """The key under which second factors are kept."""
        return self.engine.var / "second_factor.key"

    @property
    def pass_file(self) -> Path:
        """Where commands on this machine find the running API."""
        return self.engine.var / "api.json"

    @property
    def journal_folder(self) -> Path:
        """Where the journal and its checkpoints are kept."""
        return self.engine.var / "journal"


def load(file: Path | None) -> Settings:
    """Read the settings from `file` (None: the environment alone).

    Raises SettingsError with every problem found: place (file, line, key, or variable), what is wrong, how to mend it.
    """
    text = _text(file) if file is not None else ""
    try:
        document = read_toml(text)
    except TomlWrong as error:
        raise SettingsError(Problem(str(file), f"not TOML: {error}", "mend the line named")) from error
    strangers = unknown_sections(Settings, ENV_PREFIX, os.environ)
    try:
        settings = Settings(**document)
    except ValidationError as error:
        found = problems_of(error, Source(Settings, ENV_PREFIX, os.environ, file, text))
        raise SettingsError(*strangers, *found) from error
    except SourceError as error:
        mend = "a list of tables in the environment is written as JSON"
        raise SettingsError(*strangers, Problem("environment", str(error), mend)) from error
    if strangers:
        raise SettingsError(*strangers)
    return _settle(settings, (file.parent if file is not None else Path()).absolute())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        mend = f"name the file with --config, or write one: {WRITE_ONE}"
        raise SettingsError(Problem(str(file), "no such file", mend)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(Problem(str(file), f"cannot be read: {error}", "make it readable UTF-8 text")) from error


def _settle(settings: Settings, base: Path) -> Settings:
    """The same settings with absolute paths and with the secrets that stand in files."""
    problems: list[Problem] = []
    sections: dict[str, Any] = {}
    for name in Settings.model_fields:
        section = getattr(settings, name)
        if isinstance(section, tuple):
            sections[name] = tuple(_settled(one, f"{name}.{one.name}", base, problems) for one in section)
        else:
            sections[name] = _settled(section, name, base, problems)
    if problems:
        raise SettingsError(*problems)
    return settings.model_copy(update=sections)


def _settled(section: S, place: str, base: Path, problems: list[Problem]) -> S:
    changed: dict[str, Any] = {}
    for name, value in section:
        if isinstance(value, Path):
            changed[name] = base / value
        elif isinstance(value, tuple) and any(isinstance(one, Path) for one in value):
            changed[name] = tuple(base / one for one in value)
        if name == "tls_key" and value is not None:
            _is_private(base / value, f"{place}.{name}", problems)
        if name.endswith("_file") and value is not None:
            secret = _secret(base / value, f"{place}.{name}", problems)
            changed[name.removesuffix("_file")] = SecretStr(secret)
    return section.model_copy(update=changed)


def _secret(file: Path, place: str, problems: list[Problem]) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(f"{place} = {file}", f"cannot be read: {error}", "name a readable text file"))
        return ""
    if not _is_private(file, place, problems):
        return ""
    if not secret:
        problems.append(Problem(f"{place} = {file}", "the file is empty", "write the secret into it, on one line"))
    return secret


def _is_private(file: Path, place: str, problems: list[Problem]) -> bool:
    """Whether only the file's owner and group get at it; one that is not there is somebody else's finding."""
    if not file.exists() or not file.stat().st_mode & 0o006:
        return True
    what = "everybody on this machine may read or change it"
    problems.append(Problem(f"{place} = {file}", what, f"chmod 600 {file}"))
    return False


def sections() -> Iterable[tuple[str, type[Section], bool]]:
    """Each table of the file: its name, its keys, and whether it is a list of tables."""
    for name, field in Settings.model_fields.items():
        kind: Any = field.annotation
        if isinstance(kind, type):
            yield name, kind, False
        else:
            yield name, kind.__args__[0], True
