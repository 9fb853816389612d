"""A few callers who wait, for real: all of them hear music without a break and the message when it is due."""

from pathlib import Path

import pytest

from config.lab import Installation
from config.lab.load.plan import MESSAGE_S
from config.lab.load.waiting import watch_waiting

CALLERS, WATCHED_S = 6, MESSAGE_S + 5.0


@pytest.mark.timeout(180)
async def test_everybody_hears_music_and_is_told_in_time(installation: Installation, tmp_path: Path) -> None:
    figures = await watch_waiting(CALLERS, WATCHED_S, tmp_path, lambda line: None, installation)
    heard = figures["heard"]
    assert (figures["lost"], heard["callers"], figures["packets_missed_by_the_ears"]) == (0, CALLERS, 0)
    assert heard["packets_a_second"]["least"] > 45
    assert heard["share_with_sound"] > 0.9
    assert 1 <= heard["told"]["least"] <= heard["told"]["most"] <= 2
    assert set(figures["share_of_a_core"]) == {"asterisk", "hotline"}
