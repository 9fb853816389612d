"""The systemd unit that operators copy: it runs a command there is, waits for READY, and starts it again at once."""

import json
import tomllib
from configparser import ConfigParser
from pathlib import Path

from config.cli import SUBS

ROOT = Path(__file__).parents[2]
CONTAINER = ROOT / "config" / "Containerfile"
UNIT = ROOT / "config" / "hotline.service"


def test_it_runs_a_command_there_is_and_starts_it_again_at_once() -> None:
    unit = ConfigParser(delimiters=("=",), interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    service = unit["Service"]
    program, command, *options = service["ExecStart"].split()
    assert Path(program).name == "hotline"
    assert command in SUBS
    assert options[0] == "--config"
    # The keeper's child says READY.
    assert service["NotifyAccess"] == "all"
    assert (service["Type"], service["Restart"], service["RestartSec"]) == ("notify", "always", "100ms")
    assert unit["Unit"]["StartLimitIntervalSec"] == "0", "systemd would give up after five starts in ten seconds"


def lines_of_the_container() -> dict[str, list[str]]:
    """What follows each word of the file; no container engine is at hand to build it."""
    lines: dict[str, list[str]] = {}
    for line in CONTAINER.read_text(encoding="utf-8").splitlines():
        if line[:1] != "#":
            word, _, rest = line.partition(" ")
            lines.setdefault(word, []).append(rest)
    return lines


def test_the_container_runs_the_same_command_and_ends_it_in_the_same_way() -> None:
    lines = lines_of_the_container()
    assert json.loads(lines["ENTRYPOINT"][0]) + json.loads(lines["CMD"][0]) == [
        "hotline", "run", "--config", "/etc/hotline/hotline.toml"
    ]  # fmt: skip
    assert lines["STOPSIGNAL"] == ["SIGTERM"]


def test_the_container_is_made_of_the_pins_and_of_the_wheel_for_a_python_we_support() -> None:
    lines, project = lines_of_the_container(), tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins, wheel, to = lines["COPY"][0].split()
    assert (ROOT / pins).read_text().count("--hash=sha256:") > 100
    assert (wheel, to) == (f"dist/{project['name']}-*.whl", "/tmp/")
    (run,) = lines["RUN"]
    assert f"--require-hashes -r /tmp/{Path(pins).name}" in run
    assert f"--no-deps /tmp/{Path(wheel).name}" in run
    assert project["scripts"]["hotline"] == "config.cli:main"
    python = tuple(map(int, lines["FROM"][0].removeprefix("python:").partition("-")[0].split(".")))
    assert python >= tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
