"""`hotline demo --calls N`: exit 0 when every call is accounted for, 1 when something was broken on purpose."""

import asyncio
import os
import re
import sys
from pathlib import Path

import aiohttp
import pytest

from acd.simulate.what_if import PeopleSeen, rehearsed
from config.demo.faults import Fault
from config.lab import Installation
from config.what_if import read_day

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).parents[2]


async def run_demo(folder: Path, *options: str) -> tuple[int, str]:
    """Run it to its end; status and what it printed."""
    child = await start_demo(folder, *options)
    assert child.stdout is not None
    printed = (await child.stdout.read()).decode()
    return await child.wait(), printed


async def start_demo(folder: Path, *options: str) -> asyncio.subprocess.Process:
    """Start it in a folder of its own, on the Asterisk that the tests have unpacked."""
    (folder / "var").mkdir()
    (folder / "var" / "asterisk").symlink_to(ROOT / "var" / "asterisk")
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "config",
        "demo",
        *options,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_every_call_is_accounted_for_and_simulated_again_waits_as_long(
    installation: Installation, tmp_path: Path
) -> None:
    status, printed = await run_demo(tmp_path, "--calls", "8")
    assert status == 0, printed
    assert "all accounted for" in printed
    _waits_as_long_again(tmp_path)


def _waits_as_long_again(folder: Path) -> None:
    """The journal of the demo, its day simulated under its own plan."""
    (journal,) = folder.glob("var/demo/*/engine/journal")
    day = read_day(journal)
    again = rehearsed(day, PeopleSeen(day), "1")
    assert again.refused == {}
    assert [visit.end for visit in again.waited] == [visit.end for visit in day.happened]
    # A pop or a ring may fall due some milliseconds late on a busy machine.
    for mine, then in zip(again.waited, day.happened, strict=True):
        assert mine.wait_ms == pytest.approx(then.wait_ms, abs=1000), mine.contact


FOUND = {
    Fault.DROP_FACT: "the ledger calls a visit answered but has no talk",
    # Which of them depends on how long the two exchanged talks were.
    Fault.SWAP_RECORDING: r"(channel [01] of )?recording \S+ (does not hold the tone of|holds|has)",
    Fault.LOSE_CALL: "the ledger does not have this call",
}


@pytest.mark.parametrize("fault", list(Fault))
async def test_what_was_broken_on_purpose_is_found(installation: Installation, tmp_path: Path, fault: Fault) -> None:
    status, printed = await run_demo(tmp_path, "--calls", "6", "--fault", fault)
    assert status == 1, printed
    said = " ".join(printed.split())
    broken = re.search(rf"fault {fault}: .*?(asterisk-[0-9.]+)", said)
    assert broken, printed
    assert re.search(rf"{re.escape(broken[1])}: {FOUND[fault]}", said), printed


async def test_without_a_number_of_calls_one_desk_is_left_to_a_person(
    installation: Installation, tmp_path: Path
) -> None:
    demo = await start_demo(tmp_path)
    assert demo.stdout is not None
    try:
        async with asyncio.timeout(90):
            while not (said := re.search(r"desk +(\S+)/ +(\S+) / (\S+)", (await demo.stdout.readline()).decode())):
                assert not demo.stdout.at_eof()
        base, agent, password = said.groups()
        api = f"{base}/api/v1"
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": base}) as person:
            async with person.get(base) as page:
                assert page.status == 200
            async with person.post(f"{api}/session", json={"login": agent, "password": password}) as entered:
                assert entered.status == 200
            async with person.post(f"{api}/agents/me/sign-in", json={"extension": "8101"}) as taken:
                assert (taken.status, (await taken.json())["state"]) == (200, "away")
            async with person.get(f"{api}/agents/me/phone") as phone:
                assert (await phone.json())["kind"] == "browser"
    finally:
        demo.terminate()
        await demo.stdout.read()
    assert await demo.wait() == 0
