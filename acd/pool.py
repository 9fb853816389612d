"""Pools: the agents able to serve one need, the idle ones in order, and the contacts that wait for them, in lanes.

No step walks over all agents or all contacts: an agent or a contact that changes touches the pools it is in, and there
its own place only.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from acd.agent import IDLE, STANDINGS, Agent
from acd.lane import Lane, LaneKey
from acd.need import Need
from acd.order import Key
from acd.plan import NORMAL_TERMS, AgentSpec, QueueTerms, Tier

IdlePlace = tuple[list[float], int, str]
"""(keys of the plan's agent order, place in the plan, agent): the smaller is tried first."""


UNABLE = "no_skill"
STANDINGS_AND_UNABLE = tuple(sorted((*STANDINGS, UNABLE)))


@dataclass(slots=True)
class Shelf:
    """The able agents who serve the pool's queue after the same delay."""

    delay_ms: int
    idle: list[IdlePlace] = field(default_factory=list)
    """Best first."""
    on_duty: int = 0
    """Agents who take contacts at all just now, busy or not."""


class Pool:
    """The agents able to serve one need and the contacts that have it."""

    __slots__ = (
        "_idle_places",
        "_shelf_of",
        "able",
        "duty_changes",
        "has_head_starts",
        "idle_count",
        "keys",
        "lanes",
        "need",
        "shelves",
        "signed_in",
        "standings",
        "tiers",
        "waiting",
    )

    def __init__(self, need: Need, keys: tuple[Key, ...]) -> None:
        """An empty pool; `keys` order its idle agents."""
        self.need = need
        self.keys = keys
        self.able: dict[str, AgentSpec] = {}
        self.standings: dict[str, int] = dict.fromkeys(STANDINGS_AND_UNABLE, 0)
        """What `Pools.standings` has counted."""
        self.shelves: list[Shelf] = []
        """By delay, shortest first; nearly always one."""
        self.lanes: dict[LaneKey, Lane] = {}
        self.tiers: dict[str, tuple[Tier, Lane]] = {}
        """The tiers of those who waited here, and where they do."""
        self.waiting = 0
        """Contacts in all lanes."""
        self.has_head_starts = False
        """Whether the queue is ahead or behind at any able agent."""
        self.signed_in = 0
        """Able agents who are there at all, ready or not."""
        self.idle_count = 0
        """Idle agents on all shelves."""
        self.duty_changes = 0
        """How often an able agent came on duty or left it."""
        self._shelf_of: dict[str, Shelf] = {}
        self._idle_places: dict[str, IdlePlace] = {}

    # --- agents ---

    def admit(self, agent: Agent, spec: AgentSpec, standing: str, on_duty: bool) -> None:
        """Count an able agent in, as he stands."""
        self.able[agent.agent] = spec
        terms = self.terms(agent.agent)
        self.has_head_starts = self.has_head_starts or terms.head_start_ms != 0
        self._shelf_of[agent.agent] = self._shelf(terms.delay_ms)
        self.standings[UNABLE] -= 1
        self.standings[standing] += 1
        self.signed_in += agent.signed_in
        self.count_duty(agent, on_duty)
        if agent.state is IDLE:
            self.add_idle(agent)

    def dismiss(self, agent: Agent, standing: str, on_duty: bool) -> None:
        """Count out an agent who is able no more; he was counted in as he is said to stand."""
        if agent.state is IDLE:
            self.remove_idle(agent)
        self.count_duty(agent, -on_duty)
        self.signed_in -= agent.signed_in
        self.standings[standing] -= 1
        self.standings[UNABLE] += 1
        del self.able[agent.agent]
        del self._shelf_of[agent.agent]

    def count_duty(self, agent: Agent, change: int) -> None:
        """One able agent more or less is on duty."""
        self._shelf_of[agent.agent].on_duty += change
        self.duty_changes += 1

    def add_idle(self, agent: Agent) -> None:
        """An able agent becomes idle."""
        spec, need = self.able[agent.agent], self.need
        keys = [key(agent, spec, need) for key in self.keys]
        place = self._idle_places[agent.agent] = (keys, agent.listed, agent.agent)
        insort(self._shelf_of[agent.agent].idle, place)
        self.idle_count += 1

    def remove_idle(self, agent: Agent) -> None:
        """An able agent is idle no more."""
        idle, place = self._shelf_of[agent.agent].idle, self._idle_places.pop(agent.agent)
        at = bisect_left(idle, place)
        assert idle[at] == place
        del idle[at]
        self.idle_count -= 1

    def terms(self, agent: str) -> QueueTerms:
        """On what terms an able agent serves the pool's queue; one who is preferred has no delay."""
        terms = self.able[agent].terms.get(self.need.queue, NORMAL_TERMS)
        return replace(terms, delay_ms=0) if self.need.only is not None and terms.delay_ms else terms

    @property
    def on_duty(self) -> int:
        """Able agents who take contacts at all just now, busy or not."""
        return sum([shelf.on_duty for shelf in self.shelves])

    def _shelf(self, delay_ms: int) -> Shelf:
        for shelf in self.shelves:
            if shelf.delay_ms == delay_ms:
                return shelf
        made = Shelf(delay_ms)
        self.shelves.append(made)
        self.shelves.sort(key=lambda shelf: shelf.delay_ms)
        return made

    @property
    def idle(self) -> Sequence[IdlePlace]:
        """Idle able agents: those of shorter delay first, of equal delay the best first."""
        if len(self.shelves) == 1:
            return self.shelves[0].idle
        return [place for shelf in self.shelves for place in shelf.idle]

    # --- contacts ---

    def contacts(self) -> list[str]:
        """Everybody who waits here."""
        return [place[3] for lane in self.lanes.values() for place in lane.places]

    def lane(self, tier: Tier) -> Lane:
        """The lane of contacts of this tier; preferred agents are not kept back for others."""
        reservation = (tier.reserve_idle, tier.reserve_for_ms) if self.need.only is None else (0, None)
        key = (tier.rank, tier.growth, *reservation)
        found = self.lanes.get(key)
        if found is None:
            found = self.lanes[key] = Lane(*key)
            found.waits_ms = [shelf.delay_ms for shelf in self.shelves if shelf.delay_ms]
            if found.reserve_idle and found.reserve_for_ms is not None:
                found.waits_ms.append(found.reserve_for_ms)
        return found
