"""Which Asterisk is taken, and what is said about one that cannot be."""

from pathlib import Path

import pytest

from config.lab import LabError, find
from config.lab.installation import inspect, parse_version


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17", (22, 10)),
        ("Asterisk 20.6.0~dfsg+~cs6.13.40431414-2build5", (20, 6)),
        ("Asterisk certified/20.7-cert1", (20, 7)),
        ("Asterisk certified-20.7-cert1", (20, 7)),
        ("Asterisk GIT-22-0123abc", (22, 99)),
        ("bash: asterisk: command not found", None),
    ],
)
def test_a_version_is_read_as_asterisk_prints_it(said: str, version: tuple[int, int] | None) -> None:
    assert parse_version(said) == version


def install(root: Path, said: str = "Asterisk 20.6.0", *, loader: bool = False) -> Path:
    """A tree that looks like an installed Asterisk which says this about its version."""
    for folder in ("usr/sbin", "usr/lib/x86_64-linux-gnu/asterisk/modules", "usr/share/asterisk/sounds"):
        (root / folder).mkdir(parents=True)
    program = root / "usr/sbin/asterisk"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)
    (root / "usr/lib/x86_64-linux-gnu/asterisk/modules/chan_pjsip.so").touch()
    if loader:
        script = root / "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
        script.write_text('#!/bin/sh\n[ "$1" = --library-path ] && shift 2 && exec "$@"\n')
        script.chmod(0o755)
    return root


def test_an_installed_one_is_run_as_it_is(tmp_path: Path) -> None:
    found = inspect(install(tmp_path))
    assert found.command == (str(tmp_path / "usr/sbin/asterisk"),)
    assert found.version == (20, 6)
    assert found.modules == tmp_path / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    assert found.program == tmp_path / "usr/share/asterisk"


def test_a_private_one_is_run_through_its_own_loader(tmp_path: Path) -> None:
    library = tmp_path / "usr/lib/x86_64-linux-gnu"
    command = inspect(install(tmp_path, loader=True)).command
    assert command[:3] == (str(library / "ld-linux-x86-64.so.2"), "--library-path", str(library))


def test_an_old_one_is_named_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"usr/sbin/asterisk: is Asterisk 18\.24: hotline needs 20 or newer"):
        inspect(install(tmp_path, "Asterisk 18.24.1"))


def test_one_that_does_not_run_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"does not run here .*wrong architecture"):
        inspect(install(tmp_path, "wrong architecture"))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="holds no usr/sbin/asterisk"):
        inspect(tmp_path)
    install(tmp_path)
    (tmp_path / "usr/share/asterisk/sounds").rmdir()
    with pytest.raises(LabError, match="has no sounds"):
        inspect(tmp_path)
    (tmp_path / "usr/lib/x86_64-linux-gnu/asterisk/modules/chan_pjsip.so").unlink()
    with pytest.raises(LabError, match=r"has no chan_pjsip\.so"):
        inspect(tmp_path)


def test_the_variable_wins_and_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ASTERISK_ROOT", str(install(tmp_path / "mine")))
    assert find(tmp_path / "cache", print).root == tmp_path / "mine"
    monkeypatch.setenv("HOTLINE_ASTERISK_ROOT", str(tmp_path / "nowhere"))
    with pytest.raises(LabError, match="nowhere: holds no"):
        find(tmp_path / "cache", print)
