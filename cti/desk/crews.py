"""The crews of queues moved to mobile phones: called up by the switch, rung again after a miss, let go when it is over.

Called up, an agent is signed in on his first number outside and ready; whoever talks is called up after it. Nobody is
at a page to make himself ready after a miss, so it is done for him after a while. What a crash left undone, a start
does.
"""

import asyncio
from collections.abc import Callable

import structlog

from acd import events as e
from acd.agent import BEING_OFFERED, AgentState
from acd.emergency_plan import crew_of
from acd.fold import FoldedFloor
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument

AGAIN_S = 20.0
"""How long a phone that was not taken is left alone."""
FREE = (AgentState.IDLE, AgentState.AWAY)
SWITCHES = (e.EmergencySwitchedOn, e.EmergencySwitchedOff, e.PlanChanged)
MISSES = (e.OfferExpired, e.OfferFailed, e.AgentSetAside)

log = structlog.get_logger()


class Crews:
    """Calls up and lets go, as the floor's switches are."""

    def __init__(self, loop: FloorLoop, plan: Callable[[], PlanDocument]) -> None:
        """`plan` gives the plan in force."""
        self._loop = loop
        self._plan = plan
        self._known: dict[str, str] = {}
        """Agent = the number on which he is wanted."""
        self._late: dict[str, None] = {}
        """Who is to be called up and could not be yet."""
        self._again: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Call up and let go whoever is not where he ought to be, then at each switch."""
        self._loop.subscribe(self.read)
        self._switch()
        if self._known:
            self._expect()

    def stop(self) -> None:
        """Ring nobody again."""
        if self._again is not None:
            self._again.cancel()
            self._again = None

    def read(self, number: int, fact: e.Fact) -> None:
        """Take a fact: a switch, a miss, or one that may have freed somebody."""
        if isinstance(fact, SWITCHES):
            self._switch()
        elif self._late:
            self._call_up()
        if self._known and self._again is None and isinstance(fact, MISSES):
            self._expect()

    def _switch(self) -> None:
        before, self._known = self._known, wanted(self._loop, self._plan())
        self._late = {agent: None for agent in self._known if agent in self._late or agent not in before}
        for agent in [*self._loop.floor.agents.values()]:
            if agent.called_up and agent.extension != self._known.get(agent.agent):
                self._let_go(agent.agent)
        self._call_up()

    def _call_up(self) -> None:
        now, agents = self._loop.now(), self._loop.floor.agents
        for name in list(self._late):
            agent, number = agents.get(name), self._known[name]
            if name not in self._late or agent is None or agent.listed < 0:
                continue
            here = agent.extension == number
            if not here and agent.state not in FREE:
                continue
            holder = self._loop.floor.agent_on.get(number)
            if holder is not None and not here:
                log.warning("an emergency phone is taken", agent=name, by=holder.agent, mend="list one number once")
                continue
            # First: what is told comes back as a fact at once, unless we are in the middle of one.
            del self._late[name]
            if not here:
                self._loop.tell_if_fits(
                    e.AgentSignedIn(at=now, agent=name, extension=number, desk=agent.desk, outside=True, called_up=True)
                )
            self._loop.tell_if_fits(e.IntentChanged(at=now, agent=name, intent=e.Intent.READY))

    def _let_go(self, name: str) -> None:
        now, agent = self._loop.now(), self._loop.floor.agents[name]
        if agent.state in FREE or agent.state in BEING_OFFERED:
            self._loop.tell_if_fits(e.AgentSignedOut(at=now, agent=name))
        elif agent.intent is not e.Intent.LOGGED_OUT:
            self._loop.tell_if_fits(e.IntentChanged(at=now, agent=name, intent=e.Intent.LOGGED_OUT))

    # --- after a miss ---

    def _expect(self) -> None:
        self._again = asyncio.get_running_loop().call_later(AGAIN_S, self._ready_again)

    def _ready_again(self) -> None:
        self._again = None
        for name in self._known:
            agent = self._loop.floor.agents.get(name)
            if agent is None or not agent.called_up or agent.intent is not e.Intent.READY or agent.state not in FREE:
                continue
            if agent.misses or agent.set_aside not in (None, e.SetAsideCause.BREAK_GRANTED):
                self._loop.tell_if_fits(e.IntentChanged(at=self._loop.now(), agent=name, intent=e.Intent.READY))


def wanted(loop: FloorLoop, plan: PlanDocument) -> dict[str, str]:
    """Agent = number, of everybody whom a queue that is moved to mobile phones calls up now."""
    found: dict[str, str] = {}
    for name, switched in loop.floor.state.emergencies.items():
        if switched.to is e.EmergencyWay.MOBILES:
            found |= crew_numbers(loop.floor, plan, name)
    return found


def numbers_in_turn(floor: FoldedFloor, plan: PlanDocument, queue: str) -> list[list[str]]:
    """The numbers outside that are rung for a queue moved to mobile phones: those of one turn together."""
    crew = floor.pools.queues[queue].crew or {}
    turns: dict[int, list[str]] = {}
    for agent, number in crew_numbers(floor, plan, queue).items():
        turns.setdefault(crew[agent], []).append(number)
    return [*turns.values()]


def crew_numbers(floor: FoldedFloor, plan: PlanDocument, queue: str) -> dict[str, str]:
    """Agent = the number outside on which he is rung for a queue in an emergency, in the order in which they are."""
    prepared = floor.plan.queues[queue].emergency
    crew = crew_of(floor.plan, prepared) if prepared is not None else ()
    return {one: plan.agents[one].numbers[0] for one in crew if one in plan.agents and plan.agents[one].numbers}
