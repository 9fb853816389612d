"""`hotline asterisk-config`."""

import stat
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from config.asterisk.cli import asterisk_config
from cti.problems import Refused


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(asterisk_config)
    return app


def test_the_first_run_writes_a_description_and_the_next_ones_keep_its_secrets(
    app: typer.Typer, tmp_path: Path
) -> None:
    spec, etc = tmp_path / "asterisk.toml", tmp_path / "etc"
    first = CliRunner().invoke(app, [str(etc), "--spec", str(spec)])
    assert first.exit_code == 0
    assert stat.S_IMODE(spec.stat().st_mode) == 0o600
    again = CliRunner().invoke(app, [str(etc), "--spec", str(spec)])
    assert again.exit_code == 0
    assert again.stdout == first.stdout
    assert "[[asterisk]]" in first.stdout
    assert (etc / "extensions.conf").exists()


def test_a_wrong_key_is_named_with_the_file(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "asterisk.toml").write_text("colour = 1\n")
    ran = CliRunner().invoke(app, [str(tmp_path / "etc"), "--spec", str(tmp_path / "asterisk.toml")])
    assert isinstance(ran.exception, Refused)
    assert str(ran.exception).startswith(f"{tmp_path}/asterisk.toml: colour: is no key here: known: name, ")


def test_somebody_elses_files_are_not_overwritten(app: typer.Typer, tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "pjsip.conf").write_text("; mine\n")
    ran = CliRunner().invoke(app, [str(etc), "--spec", str(tmp_path / "asterisk.toml")])
    assert isinstance(ran.exception, Refused)
    assert "pjsip.conf: was not written by hotline" in str(ran.exception)
    assert (etc / "pjsip.conf").read_text() == "; mine\n"
