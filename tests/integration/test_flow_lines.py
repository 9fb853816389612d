"""One flow, two lines: over FastAGI and in Stasis a caller of a real Asterisk hears the same and gets as far."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import soundfile

from config.lab import Lab
from cti.flows.items import NewItem
from ivr.agi.line import serve
from ivr.agi.server import AgiServer
from ivr.ari.link import AriLink
from ivr.flow.document import read
from ivr.flow.ending import CallerLeft, Dialling, Ending, HungUp, Routed
from ivr.flow.entry import FlowEntry
from ivr.flow.line import Party
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, Surroundings
from ivr.gateway.news import WANTED_EVENTS
from ivr.gateway.stasis_flows import FLOW, StasisFlows
from tests.fakes.agi_caller import Customers
from tests.fakes.tones import Tones

CALLERS = "test-line-callers"
IN_STASIS = "test-line-stasis"
_numbers = itertools.count(1)
FLOW_TEXT = """\
version: 1
languages: {en: {}}
start: answer
limit: 20
on: {error: trouble, limit: person}
steps:
  answer: {action: answer, next: menu}
  menu:
    action: menu
    prompts: [asked]
    tries: 2
    timeout_s: 2
    keys: {"1": meter, "2": leave, "3": night, "#": bye}
    on: {timeout: person, invalid: person}
  meter:
    action: collect
    prompts: [asked]
    name: meter
    digits: {min: 3, max: 6}
    timeout_s: 3
    between_s: 2
    next: say
    on: {timeout: person, invalid: person}
  say: {action: say, prompts: [said], next: person}
  leave:
    action: message
    prompts: [said]
    longest_s: 5
    silence_s: 2
    next: bye
    on: {empty: person}
  night: {action: duty, duty: night, ring_s: 5, on: {nobody: nobody}}
  nobody: {action: branch, when: [{condition: known(list), next: person}], otherwise: said-nobody}
  said-nobody: {action: queue, queue: night}
  trouble: {action: queue, queue: trouble}
  person: {action: queue, carry: [collected.meter]}
  bye: {action: hang-up}
"""
ACCESS = SimpleNamespace(flow="test", language="en", tier="standard", queue="service", hours=None)


@dataclass
class Noted:
    """What the flows noted and left behind."""

    steps: list[tuple[str, str, str]] = field(default_factory=list)
    endings: asyncio.Queue[Ending] = field(default_factory=asyncio.Queue)
    items: list[NewItem] = field(default_factory=list)

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str, tier: str = "", held: bool = False) -> None:
        pass

    def step(self, contact: str, step: str, action: str, what: str) -> None:
        self.steps.append((step, action, what))

    def went(self, contact: str, flow: str, step: str, way: tuple[str, ...]) -> None:
        pass

    def ended(self, contact: str, ending: Ending) -> None:
        self.endings.put_nowait(ending)

    async def add(self, item: NewItem) -> str:
        self.items.append(item)
        return "000001"

    async def ending(self) -> Ending:
        async with asyncio.timeout(20):
            return await self.endings.get()


@pytest_asyncio.fixture(params=["agi", "stasis"])
async def line(request: Any, asterisk: Lab, reactor: Any, tmp_path: Path) -> AsyncIterator[tuple[Lab, Noted, str]]:
    """The lab, what is noted, and the context that callers come into."""
    noted = Noted()
    flow = Flow.model_validate(read("test.yaml", FLOW_TEXT).data | {"name": "test"})
    around = Surroundings(
        prompts=Tones(tmp_path, asked=("asked",)),
        customers=Customers(),
        tiers=lambda: ("standard",),
        duty=lambda name, now: [Party("8999", inside=True)],
        items=noted,
    )
    entry = FlowEntry(lambda dialled: ACCESS, lambda: {"test": flow}, around, noted)
    server = AgiServer(serve(entry), reactor)
    await server.listen("127.0.0.1", asterisk.spec.ports.agi)
    flows = StasisFlows(entry, Path(asterisk.spec.folders.recordings))
    spec = asterisk.spec
    up = asyncio.Event()

    def on_event(event: Any) -> None:
        flows.on_event(event)
        if getattr(event, "args", [""])[:1] == [FLOW]:
            flows.start(link.ari, event.channel)

    link = AriLink(
        asterisk.name,
        f"http://127.0.0.1:{spec.ports.http}/ari",
        spec.ari.user,
        spec.ari.secret,
        "hotline",
        allowed_events=WANTED_EVENTS,
        on_event=on_event,
        on_up=up.set,
        on_down=lambda reason: None,
    )
    await link.start()
    try:
        await asyncio.wait_for(up.wait(), 10)
        yield asterisk, noted, "hotline-in" if request.param == "agi" else await _into_stasis(asterisk)
    finally:
        await asterisk.command("channel request hangup all")
        await link.stop()
        await server.close()


async def _into_stasis(asterisk: Lab) -> str:
    """What the generated dialplan does where flows run in Stasis."""
    steps = (
        "Set(__HOTLINE_CONTACT=${UNIQUEID})",
        "Set(HOTLINE_DIALLED=${EXTEN})",
        "Set(HOTLINE_TRY=0)",
        "Set(HOTLINE_NEXT=)",
        "Stasis(hotline,flow,${HOTLINE_CONTACT})",
        "Set(HOTLINE_RESULT=)",
        # The command line takes no quotes; the generated dialplan has them.
        "GotoIf($[${HOTLINE_NEXT}=dial]?hotline-dial,s,1)",
        "Hangup()",
    )
    context = f"{IN_STASIS}-{next(_numbers)}"
    for priority, step in enumerate(steps, start=1):
        said = await asterisk.command(f"dialplan add extension 95000,{priority},{step} into {context}")
        assert "added into" in said, said
    return context


async def dial(asterisk: Lab, context: str, *caller: str) -> None:
    """Call 95000; the caller answers on his side and does the dialplan steps `caller`."""
    name = f"caller{next(_numbers)}"
    for priority, step in enumerate(("Answer", *caller), start=1):
        said = await asterisk.command(f"dialplan add extension {name},{priority},{step} into {CALLERS}")
        assert "added into" in said, said
    spec = asterisk.spec
    login = {"Authorization": aiohttp.encode_basic_auth(spec.ari.user, spec.ari.secret)}
    query = {
        "endpoint": f"Local/{name}@{CALLERS}/n",
        "context": context,
        "extension": "95000",
        "priority": "1",
        "callerId": "13800000001",
    }
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{spec.ports.http}", headers=login) as http,
        http.post("/ari/channels", params=query) as response,
    ):
        assert response.status == 200, await response.text()


async def test_a_key_cuts_the_question_short_and_digits_end_by_hash(line: tuple[Lab, Noted, str]) -> None:
    asterisk, noted, context = line
    await dial(asterisk, context, "Wait(1.5)", "SendDTMF(1)", "Wait(1)", "SendDTMF(1234#)", "Wait(5)")
    ending = await noted.ending()
    assert isinstance(ending, Routed), (ending, noted.steps)
    assert (ending.route.queue, ending.route.learned) == ("service", {"meter": "1234"})
    assert ("meter", "collect", "digits 1234") in noted.steps


async def test_hash_is_a_key_of_a_menu(line: tuple[Lab, Noted, str]) -> None:
    asterisk, noted, context = line
    await dial(asterisk, context, "Wait(1.5)", "SendDTMF(#)", "Wait(3)")
    assert await noted.ending() == HungUp("bye")


async def test_silence_and_a_hang_up(line: tuple[Lab, Noted, str]) -> None:
    asterisk, noted, context = line
    await dial(asterisk, context, "Wait(1.5)", "SendDTMF(1)", "Wait(1)", "Hangup")
    assert await noted.ending() == CallerLeft("meter")


async def test_a_message_is_recorded_and_kept_as_an_item(line: tuple[Lab, Noted, str]) -> None:
    asterisk, noted, context = line
    await dial(asterisk, context, "Wait(1.5)", "SendDTMF(2)", "Wait(1.5)", "Playback(demo-congrats)", "Wait(5)")
    assert await noted.ending() == HungUp("bye"), noted.steps
    (item,) = noted.items
    sound = soundfile.info(Path(asterisk.spec.folders.recordings) / item.file)
    assert (item.number, item.queue) == ("+8613800000001", "service")
    assert sound.duration >= 2
    assert item.seconds == pytest.approx(sound.duration, abs=1.1)


async def test_when_nobody_on_duty_can_be_rung_the_flow_goes_on(line: tuple[Lab, Noted, str]) -> None:
    asterisk, noted, context = line
    await dial(asterisk, context, "Wait(1.5)", "SendDTMF(3)", "Wait(8)")
    assert await noted.ending() == Dialling("night"), noted.steps
    ending = await noted.ending()
    assert isinstance(ending, Routed), (ending, noted.steps)
    assert ending.route.queue == "night"
