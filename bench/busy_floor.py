"""A floor under load: agents talk, contacts wait for skills at levels, and whoever is freed gets the next."""

import time
from dataclasses import dataclass
from random import Random

from acd import events as e
from acd.commands import RingAgent
from acd.floor import Floor
from acd.plan import AgentSpec, Plan, Queue, Tier

LEVELS = (1, 4, 7)
TIERS = (
    Tier(name="standard"),
    Tier(name="silver", head_start_ms=15_000),
    Tier(name="gold", head_start_ms=45_000),
    Tier(name="vip", head_start_ms=120_000),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a floor is."""

    agents: int
    waiting: int
    skills: int
    skills_an_agent: int = 4


class BusyFloor:
    """A floor with that many contacts waiting, kept so: a contact comes, a talk ends, a contact comes."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        """Fill the floor until so many wait; nearly every agent talks by then."""
        self.size = size
        self.floor = Floor()
        self.facts: list[e.Fact] = []
        """Everything since it was last emptied."""
        self.timings: list[tuple[str, int]] = []
        """(event, nanoseconds the floor took over it), one an event."""
        self._draw = Random(seed)
        self._now = 0
        self._calls = 0
        self._talking: list[str] = []
        self._tell(e.PlanChanged(at=0, plan=self._plan()))
        for number in range(size.agents):
            agent = f"{number}"
            self._tell(e.AgentSignedIn(at=0, agent=agent, extension=agent))
            self._tell(e.IntentChanged(at=0, agent=agent, intent=e.Intent.READY))
        while self.waiting < size.waiting:
            self._now += 1
            self._arrive()
        self.facts.clear()
        self.timings.clear()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self.floor.contacts) - len(self._talking)

    @property
    def talking(self) -> int:
        """How many talk."""
        return len(self._talking)

    def run(self, calls: int) -> None:
        """Let so many contacts come, and as many talks end as keep the number of those who wait."""
        for _ in range(calls):
            self._now += self._draw.randint(0, 20)
            self._arrive()
            while self.waiting > self.size.waiting:
                self._end_a_talk()

    def _plan(self) -> Plan:
        skills = [f"skill{number}" for number in range(self.size.skills)]
        agents = {}
        for number in range(self.size.agents):
            own = self._draw.sample(skills, self.size.skills_an_agent)
            agents[f"{number}"] = AgentSpec(agent=f"{number}", skills={each: self._draw.randint(1, 10) for each in own})
        return Plan(
            tiers={tier.name: tier for tier in TIERS},
            queues={"all": Queue(name="all", wrap_up_ms=0)},
            agents=agents,
            agent_order=("fewest_skills", "longest_idle"),
        )

    def _end_a_talk(self) -> None:
        place = self._draw.randrange(len(self._talking))
        self._talking[place], self._talking[-1] = self._talking[-1], self._talking[place]
        self._tell(e.ContactEnded(at=self._now, contact=self._talking.pop(), cause=e.EndCause.HUNG_UP))

    def _arrive(self) -> None:
        self._calls += 1
        contact = f"c{self._calls}"
        self._tell(e.ContactStarted(at=self._now, contact=contact, asterisk="a", channel="c", access="1", caller=""))
        need = {f"skill{self._draw.randrange(self.size.skills)}": self._draw.choice(LEVELS)}
        tier = self._draw.choice(TIERS).name
        self._tell(e.ContactQueued(at=self._now, contact=contact, queue="all", tier=tier, since=self._now, skills=need))

    def _tell(self, event: e.Event) -> None:
        began = time.perf_counter_ns()
        commands = self.floor.apply(event)
        self.timings.append((type(event).__name__, time.perf_counter_ns() - began))
        self.facts += self.floor.facts
        for command in commands:
            if type(command) is RingAgent:
                self._talking.append(command.contact)
                self._tell(e.OfferAnswered(at=self._now, offer=command.offer))
