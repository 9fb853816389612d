"""The main line's flow on a real Asterisk: from the generated dialplan through FastAGI, keys and prompts, and back."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from config.lab import Lab
from cti.plan.read import read_file
from ivr.agi.line import serve
from ivr.agi.server import AgiServer
from ivr.flow.check import Names
from ivr.flow.ending import CallerLeft, Ending, Routed
from ivr.flow.entry import FlowEntry
from ivr.flow.load import load_folder
from ivr.flow.ports import CallFacts, Surroundings
from tests.fakes.agi_caller import Customers
from tests.fakes.tones import Tones

CONFIG = Path(__file__).parents[2] / "config"
CALLERS = "test-flow-callers"
_numbers = itertools.count(1)


class Entries:
    """What the flows noted: starts, and endings as they come."""

    def __init__(self) -> None:
        self.starts: list[CallFacts] = []
        self.endings: asyncio.Queue[tuple[str, Ending]] = asyncio.Queue()

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str, tier: str = "", held: bool = False) -> None:
        self.starts.append(facts)

    def step(self, contact: str, step: str, action: str, what: str) -> None:
        pass

    def went(self, contact: str, flow: str, step: str, way: tuple[str, ...]) -> None:
        pass

    def ended(self, contact: str, ending: Ending) -> None:
        self.endings.put_nowait((contact, ending))

    async def ending(self) -> tuple[str, Any]:
        async with asyncio.timeout(20):
            return await self.endings.get()


@pytest_asyncio.fixture
async def entries(asterisk: Lab, reactor: Any, tmp_path: Path) -> AsyncIterator[Entries]:
    plan = read_file(CONFIG / "plan.toml")
    flows = load_folder(CONFIG / "flows", Names.of(plan, lambda ids, language: [])).flows
    entries = Entries()
    around = Surroundings(
        prompts=Tones(tmp_path, asked=("language-choice", "main-menu", "repair-danger")),
        customers=Customers(n8613800000001=("C1", "vip", None)),
        tiers=lambda: plan.tiers,
    )
    server = AgiServer(serve(FlowEntry(plan.access_numbers.get, lambda: flows, around, entries)), reactor)
    await server.listen("127.0.0.1", asterisk.spec.ports.agi)
    yield entries
    await asterisk.command("channel request hangup all")
    await server.close()


async def dial(asterisk: Lab, dialled: str, *caller: str, number: str = "13800000001") -> None:
    """Call `dialled`; the caller answers on his side and does the dialplan steps `caller`."""
    name = f"caller{next(_numbers)}"
    for priority, step in enumerate(("Answer", *caller), start=1):
        said = await asterisk.command(f"dialplan add extension {name},{priority},{step} into {CALLERS}")
        assert "added into" in said, said
    spec = asterisk.spec
    login = {"Authorization": aiohttp.encode_basic_auth(spec.ari.user, spec.ari.secret)}
    query = {
        "endpoint": f"Local/{name}@{CALLERS}/n",
        "context": "hotline-in",
        "extension": dialled,
        "priority": "1",
        "callerId": number,
    }
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{spec.ports.http}", headers=login) as http,
        http.post("/ari/channels", params=query) as response,
    ):
        assert response.status == 200, await response.text()


async def test_a_key_of_the_menu_leads_to_its_queue(asterisk: Lab, entries: Entries) -> None:
    # 2 for English after the greeting, 2 for a power cut, 1 for danger.
    keys = ("Wait(3)", "SendDTMF(2)", "Wait(2)", "SendDTMF(2)", "Wait(2)", "SendDTMF(1)", "Wait(5)")
    await dial(asterisk, "95000", *keys)
    contact, ending = await entries.ending()
    assert isinstance(ending, Routed), ending
    assert (ending.route.queue, ending.route.language, ending.route.urgency) == ("repair", "en", 300)
    assert (ending.route.customer, ending.route.tier) == ("C1", "vip")
    assert ending.route.caller == "+8613800000001"
    facts = entries.starts[0]
    assert (facts.contact, facts.access, facts.entry) == (contact, "95000", 0)
    assert contact.startswith(f"{asterisk.name}-")


async def test_asterisk_believes_the_last_acts(asterisk: Lab, entries: Entries) -> None:
    """Nobody is in Stasis here: a caller who is queued comes back into the flow, as the same contact, counted."""
    await dial(asterisk, "95001", "Wait(6)")
    first, ending = await entries.ending()
    assert isinstance(ending, Routed)
    assert ending.route.queue == "vip"
    second, _ = await entries.ending()
    assert first == second
    assert [facts.entry for facts in entries.starts[:2]] == [0, 1]


@pytest.mark.parametrize("seconds", ["0.15", "0.5", "0.9"])
async def test_a_hang_up_at_any_moment_ends_the_run(asterisk: Lab, entries: Entries, seconds: str) -> None:
    await dial(asterisk, "95000", f"Wait({seconds})", "Hangup")
    _, ending = await entries.ending()
    assert isinstance(ending, CallerLeft), ending


async def test_a_caller_name_full_of_tricks_changes_nothing(asterisk: Lab, entries: Entries) -> None:
    await dial(asterisk, "95001", "Wait(3)", number='"x\\" ${SYSTEM(id)} EXEC System id" <13800000001>')
    _, ending = await entries.ending()
    assert isinstance(ending, Routed)
    assert ending.route.caller == "+8613800000001"
