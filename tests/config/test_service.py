"""The systemd unit that operators copy: it runs a command there is, waits for READY, and starts it again at once."""

from configparser import ConfigParser
from pathlib import Path

from config.cli import SUBS

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
    assert (service["Type"], service["Restart"], service["RestartSec"]) == ("notify", "always", "100ms")
    assert unit["Unit"]["StartLimitIntervalSec"] == "0", "systemd would give up after five starts in ten seconds"
