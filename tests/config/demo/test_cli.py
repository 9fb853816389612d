"""`hotline demo`, told to end: what was to be checked and was not is no success."""

import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from config.demo import cli, run


async def _interrupted(*_: Any) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("calls", "status"), [(None, 0), (1, 130)])
def test_ended_before_its_calls_were_checked_it_does_not_say_that_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int | None, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "demo", _interrupted)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(typer.Exit) as ended:
        cli.demo(calls=calls)
    assert ended.value.exit_code == status


@pytest.mark.parametrize("on_path", [True, False])
def test_the_command_it_names_works_in_this_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: bool
) -> None:
    program, settings = tmp_path / "a folder" / "hotline", tmp_path / "hotline.toml"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program), "demo"])
    monkeypatch.setenv("PATH", str(program.parent) if on_path else str(tmp_path))
    named = shlex.split(run.status_of(settings))
    assert named == ["hotline" if on_path else str(program), "status", "--config", str(settings)]
