"""Misses: what follows when an agent lets offers go by (RONA), and whom a contact is not offered again.

A contact is not offered again to an agent who missed it while another able agent is on duty, and never before he has
made himself ready again. Below the number of misses that the plan lets pass he goes on with other contacts; but where
he is the last able agent on duty for a contact that he missed, he is set aside with the first, so that somebody has to
make himself ready again.
"""

from typing import TYPE_CHECKING

from acd import events as e
from acd.agent import Agent
from acd.contact import Contact, Offer
from acd.plan import MissRule
from acd.words import MissReaction

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

CAUSES: dict[e.OfferFailure, e.SetAsideCause] = {
    e.OfferFailure.BUSY: e.SetAsideCause.BUSY,
    e.OfferFailure.REJECTED: e.SetAsideCause.REJECTED,
    e.OfferFailure.UNREACHABLE: e.SetAsideCause.UNREACHABLE,
    e.OfferFailure.FAULT: e.SetAsideCause.FAULT,
}


def rule_of(floor: "FoldedFloor", offer: Offer) -> MissRule:
    """What the plan answers to misses of this offer's queue."""
    return floor.pools.queues[offer.queue].misses or floor.plan.misses


def fold_missed(
    floor: "FoldedFloor", offer: Offer, contact: Contact | None, fact: e.OfferExpired | e.OfferFailed
) -> None:
    """The agent missed this offer."""
    cause = CAUSES[fact.cause] if isinstance(fact, e.OfferFailed) else e.SetAsideCause.NO_ANSWER
    agent = floor.agents[offer.agent]
    agent.last_miss = cause
    if cause in rule_of(floor, offer).counted:
        agent.misses += 1
    if contact is not None and offer.offer in contact.open_offers:
        if offer.agent not in contact.missed:
            contact.missed.append(offer.agent)
        contact.missed_in[offer.agent] = floor.number


def may_have_again(agent: Agent, contact: Contact) -> bool:
    """Whether he has made himself ready since he missed this contact."""
    return contact.missed_in.get(agent.agent, 0) < agent.ready_in


def answer(floor: "FoldedFloor", offer: Offer, at: int) -> e.Decision | None:
    """What is decided upon an offer just missed; None: he goes on with other contacts."""
    agent, rule = floor.agents[offer.agent], rule_of(floor, offer)
    if agent.misses < rule.after:
        return None
    match rule.reaction:
        case MissReaction.SET_ASIDE:
            return e.AgentSetAside(at=at, agent=agent.agent, cause=agent.last_miss)
        case MissReaction.PAUSE:
            return e.AgentSetAside(at=at, agent=agent.agent, cause=agent.last_miss, until=at + rule.pause_ms)
        case MissReaction.NOT_READY:
            intent, reason = e.Intent.NOT_READY, rule.reason
        case MissReaction.SIGN_OUT:
            intent, reason = e.Intent.LOGGED_OUT, ""
    return e.IntentApplied(at=at, agent=agent.agent, intent=intent, reason=reason, cause=e.IntentCause.MISSES)
