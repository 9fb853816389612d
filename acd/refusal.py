"""Which events do not fit the floor as it is, and why."""

from collections.abc import Callable
from typing import Any

from acd import breaks, callback, consult, emergency, wrap_up
from acd import events as e
from acd.agent import AGENT, AgentState
from acd.contact import CONTACT, OPEN, ContactState, is_unmet
from acd.fold import FoldedFloor
from acd.order import ORDER
from acd.rejoin import talk


def refusal(floor: FoldedFloor, event: e.Event) -> str | None:
    """Why the floor cannot take the event, in plain words; None when it can."""
    if event.at < floor.state.at:
        return f"its time {event.at} is before the floor's, {floor.at}"
    check = _CHECKS.get(type(event))
    return check(floor, event) if check is not None else None


def _started(floor: FoldedFloor, event: e.ContactStarted) -> str | None:
    return _of_leg(floor, event) if event.contact in floor.contacts else None


def _of_leg(floor: FoldedFloor, event: e.ContactStarted | e.ContactQueued | e.ContactEnded) -> str | None:
    contact = floor.contacts.get(event.contact)
    if contact is not None and contact.callback is not None and not contact.callback.leg:
        return f"contact {event.contact!r} has no leg: it is to be called back"
    return _contact(floor, event)


def _contact(floor: FoldedFloor, event: Any) -> str | None:
    contact = floor.contacts.get(event.contact)
    if contact is None:
        return f"there is no contact {event.contact!r}"
    if type(event) not in CONTACT[contact.state]:
        return f"contact {event.contact!r} is {contact.state.value}"
    return None


def _queued(floor: FoldedFloor, event: e.ContactQueued) -> str | None:
    plan = floor.state.plan
    if event.queue not in plan.queues:
        return f"the plan has no queue {event.queue!r}"
    if event.tier not in plan.tiers:
        return f"the plan has no tier {event.tier!r}"
    if event.since > event.at:
        return f"it would wait since {event.since}, which is still to come"
    if event.credit_ms < 0:
        return f"a credit of {event.credit_ms} ms would take waiting time away"
    return _of_leg(floor, event)


def _ended(floor: FoldedFloor, event: e.ContactEnded) -> str | None:
    why = _of_leg(floor, event)
    if why is None and event.before_talk and not is_unmet(floor.contacts[event.contact], floor.offers):
        return f"contact {event.contact!r} is not just being answered"
    return why


def _priority(floor: FoldedFloor, event: e.PriorityChanged) -> str | None:
    if event.tier not in floor.plan.tiers:
        return f"the plan has no tier {event.tier!r}"
    return _contact(floor, event)


def _hold(floor: FoldedFloor, event: e.HoldStarted | e.HoldEnded) -> str | None:
    offer = floor.offers.get(event.offer)
    if offer is None or type(event) not in AGENT[floor.agents[offer.agent].state]:
        wish = "held" if isinstance(event, e.HoldStarted) else "resumed"
        return f"offer {event.offer} is not in a talk that could be {wish}"
    if offer.consult_of is not None:
        return f"agent {offer.agent!r} is being consulted, and has no caller"
    if offer.dial_until is not None or floor.contacts[offer.contact].state is ContactState.DIALLING:
        return f"the customer of offer {event.offer} is being called back"
    if offer.rejoin_until is not None:
        return f"the agent's leg of offer {event.offer} is lost: the caller hears music already"
    return None


def _rejoin(floor: FoldedFloor, event: e.RejoinAsked) -> str | None:
    return None if talk(floor, event.offer) is not None else f"offer {event.offer} is not in a talk to be rejoined"


def _outcome(floor: FoldedFloor, event: e.OutcomeSaved) -> str | None:
    why = _contact(floor, event)
    if why is not None:
        return why
    contact = floor.contacts[event.contact]
    before_talk = contact.state in OPEN or contact.state is ContactState.IVR
    if event.agent not in contact.sent_on and (before_talk or contact.agent != event.agent):
        return f"agent {event.agent!r} did not talk with contact {event.contact!r}"
    return None


def _agent(floor: FoldedFloor, event: Any) -> str | None:
    agent = floor.agents.get(event.agent)
    if agent is None or agent.listed < 0:
        return f"the plan has no agent {event.agent!r}"
    return None


def _sign_in(floor: FoldedFloor, event: e.AgentSignedIn) -> str | None:
    why = _agent(floor, event)
    if why is not None:
        return why
    agent = floor.agents[event.agent]
    if agent.extension not in (None, event.extension) and agent.state not in (AgentState.IDLE, AgentState.AWAY):
        return f"agent {event.agent!r} is {agent.state.value} on phone {agent.extension}"
    holder = _holder(floor, event.extension)
    if holder not in (None, event.agent):
        return f"phone {event.extension} is taken by agent {holder!r}"
    return None


def _holder(floor: FoldedFloor, extension: str) -> str | None:
    """Who is signed in on a phone, or is being rung or talks on it still."""
    agent = floor.agent_on.get(extension)
    if agent is not None:
        return agent.agent
    return next((offer.agent for offer in floor.offers.values() if offer.extension == extension), None)


def _sign_out(floor: FoldedFloor, event: e.AgentSignedOut) -> str | None:
    # An agent whom the plan no longer lists must still be able to leave his phone to others.
    agent = floor.agents.get(event.agent)
    return f"agent {event.agent!r} is not signed in" if agent is None or agent.extension is None else None


def _intent(floor: FoldedFloor, event: e.IntentChanged) -> str | None:
    why = _agent(floor, event)
    if why is None and floor.agents[event.agent].extension is None:
        return f"agent {event.agent!r} is not signed in"
    if why is None and event.intent is e.Intent.LOGGED_OUT and floor.agents[event.agent].state in breaks.UNBOUND:
        return "signing out is an event of its own"
    return why or breaks.no_room(floor, event)


def _plan(floor: FoldedFloor, event: e.PlanChanged) -> str | None:
    plan = event.plan
    for key in plan.agent_order:
        if key not in ORDER:
            return f"there is no agent order {key!r}: known are {', '.join(sorted(ORDER))}"
    for tier in plan.tiers.values():
        # Written so that NaN, of which every comparison is false, is refused too.
        if not 0 <= tier.growth < float("inf"):
            return f"the growth of tier {tier.name!r} is {tier.growth}: it must be a number from 0 up"
    for contact in floor.contacts.values():
        if contact.state in OPEN:
            if contact.queue not in plan.queues:
                return f"contacts wait in queue {contact.queue!r}, which the new plan does not have"
            if contact.tier not in plan.tiers:
                return f"contacts of tier {contact.tier!r} wait, which the new plan does not have"
    for queue in plan.queues.values():
        for rule, leads in queue.exits.items():
            kind, _, name = leads.to.partition(":")
            if kind == "queue" and name not in plan.queues:
                return f"rule {rule!r} of queue {queue.name!r} leads to queue {name!r}, which the plan does not have"
    return emergency.unprepared(plan, floor.state)


_CHECKS: dict[type[e.Event], Callable[[FoldedFloor, Any], str | None]] = {
    e.ContactStarted: _started,
    e.ContactQueued: _queued,
    e.PriorityChanged: _priority,
    e.ContactEnded: _ended,
    e.PartyConnected: _contact,
    e.KeyPressed: _contact,
    e.HoldStarted: _hold,
    e.HoldEnded: _hold,
    e.RejoinAsked: _rejoin,
    e.OutcomeSaved: _outcome,
    e.AgentSignedIn: _sign_in,
    e.AgentSignedOut: _sign_out,
    e.IntentChanged: _intent,
    e.DeskOpened: _agent,
    e.DeskClosed: _agent,
    e.PlanChanged: _plan,
    e.AutoAnswerChosen: _agent,
    **breaks.CHECKS,
    **wrap_up.CHECKS,
    **callback.CHECKS,
    **emergency.CHECKS,
    **consult.CHECKS,
}
"""What is not here fits any floor: late words about offers and phones change nothing."""
