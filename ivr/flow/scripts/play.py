"""Playing a script: each call through the very code that calls run, on a virtual line or another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.plan.document import PlanDocument
from ivr.flow.ending import CallerLeft, Connected, Ending, HungUp, Routed
from ivr.flow.entry import Access, FlowEntry, Incoming
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, PromptFiles
from ivr.flow.scripts.caller import Caller
from ivr.flow.scripts.document import Call, Given, Script, moment
from ivr.flow.scripts.virtual import VirtualLine
from ivr.flow.scripts.world import World

Taken = tuple[str, str, tuple[str, ...]]
"""A way that was taken: flow, step, key; the empty key where the run ended."""


NO_HOURS = "none"
"""Of an access number without hours: a script may say that they are open all the same."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """What an access number says, for a flow that the plan gives none."""

    flow: str
    language: str
    tier: str
    queue: str
    hours: str


@dataclass
class Notes:
    """An `EntryLog` that keeps everything."""

    ending: Ending | None = None
    steps: list[tuple[str, str, str]] = field(default_factory=list)
    """Step, action, what."""
    ways: list[Taken] = field(default_factory=list)
    told: Callable[[str, str, str], None] | None = None
    """Hears of each thing as it happens."""

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str, tier: str = "", held: bool = False) -> None:
        """See `EntryLog`."""

    def step(self, contact: str, step: str, action: str, what: str) -> None:
        """See `EntryLog`."""
        self.steps.append((step, action, what))
        if self.told is not None:
            self.told(step, action, what)

    def went(self, contact: str, flow: str, step: str, way: tuple[str, ...]) -> None:
        """See `EntryLog`."""
        self.ways.append((flow, step, way))

    def ended(self, contact: str, ending: Ending) -> None:
        """See `EntryLog`."""
        self.ending = ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a call; no problems: all was as it must be."""

    call: Call
    place: str
    """File and line."""
    problems: list[str]
    heard: list[str]
    ending: Ending | None
    steps: list[tuple[str, str, str]]
    ways: list[Taken]


class Stage:
    """Where scripts are played: flows, plan and prompts, and each call's line."""

    def __init__(self, flows: Mapping[str, Flow], plan: PlanDocument, prompts: PromptFiles) -> None:
        self.flows = flows
        self.plan = plan
        self.prompts = prompts

    def play(self, script: Script) -> list[Outcome]:
        """Every call of a script on a virtual line."""
        return [self._virtual(script, number) for number in range(len(script.calls))]

    def _virtual(self, script: Script, number: int) -> Outcome:
        call = script.calls[number]
        cast = Cast(self, script, number)
        line = VirtualLine(cast.caller, cast.given, cast.at, cast.variables)
        cast.entry(line, Incoming(channel="script-1.1", dialled=cast.dialled, number=call.caller))
        return cast.outcome()

    def dialled(self, script: Script, call: Call) -> str:
        """The access number of a call: the one it names, one that leads to the flow, or any."""
        numbers = self.plan.access_numbers
        leading = (number for number, access in numbers.items() if access.flow == script.flow)
        return call.access or next(leading, next(iter(numbers)))

    def access(self, dialled: str, flow: str) -> Access:
        """What the plan says of an access number, leading to this flow."""
        found = self.plan.access_numbers.get(dialled)
        if found is not None:
            return Dialled(flow, found.language, found.tier, found.queue, found.hours or NO_HOURS)
        return Dialled(flow, "", next(iter(self.plan.tiers)), next(iter(self.plan.queues)), NO_HOURS)


class Cast:
    """One scripted call: its caller, the world around the flow, and what is noted."""

    def __init__(self, stage: Stage, script: Script, number: int) -> None:
        self._script = script
        self._number = number
        self.call = script.calls[number]
        self.at = moment(self.call.at or script.at)
        self.given: Given = self.call.given or script.given
        self.world = World(self.given, stage.plan)
        self.caller = Caller(self.call.turns)
        self.notes = Notes()
        self.dialled = stage.dialled(script, self.call)
        self.variables = {
            "HOTLINE_CONTACT": f"script-{number + 1}",
            "HOTLINE_DIALLED": self.dialled,
            "HOTLINE_TRY": str(self.call.entry),
        }
        self.entry = FlowEntry(
            lambda dialled: stage.access(dialled, script.flow),
            lambda: stage.flows,
            self.world.around(stage.prompts),
            self.notes,
        )

    def outcome(self) -> Outcome:
        """What came of it, once the flow is over."""
        self.caller.ends()
        return Outcome(
            call=self.call,
            place=f"{self._script.file}:{self._script.lines.get(self._number, 1)}",
            problems=[*self.caller.problems, *self._wrong()],
            heard=self.caller.heard,
            ending=self.notes.ending,
            steps=self.notes.steps,
            ways=[*self.notes.ways, *self._pressed_while_waiting()],
        )

    def _pressed_while_waiting(self) -> Iterator[Taken]:
        if isinstance(self.notes.ending, Routed):
            flow, step, _ = self.notes.ways[-1]
            yield from ((flow, step, ("keys", key)) for key in self.call.end.keys or {})

    def _wrong(self) -> Iterator[str]:
        call, ending = self.call, self.notes.ending
        wanted = {name: value for name, value in call.end.model_dump().items() if value not in (None, False)}
        found = ended(ending)
        for name, value in wanted.items():
            if found.get(name) != value:
                yield f"the call ended with {_told(found)}, not with {name}: {value}"
        passed = iter([step for _, step, _ in self.notes.ways])
        for step in call.through:
            if step not in passed:
                yield f"the call did not come through {step!r} in its order"
        kinds = tuple(item.kind.value for item in self.world.items)
        if kinds != call.items:
            yield f"the call left the items {list(kinds)}, not {list(call.items)}"
        if tuple(self.world.callbacks) != call.callbacks:
            yield f"of his callback became {self.world.callbacks}, not {list(call.callbacks)}"
        if self.world.scores != call.scores:
            yield f"the call left the scores {self.world.scores}, not {call.scores}"


def ended(ending: Ending | None) -> dict[str, Any]:
    """An ending in the words of a script's `end`."""
    match ending:
        case Routed(route=route):
            return {
                "queue": route.queue,
                "tier": route.tier,
                "language": route.language,
                "urgency_s": route.urgency,
                "skills": dict(route.skills),
                "customer": route.customer,
                "carries": dict(route.learned),
                "keys": dict(route.keys),
            }
        case Connected(number=number):
            return {"connected": number}
        case HungUp():
            return {"hung_up": True}
        case CallerLeft():
            return {"left": True}
    return {"broken": str(ending)}


def _told(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in found.items() if value not in (None, {}, 0))
