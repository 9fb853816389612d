"""A house for odd signalling: lines of its own, each with one agent and one phone, and sipp on either side."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from acd import events as e
from ivr.phones import PhoneObject, phone_objects
from tests.fakes.house import HERE, HasCallId, House
from tests.fakes.sipp import Call, Sipps

FAR = 45.0
LENGTHS_DIFFER_S = 0.4
"""A talk and its recording (docs/reliability.md)."""
_LINE = """
[skills.line{n}]
label = {{ zh-CN = "线路{n}", en = "Line {n}" }}

[queues.line{n}]
label = {{ zh-CN = "线路{n}", en = "Line {n}" }}
skills = {{ line{n} = 1 }}
ring_s = 4
wrap_up_s = 20

[queues.line{n}.keys]
9 = "prompt:identified"

[access_numbers.960{n}]
label = {{ zh-CN = "线路{n}", en = "Line {n}" }}
flow = "straight"
language = "zh-CN"
tier = "standard"
queue = "line{n}"
shown = "95000"

[access_numbers.961{n}]
label = {{ zh-CN = "线路{n}早期媒体", en = "Line {n}, early media" }}
flow = "early"
language = "zh-CN"
tier = "standard"
queue = "line{n}"
shown = "95000"

[agents.10{n}]
name = "坐席{n}"
skills = {{ {skills} }}
"""

F = TypeVar("F", bound=e.Fact)
SHORT = "short-patience"
"""A caller on a trunk like the others, which ends a call after a few seconds without audio, not sixty."""
IMPATIENT = PhoneObject(
    "endpoint",
    SHORT,
    {
        "context": "hotline-in",
        "identify_by": "username",
        "allow": "!all,alaw,ulaw",
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "rtp_timeout": "16",
    },
)
SOUND = '<use part="sound" times="-1"/>'


async def push(house: House, thing: PhoneObject, **other: str) -> None:
    """Let Asterisk have an object of its SIP stack, with some fields other than it has."""
    fields = [{"attribute": name, "value": value} for name, value in (thing.fields | other).items()]
    await _change(house, "PUT", thing, {"fields": fields})


async def take_away(house: House, thing: PhoneObject) -> None:
    """Take an object from Asterisk's SIP stack; with a phone's aor goes its registration."""
    await _change(house, "DELETE", thing)


async def _change(house: House, method: str, thing: PhoneObject, body: object = None) -> None:
    spec = house.stage.lab.spec
    url = f"http://127.0.0.1:{spec.ports.http}/ari/asterisk/config/dynamic/res_pjsip/{thing.type}/{thing.id}"
    key = {"api_key": f"{spec.ari.user}:{spec.ari.secret}"}
    async with aiohttp.ClientSession() as session, session.request(method, url, params=key, json=body) as answer:
        assert answer.status < 300, await answer.text()


@dataclass(frozen=True)
class Line:
    """One agent with his phone, and the numbers that lead to him, and to the agent of a line that helps this one."""

    n: int
    helps: int | None = None

    @property
    def agent(self) -> str:
        return f"10{self.n}"

    @property
    def extension(self) -> str:
        return f"80{self.n}"

    @property
    def queue(self) -> str:
        return f"line{self.n}"

    @property
    def skills(self) -> str:
        """The agent's, as the plan writes them."""
        return ", ".join(f"line{n} = 5" for n in (self.n, self.helps) if n is not None)

    @property
    def number(self) -> str:
        """Answered at once, and queued."""
        return f"960{self.n}"

    @property
    def early(self) -> str:
        """A prompt before the call is answered."""
        return f"961{self.n}"


@dataclass(frozen=True)
class Known:
    """A call of which nothing but its SIP Call-ID is to be known."""

    call_id: str


class Scene:
    """The house, its lines, and sipp."""

    def __init__(self, house: House, sipps: Sipps, lines: Sequence[Line], pair: tuple[Line, Line]) -> None:
        """`pair`: two lines for one case alone, whose second helps the first."""
        self.house = house
        self.sipps = sipps
        self.pair = pair
        self._lines: asyncio.Queue[Line] = asyncio.Queue()
        for line in lines:
            self._lines.put_nowait(line)
        self.callers = (f"139000{n:05}" for n in itertools.count(1))

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """A line for as long as a case lasts; its agent is not ready at first."""
        line = await self._lines.get()
        yield line
        # A line that a case has left in disorder is nobody's any more.
        await self.house.stage.desks[line.agent].intend("not_ready", "break")
        await self.until_agent(line, "away")
        self._lines.put_nowait(line)

    @asynccontextmanager
    async def own_phone(self, line: Line, scenario: str, **values: str) -> AsyncIterator[Call]:
        """The line's phone is sipp, with this scenario."""
        phone = self.house.stage.phones[line.extension]
        await phone.leave()
        await self.reachable(line, yes=False)
        call = await self.plugged_in(line, scenario, **values)
        await self._asked(line)
        yield call
        await call.vanish()
        await phone.register()
        await self.reachable(line, yes=True)

    async def plugged_in(self, line: Line, scenario: str, **values: str) -> Call:
        """A phone that registers as the line's."""
        password = await self.house.phone_password(line.extension)
        return await self.sipps.phone(scenario, line.extension, password, **values)

    @asynccontextmanager
    async def asked_each_second(self, line: Line) -> AsyncIterator[None]:
        """Asterisk asks the line's phone each second whether it is there, and waits a second for its answer."""
        _, aor, _ = phone_objects(line.extension, await self.house.phone_password(line.extension))
        await take_away(self.house, aor)
        await push(self.house, aor, qualify_frequency="1", qualify_timeout="1.0")
        yield
        await take_away(self.house, aor)
        await push(self.house, aor)
        await self.house.stage.phones[line.extension].register()
        await self.reachable(line, yes=True)

    async def kept(self, contact: str) -> Any:
        """What the records have of an ended contact, once its talks are recorded."""
        async with asyncio.timeout(FAR):
            while True:
                with suppress(aiohttp.ClientResponseError):
                    kept = await self.house.stage.ask(f"contacts/{contact}")
                    if kept["recordings"] or kept["gaps"]:
                        return kept
                # Nobody outside is told when it is written.
                await asyncio.sleep(0.1)

    async def one_whole_talk(self, call: HasCallId) -> None:
        """Wait until the contact has ended; it had one talk, which is recorded from end to end."""
        end = await self.ended(call)
        assert end.cause is e.EndCause.HUNG_UP
        kinds = (e.OfferMade, e.TalkConnected, e.HoldStarted, e.AudioMissing)
        assert [len(self.known(call, kind)) for kind in kinds] == [1, 1, 0, 0]
        (connected,) = self.known(call, e.TalkConnected)
        kept = await self.kept(end.contact)
        (recording,) = kept["recordings"]
        # Nobody records before the two hear each other, and each knows its own end of it.
        assert abs(recording["seconds"] - (end.at - connected.at) / 1000) < LENGTHS_DIFFER_S
        assert kept["gaps"] == []

    async def short_patience(self, line: Line) -> None:
        """Let Asterisk hang the line's phone up after a few seconds without audio, not thirty."""
        password = await self.house.phone_password(line.extension)
        await push(self.house, *phone_objects(line.extension, password, transfers_to_ari=True)[2:], rtp_timeout="3")

    async def _asked(self, line: Line) -> None:
        """Let Asterisk ask the phone whether it is there until it says so, not only as it registered."""
        reached = asyncio.create_task(self.reachable(line, yes=True))
        while not reached.done():
            await self.house.stage.lab.command(f"pjsip qualify {line.extension}")
            await asyncio.wait([reached], timeout=1)
        reached.result()

    async def reachable(self, line: Line, *, yes: bool) -> None:
        await self.house.until(lambda b: b["agents"][line.agent]["reachable"] is yes, f"{line} reachable: {yes}", FAR)

    async def dial(self, scenario: str, number: str, *, caller: str = "", **values: str) -> Call:
        return await self.sipps.call(scenario, number, caller=caller or next(self.callers), **values)

    async def ready(self, line: Line) -> None:
        await self.house.ready(line.agent)

    async def until_agent(self, line: Line, state: str) -> None:
        await self.house.until_agent(line.agent, state, FAR)

    async def until_waiting(self, line: Line, count: int = 1) -> None:
        await self.house.until_waiting(line.queue, count, FAR)

    async def facts(self, call: HasCallId, kind: type[F], count: int = 1) -> list[F]:
        """Wait until the journal holds so many facts of a kind about the call."""
        try:
            async with asyncio.timeout(FAR):
                while True:
                    found = self.known(call, kind)
                    if len(found) >= count:
                        return found
                    # The journal is a file and tells nobody when it grows.
                    await asyncio.sleep(0.1)
        except TimeoutError:
            told = [type(fact).__name__ for fact in self.known(call, e.Fact)]
            raise AssertionError(f"no {count} {kind.__name__} of {call.call_id}, but {told}") from None

    def known(self, call: HasCallId, kind: type[F]) -> list[F]:
        """The facts about the call so far."""
        facts = [fact for _, fact in self.house.facts()]
        started = [f for f in facts if isinstance(f, e.ContactStarted) and f.sip_call_id == call.call_id]
        contacts = {fact.contact for fact in started}
        offers = {fact.offer for fact in facts if isinstance(fact, e.OfferMade) and fact.contact in contacts}
        about = [
            fact
            for fact in facts
            if getattr(fact, "contact", None) in contacts or getattr(fact, "offer", None) in offers
        ]
        return [fact for fact in about if isinstance(fact, kind)]

    async def call_id_of(self, caller: str) -> str:
        """The Call-ID, as the journal has it, of the call from this number; of one alone."""
        async with asyncio.timeout(FAR):
            while True:
                for _, fact in self.house.facts():
                    if isinstance(fact, e.ContactStarted) and fact.caller.endswith(caller):
                        return fact.sip_call_id
                await asyncio.sleep(0.1)

    async def offer_over(self, call: HasCallId) -> e.Fact:
        """Wait until an offer of the call is over without an answer; the fact that ended it."""
        async with asyncio.timeout(FAR):
            while True:
                for fact in self.known(call, e.Fact):
                    if isinstance(fact, e.OfferExpired | e.OfferFailed | e.OfferWithdrawn):
                        return fact
                await asyncio.sleep(0.1)

    async def ended(self, call: HasCallId) -> e.ContactEnded:
        """Wait until the contact has ended: once, having begun once, with no channel of it left in Asterisk."""
        (end,) = await self.facts(call, e.ContactEnded)
        assert len({fact.contact for fact in self.known(call, e.ContactStarted)}) == 1
        async with asyncio.timeout(FAR):
            # Asterisk tells nobody but those who are connected.
            while end.contact in await self.house.stage.lab.command("core show channels concise"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return end


def plan_of(path: Path, lines: Sequence[Line]) -> Path:
    """The plan of the house with these lines, written to a file."""
    text = (HERE / "plan.toml").read_text(encoding="utf-8")
    phones = ", ".join(f'"{line.extension}"' for line in lines)
    text = text.replace('phones = ["8001"', f'phones = [{phones}, "8001"')
    path.write_text(text + "".join(_LINE.format(n=line.n, skills=line.skills) for line in lines), encoding="utf-8")
    return path
