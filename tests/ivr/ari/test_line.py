"""A line in Stasis: what a failed prompt means."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.util import greenlet_spawn

from ivr.ari.generated import Ari, Playback
from ivr.ari.line import StasisLine
from ivr.flow.line import CallerGone, LineFailed


@pytest.fixture
def begun() -> asyncio.Event:
    """Set when Asterisk was asked to play."""
    return asyncio.Event()


@pytest.fixture
def line(begun: asyncio.Event, tmp_path: Path) -> StasisLine:
    async def play(*asked: Any) -> None:
        begun.set()

    return StasisLine(cast(Ari, SimpleNamespace(channels=SimpleNamespace(play_with_id=play))), "c", tmp_path)


async def fail_a_prompt(line: StasisLine, begun: asyncio.Event) -> asyncio.Task[None]:
    playing = asyncio.create_task(greenlet_spawn(line.play, ["hello"]))
    await begun.wait()
    line.played(Playback(id="c.flow1", language="en", media_uri="sound:hello", state="failed", target_uri="channel:c"))
    return playing


async def test_a_caller_who_hangs_up_in_a_prompt_is_gone_though_the_prompt_failed_first(
    line: StasisLine, begun: asyncio.Event
) -> None:
    playing = await fail_a_prompt(line, begun)
    asyncio.get_running_loop().call_later(0.05, line.ends, CallerGone("the caller hung up"))
    with pytest.raises(CallerGone):
        await playing


async def test_a_prompt_that_cannot_be_played_is_a_failure_of_the_line(line: StasisLine, begun: asyncio.Event) -> None:
    playing = await fail_a_prompt(line, begun)
    with pytest.raises(LineFailed, match="is the file there"):
        await playing
