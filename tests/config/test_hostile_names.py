"""A name on the command line never leads out of the folder it is looked for in: it is refused in a line of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.cli import app, told
from config.db_cli import with_database
from config.terminal import shown
from cti.database.upgrade import upgrade

SECRET = "KEEP-THIS-TO-YOURSELF"
NAMES = {
    "the parent": "..",
    "here": ".",
    "up": "../outside/secret",
    "up, with its ending": "../outside/secret.yaml",
    "far up": "../" * 12 + "etc/passwd",
    "up and down": "main/../../outside/secret",
    "absolute": "{outside}/secret",
    "absolute, with its ending": "{outside}/secret.yaml",
    "percent-encoded": "%2e%2e%2foutside%2fsecret",
    "backslashes": "..\\outside\\secret",
    "a link": "link",
    "a zero character": "a\0b",
    "a line of its own": "a\nb",
    "an order to the terminal": "\x1b[2J",
    "another direction": "\u202eyaml",
    "half a character": "\udc80",
    "endless": "x" * 5000,
    "nothing": "",
    "an option": "--",
    "a shell's": "$(id);`id`|id&",
    "a template's": "{0.__class__}%s%n",
    "another script": "中文",
}
COMMANDS = {
    "ivr history": ("ivr", "history", "{name}"),
    "ivr show": ("ivr", "show", "{name}"),
    "ivr diff": ("ivr", "diff", "{name}"),
    "ivr publish": ("ivr", "publish", "{name}"),
    "ivr rollback": ("ivr", "rollback", "{name}"),
    "prompts play": ("prompts", "play", "{name}"),
    "prompts play --voice": ("prompts", "play", "greeting", "--voice", "{name}"),
    "prompts play --language": ("prompts", "play", "greeting", "--language", "{name}"),
    "prompts say --voice": ("prompts", "say", "5", "--as", "number", "--voice", "{name}"),
    "prompts list --used": ("prompts", "list", "--used", "{name}"),
    "samples excerpt": ("samples", "excerpt", "{name}", "{inside}/cut.wav"),
    "customers find": ("customers", "find", "{name}"),
    "phone password": ("phone", "password", "{name}"),
    "phone renew": ("phone", "renew", "{name}"),
    "user role": ("user", "role", "{name}", "admin"),
    "user out": ("user", "out", "{name}"),
    "user reset-factor": ("user", "reset-factor", "{name}"),
    "explain": ("explain", "{name}"),
    "emergency status": ("emergency", "status", "{name}"),
    "emergency on": ("emergency", "on", "{name}"),
    "journal show": ("journal", "show", "--contact", "{name}"),
    "lab down": ("lab", "down", "{name}", "--folder", "{inside}/labs"),
    "lab logs": ("lab", "logs", "{name}", "--folder", "{inside}/labs"),
    "lab up": ("lab", "up", "{name}", "--folder", "{inside}/labs"),
}
LISTS_NOTHING = {"prompts list --used", "journal show", "user reset-factor", "emergency status"}
"""What finds nothing of that name may say so and end well."""
GOOD_FOR_A_LAB = {"a link", "an option"}
"""A name like any other; none at all."""


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a hotline lives; what must stay unseen lies beside it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("secret", "secret.yaml", "secret.wav", "lab.json", "link.yaml"):
        (outside / name).write_text(SECRET)
    inside = tmp_path / "inside"
    (inside / "flows").mkdir(parents=True)
    (inside / "labs").mkdir()
    (inside / "journal").mkdir()
    monkeypatch.setenv("HOTLINE_ASTERISK", '[{"name": "pbx1", "ari_password": "one", "ami_secret": "two"}]')
    monkeypatch.setenv("HOTLINE_ENGINE__VAR", str(inside))
    monkeypatch.chdir(inside)
    with_database(f"sqlite+aiosqlite:///{inside / 'hotline.db'}", upgrade)
    before = {path: path.read_bytes() for path in outside.iterdir()}
    yield inside
    assert {path: path.read_bytes() for path in outside.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside", "outside"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_is_refused_in_a_line_and_nothing_outside_is_read_or_written(inside: Path, command: str) -> None:
    wrong: dict[str, str] = {}
    for what in NAMES.keys() - (GOOD_FOR_A_LAB if command == "lab up" else set()):
        name = NAMES[what]
        said = name.format(outside=inside.parent / "outside") if "{outside}" in name else name
        words = [said if word == "{name}" else word.replace("{inside}", str(inside)) for word in COMMANDS[command]]
        done = CliRunner().invoke(app, words)
        problem = done.exception if isinstance(done.exception, Exception) else None
        text = done.output + (shown(told(problem)) if problem is not None else "")
        if SECRET in text or "a fault of ours" in text or "Traceback" in text:
            wrong[what] = text
        elif "\x1b[2J" in text:
            wrong[what] = f"clears the screen: {text!r}"
        elif done.exit_code == 0 and command not in LISTS_NOTHING:
            wrong[what] = f"done: {text!r}"
    assert wrong == {}
