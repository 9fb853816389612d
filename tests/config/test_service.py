"""The systemd unit that operators copy: it runs a command there is, waits for READY, and starts it again at once."""

import json
from configparser import ConfigParser
from pathlib import Path

from config.cli import SUBS

CONTAINER = Path(__file__).parents[2] / "config" / "Containerfile"
UNIT = Path(__file__).parents[2] / "config" / "hotline.service"


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


def test_the_container_runs_the_same_command_and_ends_it_in_the_same_way() -> None:
    lines = dict(line.split(" ", 1) for line in CONTAINER.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    command = json.loads(lines["ENTRYPOINT"]) + json.loads(lines["CMD"])
    assert command == ["hotline", "run", "--config", "/etc/hotline/hotline.toml"]
    assert lines["STOPSIGNAL"] == "SIGTERM"
    assert (CONTAINER.parents[1] / "requirements" / "run.txt").exists()
