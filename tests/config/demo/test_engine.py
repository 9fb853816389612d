"""The hotline as a process of its own: a keeper whose child is gone is ended all the same."""

import sys
from pathlib import Path

import pytest

from config.demo.engine import EngineError, EngineProcess

KEEPER = """
import signal
from config.notify import notify
notify("READY=1")
signal.pause()
"""


class _Childless(EngineProcess):
    """Its keeper says that it takes calls, and has no child."""

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-c", KEEPER]


async def test_a_hotline_that_is_gone_already_is_ended_and_cannot_be_struck(tmp_path: Path) -> None:
    engine = _Childless(tmp_path / "hotline.toml")
    await engine.start()
    try:
        with pytest.raises(EngineError, match="does not run"):
            await engine.strike()
    finally:
        await engine.kill()
    with pytest.raises(EngineError, match="does not run"):
        _ = engine.pid
    await engine.stop()
