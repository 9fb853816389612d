"""The settings: one file, the environment above it, and errors that say where and how to mend."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import Settings, SettingsError, load, sections

LEAST = """\
[[asterisk]]
name = "pbx1"
ari_password = "one"
ami_secret = "two"
"""


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        monkeypatch.delenv(name)


def write(folder: Path, text: str, name: str = "hotline.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def said(file: Path | None) -> list[str]:
    """What `load` finds wrong, one line each."""
    with pytest.raises(SettingsError) as caught:
        load(file)
    return [str(problem) for problem in caught.value.problems]


def test_the_least_file_is_one_asterisk_and_binds_to_loopback(tmp_path: Path) -> None:
    settings = load(write(tmp_path, LEAST))
    assert settings.asterisk[0].name == "pbx1"
    assert settings.asterisk[0].ari_password.get_secret_value() == "one"
    assert {settings.agi.host, settings.api.host, settings.asterisk[0].ami_host} == {"127.0.0.1"}


def test_nothing_can_be_changed_afterwards(tmp_path: Path) -> None:
    settings = load(write(tmp_path, LEAST))
    with pytest.raises(ValidationError):
        settings.api.port = 1
    with pytest.raises(ValidationError):
        settings.log = settings.log


def test_relative_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    settings = load(write(tmp_path, LEAST + '[engine]\nvar = "run"\n[plan]\nprompts = ["own", "/srv/prompts"]\n'))
    assert settings.engine.var == tmp_path / "run"
    assert settings.plan.prompts == (tmp_path / "own", Path("/srv/prompts"))
    assert settings.recordings_folder == tmp_path / "run" / "recordings"
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/run/hotline.db"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_API__PORT", "8123")
    assert load(write(tmp_path, LEAST + "[api]\nport = 8090\nsession_hours = 3\n")).api.port == 8123


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ASTERISK", '[{"name": "pbx1", "ari_password": "one", "ami_secret": "two"}]')
    assert load(None).asterisk[0].name == "pbx1"


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "from the file\n", "secret").chmod(0o600)
    file = write(tmp_path, '[[asterisk]]\nname = "a"\nari_password_file = "secret"\nami_secret = "two"\n')
    assert load(file).asterisk[0].ari_password.get_secret_value() == "from the file"


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    settings = load(write(tmp_path, LEAST.replace('"one"', '"pass-in-file"')))
    assert "pass-in-file" not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LEAST + "[api]\nprt = 1\n", "{file}:6: api.prt: unknown key 'prt': did you mean 'port'?"),
        (
            LEAST + '[api]\nport = "x"\n',
            "{file}:6: api.port: input should be a valid integer, unable to parse string as an integer: "
            "Port to listen on; 0: any free one.",
        ),
        (LEAST + "[apy]\nport = 1\n", "{file}:5: apy: unknown key 'apy': did you mean 'api'?"),
        (
            '[[asterisk]]\nari_password = "one"\nami_secret = "two"\n',
            "{file}:1: asterisk.0.name: the key 'name' is missing: add it: "
            "Name of this Asterisk; contact ids begin with it.",
        ),
        (
            '[[asterisk]]\nname = "a"\nari_password = "one"\n',
            "{file}:1: asterisk.0: ami_secret is missing: give ami_secret or ami_secret_file",
        ),
        (
            '[[asterisk]]\nname = "a"\nari_password = "one"\nami_secret = "two"\nami_secret_file = "f"\n',
            "{file}:1: asterisk.0: both ami_secret and ami_secret_file: keep one",
        ),
        (LEAST + LEAST, "{file}: two [[asterisk]] tables are named pbx1: give each a name of its own"),
        (
            LEAST + '[database]\nurl = "mysql://x"\n',
            "{file}:5: database: the address must begin with sqlite+aiosqlite:// or postgresql+asyncpg://: "
            "see docs/configuration.md",
        ),
        (
            "",
            "{file}: asterisk: no Asterisk is named: add an [[asterisk]] table with name, ari_password, ami_secret",
        ),
    ],
)
def test_what_is_wrong_names_file_line_key_and_mend(tmp_path: Path, text: str, line: str) -> None:
    file = write(tmp_path, text)
    assert said(file) == [line.format(file=file)]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = said(write(tmp_path, LEAST + '[api]\nport = -1\n[log]\nlevel = "loud"\n'))
    assert [line.split(": ")[1] for line in found] == ["api.port", "log.level"]


def test_a_value_from_the_environment_is_blamed_on_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_API__PORT", "many")
    (line,) = said(write(tmp_path, LEAST))
    assert line.startswith("environment HOTLINE_API__PORT: ")


def test_a_variable_that_sets_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_APY__PORT", "1")
    assert said(write(tmp_path, LEAST)) == ["environment HOTLINE_APY__PORT: no section 'apy': did you mean 'api'?"]


def test_a_missing_file_says_how_to_name_or_write_one(tmp_path: Path) -> None:
    (line,) = said(tmp_path / "none.toml")
    assert line.startswith(f"{tmp_path}/none.toml: no such file: name the file with --config")


def test_broken_toml_names_the_place(tmp_path: Path) -> None:
    (line,) = said(write(tmp_path, LEAST + "port = = 1\n"))
    assert "hotline.toml: not TOML: " in line
    assert "line 5" in line


def test_a_secret_file_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    write(tmp_path, "\n", "empty").chmod(0o600)
    file = write(tmp_path, '[[asterisk]]\nname = "a"\nari_password_file = "empty"\nami_secret_file = "gone"\n')
    empty, gone = said(file)
    assert empty.startswith(f"asterisk.a.ari_password_file = {tmp_path}/empty: the file is empty: ")
    assert gone.startswith(f"asterisk.a.ami_secret_file = {tmp_path}/gone: cannot be read: ")


def test_the_sections_are_those_of_the_model() -> None:
    assert [name for name, _, _ in sections()] == list(Settings.model_fields)


def test_where_no_file_is_found_that_is_what_is_said() -> None:
    assert said(None) == [
        "settings: no settings file: there is no hotline.toml in this folder, and none is named: "
        "name it with --config FILE, or write one: hotline reference --toml > hotline.toml"
    ]
