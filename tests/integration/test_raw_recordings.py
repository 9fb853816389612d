"""When a real Asterisk closes the files that `recordings.raw` reads, and what it leaves when it dies."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from config.lab import Installation, Lab, start
from recordings.join import join
from recordings.raw import RawPair, pair_of, read_head

CONTEXT = "test-raw"
TALK_S = 3
DEADLINE_S = 20.0
LOOK_S = 0.02


@pytest_asyncio.fixture
async def lab(installation: Installation, tmp_path: Path) -> AsyncIterator[Lab]:
    """A lab of the test's own, since its Asterisk may be killed."""
    async with await start(tmp_path / "raw", installation=installation) as lab:
        yield lab


async def until(condition: Callable[[], bool], what: str) -> None:
    """Asterisk tells nobody about its files, so they are looked at."""
    try:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                if condition():
                    return
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise AssertionError(f"not in {DEADLINE_S:g} s: {what}") from None


async def call(lab: Lab, *then: str) -> RawPair:
    """A caller who is recorded as in the dialplan, is talked to with music for three seconds, and then does `then`."""
    pair = pair_of(lab.recordings, "x")
    monitor = f"MixMonitor(,br({pair.caller})t({pair.agent}))"
    steps = {
        "caller": ("Answer", monitor, f"Dial(Local/agent@{CONTEXT})"),
        "agent": ("Answer", f"MusicOnHold(default,{TALK_S})", *then),
        "far": ("Answer", "Wait(60)"),
    }
    for extension, applications in steps.items():
        for priority, application in enumerate(applications, 1):
            await lab.command(f'dialplan add extension {extension},{priority},"{application}" into {CONTEXT}')
    spec = lab.spec
    query = {"endpoint": f"Local/caller@{CONTEXT}", "context": CONTEXT, "extension": "far"}
    login = {"Authorization": aiohttp.encode_basic_auth(spec.ari.user, spec.ari.secret)}
    url = f"http://{spec.address}:{spec.ports.http}/ari/channels"
    async with aiohttp.ClientSession(headers=login) as session, session.post(url, params=query) as answer:
        assert answer.status == 200, await answer.text()
    await until(lambda: len(pair.present) == 2, "both files are there")
    return pair


def bridged_s(lab: Lab) -> float:
    """How long Asterisk says that both were in the bridge."""
    ends = {event.type: event.at for event in lab.call_events() if event.type in ("BRIDGE_ENTER", "BRIDGE_EXIT")}
    return (ends["BRIDGE_EXIT"] - ends["BRIDGE_ENTER"]) / 1e6


def sizes(pair: RawPair) -> set[int]:
    return {path.stat().st_size for path in pair.present}


async def test_both_files_are_closed_at_the_end_of_the_call_and_are_of_one_length(lab: Lab, tmp_path: Path) -> None:
    pair = await call(lab)
    assert not any(read_head(path).closed for path in pair.present)
    await until(lambda: all(read_head(path).closed for path in pair.present), "both files are closed")
    assert len(sizes(pair)) == 1
    done = join(pair, tmp_path / "joined.wav")
    assert done is not None
    assert done.seconds == pytest.approx(bridged_s(lab), abs=0.2)
    assert not done.repaired
    assert done.sound.agent.voice > 0.2
    assert done.sound.caller.voice == 0


async def test_a_killed_asterisk_leaves_open_files_that_lack_two_seconds_at_most(lab: Lab, tmp_path: Path) -> None:
    pair = await call(lab, f"MusicOnHold(default,{TALK_S})")
    await until(lambda: min(sizes(pair)) > 44, "some sound is on the disk")
    os.kill(lab.pid, signal.SIGKILL)
    await until(lambda: not lab.is_running, "Asterisk is gone")
    assert not any(read_head(path).closed for path in pair.present)
    done = join(pair, tmp_path / "joined.wav")
    assert done is not None
    assert done.repaired
    # Its buffer holds 32 KiB: a little more than two seconds.
    assert done.seconds > 2.0
    assert done.sound.agent.voice > 0.2
