"""One run of a flow of a few steps, on a FastAGI line at the level of bytes, and the ports it asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cti.customers.pins import PinVerdict
from cti.flows.items import NewItem
from cti.hours.opening import Opening
from ivr.agi.line import AgiLine
from ivr.flow.document import read
from ivr.flow.ending import Ending, Routed
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, Surroundings, Wish
from ivr.flow.resume import RESUME_VARIABLE, read_resume
from ivr.flow.route import Route
from ivr.flow.run import run
from tests.fakes.agi_caller import Customers, FakeCaller, Prompts

HEAD = """\
version: 1
languages: {zh-CN: {}, en: {english: 1}}
start: first
limit: 20
on: {error: failed, limit: person}
steps:
  person: {action: queue, carry: [seen, found.due, secret, item, list.reason, hours.opens]}
  bye: {action: hang-up}
  failed: {action: queue, queue: failed}
"""
FACTS: dict[str, Any] = {
    "contact": "lab-1.1",
    "access": "95000",
    "caller": "+8613800000001",
    "entry": 0,
    "language": "zh-CN",
    "tier": "standard",
    "queue": "service",
    "hours": "office",
}


@dataclass
class Source:
    """Answers what it is told to."""

    answer: Any
    within_s: float = 0.05

    async def ask(self, values: Mapping[str, str]) -> Any:
        self.asked = dict(values)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Scores:
    """Keeps scores."""

    def __init__(self, kept: list[tuple[str, int]]) -> None:
        self.kept = kept

    async def add(self, contact: str, question: str, score: int, at: int) -> None:
        self.kept.append((question, score))


class Kept:
    """Items, lists, broadcasts and PINs as one."""

    def __init__(self) -> None:
        self.items: list[NewItem] = []
        self.scores: list[tuple[str, int]] = []
        self.listing: Any = None
        self.verdicts: list[PinVerdict] = []

    async def add(self, item: NewItem) -> str:
        self.items.append(item)
        return "000042"

    async def find(self, number: str, at: int) -> Any:
        return self.listing

    async def on(self, area: str, at: int) -> Sequence[str]:
        return ["emergency-notice"] if area == "east" else []

    async def check(self, customer: str, pin: str) -> PinVerdict:
        return self.verdicts.pop(0)


class Called:
    """One callback at most: the number it waits for, and the contact that took its place over."""

    def __init__(self, waiting: str | None = None, *, takes: bool = True) -> None:
        self.waiting = waiting
        self.into: str | None = None
        self.wishes: list[Wish] = []
        self._takes = takes

    def waits(self, number: str, customer: str | None) -> bool:
        return self.waiting == number

    def ask(self, wish: Wish) -> bool:
        self.wishes.append(wish)
        return self._takes

    def cancel(self, contact: str, number: str, customer: str | None, *, back: bool) -> bool:
        waited, self.waiting = self.waits(number, customer), None
        self.into = contact if waited and back else None
        return waited


class Call:
    """One run: its ending, the caller as he was left, what was noted."""

    def __init__(self, steps: str, script: str = "", *, resume: tuple[str, str] | None = None, **given: Any) -> None:
        self.kept: Kept = given.pop("kept", None) or Kept()
        sources = given.pop("sources", {})
        people = given.pop("people", ())
        state = given.pop("state", "open")
        subs = {
            name: Flow.model_validate(read(f"{name}.yaml", text).data | {"name": name})
            for name, text in given.pop("subs", {}).items()
        }
        flow = Flow.model_validate(read("test.yaml", HEAD + steps).data | {"name": "test"})
        self.caller = FakeCaller(script, channel={"HOTLINE_FOLDER": "/var/messages"})
        self.notes: list[tuple[str, str, str]] = []
        self.ways: list[tuple[str, ...]] = []
        opens = datetime.fromisoformat("2026-03-05T08:30+08:00")
        around = Surroundings(
            prompts=Prompts(),
            customers=Customers(n8613800000001=("C1", "standard", None)),
            tiers=lambda: ("standard",),
            sources=sources,
            pins=self.kept,
            lists=self.kept,
            items=self.kept,
            scores=Scores(self.kept.scores),
            broadcasts=self.kept,
            hours=lambda name, now: Opening(state, "", None if state == "open" else opens),
            duty=lambda name, now: people,
            returning=given.pop("returning", None),
            callbacks=given.pop("callbacks", None),
        )
        taken_up = None if resume is None else read_resume(*resume)
        facts = CallFacts(**(FACTS | given))
        self.ending: Ending = run(flow, AgiLine(self.caller), facts, around, self, subs, taken_up)

    def step(self, step: str, action: str, what: str) -> None:
        self.notes.append((step, action, what))

    def went(self, flow: str, step: str, way: tuple[str, ...]) -> None:
        self.ways.append((step, *way))

    @property
    def route(self) -> Route:
        assert isinstance(self.ending, Routed), (self.ending, self.notes)
        return self.ending.route

    @property
    def resume(self) -> str:
        return dict(self.caller.variables)[RESUME_VARIABLE]
