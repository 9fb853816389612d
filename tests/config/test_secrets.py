"""Secrets stand in files that their owner alone reads, and on no command line."""

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from config.cli import SUBS, _load
from config.settings import SettingsError, load

SETTINGS = """
[[asterisk]]
name = "a"
ari_password_file = "secret"
ami_secret = "two"
"""


def written(folder: Path, mode: int) -> Path:
    (folder / "hotline.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "secret").write_text("one\n", encoding="utf-8")
    (folder / "secret").chmod(mode)
    return folder / "hotline.toml"


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640])
def test_a_secret_for_its_owner_or_group_is_taken(tmp_path: Path, mode: int) -> None:
    assert load(written(tmp_path, mode)).asterisk[0].ari_password.get_secret_value() == "one"


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o666])
def test_a_secret_that_everybody_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SettingsError, match=rf"{tmp_path}/secret: everybody on this machine may .*: chmod 600"):
        load(written(tmp_path, mode))


def test_the_key_of_the_certificate_is_a_secret_too(tmp_path: Path) -> None:
    file = written(tmp_path, 0o600)
    file.write_text(SETTINGS + '[api]\ntls_certificate = "chain.pem"\ntls_key = "key.pem"\n', encoding="utf-8")
    (tmp_path / "key.pem").write_text("key", encoding="utf-8")
    (tmp_path / "key.pem").chmod(0o644)
    with pytest.raises(SettingsError, match=rf"api\.tls_key = {tmp_path}/key\.pem: everybody on this machine may read"):
        load(file)


def options(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    """Every option and argument below a command: where, and how it is written."""
    for parameter in command.params:
        for written_as in parameter.opts:
            yield path, written_as
    for name, sub in getattr(command, "commands", {}).items():
        yield from options(sub, f"{path} {name}")


@pytest.mark.parametrize("name", SUBS)
def test_no_option_takes_a_secret(name: str) -> None:
    secret = ("password", "secret", "token", "pin", "credential")
    found = [(where, one) for where, one in options(_load(name), name) if any(word in one for word in secret)]
    assert found == []


def test_what_is_kept_of_people_is_their_own(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        from cti.api.sessions import _replace

        _replace(tmp_path / "sessions.json", b"[]")
        assert (tmp_path / "sessions.json").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
