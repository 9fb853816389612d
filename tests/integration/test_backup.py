"""A backup is taken beside a running hotline under calls, and put back elsewhere it has what had happened by then."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from config.lab.peers.process import PeersError
from config.settings import load
from config.wiring import open_storage
from cti.records.ledger import ledger
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
AGENTS = ("1001", "1002", "1004")
FAR = 30.0
BACKUPS = 3


@pytest_asyncio.fixture(loop_scope="session")
async def house(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("backup"), installation, AGENTS) as house:
        yield house


async def keep_calling(house: House) -> None:
    """Callers come four times a second; some are answered, some give up."""
    number = 0
    while True:
        with contextlib.suppress(PeersError):
            await house.call(caller=f"139{number:08d}", patience_s=2.0, talk_s=0.5)
        number += 1
        await asyncio.sleep(0.25)


async def hotline(*words: str) -> str:
    """Run a command to its end; what it printed."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "config", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await command.communicate()
    assert command.returncode == 0, said.decode()
    return said.decode()


def ended(entries: list[dict[str, Any]], contacts: set[str]) -> dict[str, Any]:
    """These contacts as the ledger has them, without what is written later than their end."""
    late = ("recordings", "gaps", "outcome")
    return {
        entry["contact"]: {key: value for key, value in entry.items() if key not in late}
        for entry in entries
        if entry["contact"] in contacts
    }


async def test_taken_under_calls_and_put_back_elsewhere_it_has_all_that_had_happened(
    house: House, tmp_path: Path
) -> None:
    await house.ready(*AGENTS)
    settings = house.stage.engine.settings
    calling = asyncio.create_task(keep_calling(house))
    try:
        async with asyncio.timeout(FAR):
            while len(house.facts_of(e.ContactEnded)) < 5:
                await house.written()
        for number in range(BACKUPS):
            await hotline("backup", str(tmp_path / f"{number}.tar.gz"), "--config", str(settings))
            # Facts went on to be written meanwhile.
            await house.written()
    finally:
        calling.cancel()
    await house.until_quiet(FAR)

    before = 0
    for number in range(BACKUPS):
        other = tmp_path / str(number)
        other.mkdir()
        text = settings.read_text().replace(f'var = "{settings.parent}"', f'var = "{other}"')
        (other / "hotline.toml").write_text(text)
        (other / "hotline.toml").chmod(0o600)
        await hotline("restore", str(tmp_path / f"{number}.tar.gz"), "--config", str(other / "hotline.toml"))
        assert json.loads(await hotline("journal", "check", "--json", "--config", str(other / "hotline.toml")))
        async with AsyncExitStack() as stack:
            again = await open_storage(load(other / "hotline.toml"), stack)
            last = again.loop.floor.number
            assert last > before
            before = last
            await again.records.reached(last)
            over = {fact.contact for n, fact in house.facts() if n <= last and isinstance(fact, e.ContactEnded)}
            async with again.database.reading() as session:
                restored = (await ledger(session))["contacts"]
        assert len(over) >= 5
        assert ended(restored, over) == ended((await house.stage.ask("ledger"))["contacts"], over)
