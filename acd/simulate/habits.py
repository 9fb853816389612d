"""What callers and agents do in a rehearsal: wait or give up, talk, pick up or miss, save the outcome, come back.

How long each of it takes is asked of functions, so that it can be drawn, or be as it was on a day that was recorded.
"""

from collections.abc import Callable
from functools import partial

from acd import commands as c
from acd import events as e
from acd.agent import READY, WRAP_UP
from acd.contact import OFFERED, TALKING, WAITING
from acd.simulate.rehearsal import Rehearsal
from acd.value import value

Patience = Callable[[str], int | None]
"""Contact -> how long it would wait, ms, from when it first wanted an agent; None: for ever."""


@value
class Talk:
    """How a talk and the wrap-up after it go."""

    ms: int
    wrap_up_ms: int | None = 0
    """When the outcome is saved, after the talk; None: never, the wrap-up lasts to its cap."""
    agent_ends: bool = False
    """The agent hangs up, not the caller."""
    prolonged: tuple[tuple[int, str], ...] = ()
    """When the wrap-up is prolonged, ms after the talk, and by which supervisor, if by one."""


@value
class Response:
    """What an agent does about an offer."""

    pop_ms: int | None = 0
    """When his desk acknowledges the pop, after the offer was made; None: never. Without a desk nothing is asked."""
    ms: int | None = 0
    """When he picks up, or his phone fails, after it was rung; None: he lets it ring."""
    failure: e.OfferFailure | None = None
    returns_ms: int | None = None
    """When he makes himself ready again, after he was set aside for this; None: not by himself."""


Talks = Callable[[str, str], Talk]
"""(contact, agent) -> how they would talk."""
Responses = Callable[[str, str], Response]
"""(contact, agent) -> what the agent would do about an offer of it."""


class Callers:
    """Callers give up when their patience ends, and talk when they are answered."""

    def __init__(self, rehearsal: Rehearsal, patience: Patience, talks: Talks) -> None:
        self._rehearsal = rehearsal
        self._patience = patience
        self._talks = talks
        rehearsal.on(e.ContactQueued, self._wait)
        rehearsal.on(e.OfferAnswered, self._talk)
        rehearsal.on(e.CallbackAnswered, self._talk)
        rehearsal.on(e.ContactLeft, self._go_away)
        rehearsal.on(c.DropContact, self._let_go)

    def _wait(self, fact: e.ContactQueued) -> None:
        patience = self._patience(fact.contact)
        if patience is not None:
            self._rehearsal.later(fact.since + patience, partial(self._give_up, fact.contact))

    def _give_up(self, contact: str) -> None:
        known = self._rehearsal.floor.contacts.get(contact)
        if known is not None and known.state in (WAITING, OFFERED):
            self._end(contact)

    def _talk(self, fact: e.OfferAnswered | e.CallbackAnswered) -> None:
        """Once agent and caller are both there, whoever was there first."""
        rehearsal = self._rehearsal
        offer = rehearsal.floor.offers.get(fact.offer)
        if offer is None or offer.answered_at is None or rehearsal.floor.contacts[offer.contact].state is not TALKING:
            return
        talk = self._talks(offer.contact, offer.agent)
        rehearsal.enter(e.TalkConnected(at=fact.at, offer=fact.offer))
        rehearsal.later(fact.at + talk.ms, partial(self._end_talk, offer.contact, fact.offer, talk))

    def _end_talk(self, contact: str, offer: int, talk: Talk) -> None:
        known = self._rehearsal.floor.contacts.get(contact)
        if known is None or known.state is not TALKING or known.offer != offer:
            return
        if talk.agent_ends:
            self._rehearsal.tell(e.AgentHungUp(at=self._rehearsal.at, offer=offer))
        else:
            self._end(contact)

    def _go_away(self, fact: e.ContactLeft) -> None:
        """Who is sent anywhere but to another queue does not come back from there."""
        if not fact.to.startswith("queue:"):
            self._rehearsal.later(fact.at, partial(self._end, fact.contact))

    def _let_go(self, command: c.DropContact) -> None:
        self._rehearsal.later(self._rehearsal.at, partial(self._end, command.contact))

    def _end(self, contact: str) -> None:
        self._rehearsal.tell(e.ContactEnded(at=self._rehearsal.at, contact=contact, cause=e.EndCause.HUNG_UP))


class Agents:
    """Agents pick up or miss, save the outcome, and make themselves ready again after a miss."""

    def __init__(self, rehearsal: Rehearsal, responses: Responses, talks: Talks) -> None:
        self._rehearsal = rehearsal
        self._responses = responses
        self._talks = talks
        self._of_offer: dict[int, Response] = {}
        self._last: dict[str, Response] = {}
        """By agent: what he did about his last offer."""
        rehearsal.on(e.OfferMade, self._pop)
        rehearsal.on(c.RingAgent, self._pick_up)
        rehearsal.on(e.ContactEnded, self._wrap_up)
        rehearsal.on(e.ContactReleased, self._wrap_up)
        rehearsal.on(e.AgentSetAside, self._come_back)

    def _pop(self, fact: e.OfferMade) -> None:
        response = self._of_offer[fact.offer] = self._last[fact.agent] = self._responses(fact.contact, fact.agent)
        if fact.pop_until is not None and response.pop_ms is not None:
            self._rehearsal.enter(e.PopAcknowledged(at=fact.at + response.pop_ms, offer=fact.offer))

    def _pick_up(self, command: c.RingAgent) -> None:
        response = self._of_offer.pop(command.offer)
        if response.ms is None:
            return
        at = self._rehearsal.at + response.ms
        if response.failure is not None:
            event: e.Event = e.OfferFailed(at=at, offer=command.offer, cause=response.failure)
        else:
            event = e.OfferAnswered(at=at, offer=command.offer)
        self._rehearsal.later(at, partial(self._if_open, command.offer, event))

    def _if_open(self, offer: int, event: e.Event) -> None:
        known = self._rehearsal.floor.offers.get(offer)
        if known is not None and known.answered_at is None:
            self._rehearsal.tell(event)

    def _wrap_up(self, fact: e.ContactEnded | e.ContactReleased) -> None:
        contact = self._rehearsal.floor.contacts.get(fact.contact)
        if contact is None or contact.agent is None or contact.outcome is not None:
            return
        agent = self._rehearsal.floor.agents[contact.agent]
        if agent.state is not WRAP_UP or agent.contact != fact.contact or agent.since != fact.at:
            return
        talk = self._talks(fact.contact, agent.agent)
        for after_ms, by in talk.prolonged:
            longer = e.WrapUpProlonged(at=fact.at + after_ms, agent=agent.agent, by=by)
            self._rehearsal.later(longer.at, partial(self._if_wrapping_up, fact.contact, agent.agent, longer))
        if talk.wrap_up_ms is not None:
            saved = e.OutcomeSaved(at=fact.at + talk.wrap_up_ms, contact=fact.contact, agent=agent.agent, outcome="")
            self._rehearsal.later(saved.at, partial(self._if_wrapping_up, fact.contact, agent.agent, saved))

    def _if_wrapping_up(self, contact: str, agent: str, event: e.Event) -> None:
        known = self._rehearsal.floor.agents[agent]
        if known.state is WRAP_UP and known.contact == contact:
            self._rehearsal.tell(event)

    def _come_back(self, fact: e.AgentSetAside) -> None:
        response = self._last.get(fact.agent) if fact.cause is not e.SetAsideCause.BREAK_GRANTED else None
        if response is not None and response.returns_ms is not None:
            self._rehearsal.later(fact.at + response.returns_ms, partial(self._make_ready, fact.agent))

    def _make_ready(self, agent: str) -> None:
        known = self._rehearsal.floor.agents[agent]
        if known.set_aside is not None and known.intent is READY and known.extension is not None:
            self._rehearsal.tell(e.IntentChanged(at=self._rehearsal.at, agent=agent, intent=READY))
