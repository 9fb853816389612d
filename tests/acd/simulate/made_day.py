"""A day made up from a seed, as a journal would have it: misses, breaks, late pops, hang-ups, another plan at noon."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from acd import events as e
from acd.commands import Command
from acd.floor import Floor
from acd.plan import Plan
from acd.simulate.habits import Agents, Callers, Response, Talk
from acd.simulate.rehearsal import Rehearsal
from tests.acd.shift import plan

AGENTS = tuple(f"10{place:02d}" for place in range(6))
PLAN = plan(*AGENTS)
NOON_MS = 2 * 3_600_000
END_MS = 4 * 3_600_000
RESPONSES = (
    Response(ms=3_000, pop_ms=50),
    Response(ms=9_000, pop_ms=None),
    Response(ms=1_500),
    Response(ms=None, returns_ms=20_000),
    Response(ms=700, failure=e.OfferFailure.BUSY, returns_ms=5_000),
)


class _Kept(Floor):
    """A floor whose facts are kept."""

    def __init__(self) -> None:
        self.kept: list[e.Fact] = []
        super().__init__()

    def apply(self, event: e.Event) -> list[Command]:
        commands = super().apply(event)
        self.kept += self.facts
        return commands


def made_day(seed: int, *, every_s: float = 40.0, before: Plan = PLAN) -> list[e.Fact]:
    """The facts of four hours, times in ms from 1."""
    chances = Random(seed)
    floor = _Kept()
    rehearsal = Rehearsal(floor)
    talks: dict[str, Talk] = {}

    def talk(contact: str, agent: str) -> Talk:
        drawn = Talk(
            ms=int(chances.expovariate(1 / 180_000)),
            wrap_up_ms=chances.choice([None, 5_000, 20_000]),
            agent_ends=chances.random() < 0.5,
        )
        return talks.setdefault(contact, drawn)

    Callers(rehearsal, lambda contact: int(chances.expovariate(1 / 120_000)), talk)
    Agents(rehearsal, lambda contact, agent: chances.choice(RESPONSES), talk)
    for event in (*_staff(chances), *_calls(chances, every_s)):
        rehearsal.enter(event)
    floor.apply(e.PlanChanged(at=1, plan=before))
    rehearsal.enter(e.PlanChanged(at=NOON_MS, plan=replace(before, version=2)))
    rehearsal.run(END_MS)
    return floor.kept


def _staff(chances: Random) -> Iterator[e.Event]:
    for place, agent in enumerate(AGENTS):
        at = 1 + place * 60_000
        yield e.AgentSignedIn(at=at, agent=agent, extension=f"80{place:02d}", desk=place % 2 == 0)
        yield e.IntentChanged(at=at, agent=agent, intent=e.Intent.READY)
        leaves = chances.randrange(NOON_MS, END_MS)
        yield e.IntentChanged(at=leaves, agent=agent, intent=e.Intent.NOT_READY, reason="break")
        if place % 2:
            yield e.AgentSignedOut(at=leaves + 60_000, agent=agent)
        else:
            yield e.IntentChanged(at=leaves + 600_000, agent=agent, intent=e.Intent.READY)


def _calls(chances: Random, every_s: float) -> Iterator[e.Event]:
    at, place = 60_000, 0
    while (at := at + int(chances.expovariate(1 / (1000 * every_s)))) < END_MS:
        place += 1
        contact = f"c{place}"
        yield e.ContactStarted(at=at, contact=contact, asterisk="a", channel="", access="95000", caller="")
        tier = chances.choice(["vip", "standard"])
        yield e.ContactQueued(at=at + 5, contact=contact, queue="service", tier=tier, since=at + 5)
        if chances.random() < 0.1:
            yield e.PriorityChanged(at=at + 8_000, contact=contact, tier="vip")
        if chances.random() < 0.1:
            yield e.KeyPressed(at=at + 15_000, contact=contact, key="1")
        if chances.random() < 0.05:
            # Its flow was entered anew.
            again = at + 30_000
            yield e.ContactStarted(
                at=again, contact=contact, asterisk="a", channel="", access="95000", caller="", attempt=1
            )
            yield e.ContactQueued(at=again + 5, contact=contact, queue="service", tier=tier, since=again + 5)
