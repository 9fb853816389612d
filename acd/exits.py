"""Who leaves a queue without an agent: by the queue's rules, which are looked at for everybody who waits, or by a key.

A rule is looked at when a contact begins to wait, when what it depends on changes, when its moment comes, and for all
who wait when the plan changes; the expected wait changes with every talk, so it is looked at when a contact comes, when
agents come or go, and under a new plan. An offer that rings is finished first; a key takes it back, for the caller has
decided. Of several rules that hold the first in the order of `ExitRule` counts. A rule sends a contact away once: where
it comes back, or the place it was sent to fails, it waits.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import callback, links
from acd import commands as c
from acd import events as e
from acd.contact import WAITING, Contact
from acd.estimate import estimate
from acd.plan import Exit
from acd.telling import music_of
from acd.watch import NOBODY

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor
    from acd.pool import Pool

QUEUE, CALLBACK = "queue", "callback"
"""Kinds of destinations; the others are the telephone system's."""
RULES = tuple(rule for rule in e.ExitRule if rule not in (e.ExitRule.KEY, e.ExitRule.EMERGENCY_OVER))
UNBOUNDED = (e.ExitRule.KEY, e.ExitRule.EMERGENCY, e.ExitRule.EMERGENCY_OVER)
"""What may send a contact away more than once: the caller, and whoever switches a queue."""


def destination(floor: "FoldedFloor", contact: Contact, key: str) -> str | None:
    """Where a key leads a waiting caller; None: nowhere, as when he is not on the line but to be called back."""
    if contact.without_leg:
        return None
    to = contact.keys.get(key) or floor.pools.queues[contact.queue].keys.get(key)
    return to if to is not None and _leads_somewhere(floor, contact, to) else None


def _leads_somewhere(floor: "FoldedFloor", contact: Contact, to: str) -> bool:
    kind, _, name = to.partition(":")
    return kind != QUEUE or (name != contact.queue and name in floor.plan.queues)


# --- which rule holds ---


def holding(floor: "FoldedFloor", contact: Contact) -> tuple[e.ExitRule, Exit] | None:
    """The rule that sends a waiting contact away now, and where; None: it stays."""
    exits = floor.pools.queues[contact.queue].exits
    if not exits or contact.asterisk in floor.state.links_down:
        return None
    waited_ms = floor.at - contact.here_since
    for rule in RULES:
        leads = exits.get(rule.value)
        if (
            leads is not None
            and waited_ms >= leads.after_ms
            and _mark(contact.queue, rule) not in contact.left
            and _leads_somewhere(floor, contact, leads.to)
            and _HOLDS[rule](floor, contact, leads)
        ):
            return rule, leads
    return None


def _mark(queue: str, rule: e.ExitRule) -> str:
    return f"{queue}.{rule.value}"


def _is_closed(floor: "FoldedFloor", contact: Contact, leads: Exit) -> bool:
    return contact.queue in floor.state.closed


def _is_full(floor: "FoldedFloor", contact: Contact, leads: Exit) -> bool:
    return floor.watch.is_beyond(contact, leads.above)


def _lacks(rule: e.ExitRule) -> Callable[["FoldedFloor", Contact, Exit], bool]:
    return lambda floor, contact, leads: absence(floor, floor.pools.pool_for(contact)) is rule


def _always(floor: "FoldedFloor", contact: Contact, leads: Exit) -> bool:
    return True


def _would_wait(floor: "FoldedFloor", contact: Contact, leads: Exit) -> bool:
    expected = estimate(floor, contact.contact) if contact.contact in floor.watch.doubtful else None
    return expected is not None and (expected.low_ms + expected.high_ms) / 2 > leads.above_ms


_HOLDS: dict[e.ExitRule, Callable[["FoldedFloor", Contact, Exit], bool]] = {
    e.ExitRule.EMERGENCY: _always,
    e.ExitRule.CLOSED: _is_closed,
    e.ExitRule.FULL: _is_full,
    e.ExitRule.LOGGED_OUT: _lacks(e.ExitRule.LOGGED_OUT),
    e.ExitRule.ON_BREAK: _lacks(e.ExitRule.ON_BREAK),
    e.ExitRule.UNREACHABLE: _lacks(e.ExitRule.UNREACHABLE),
    e.ExitRule.MAX_WAIT: _always,
    e.ExitRule.LONG_WAIT: _would_wait,
}


def absence(floor: "FoldedFloor", pool: "Pool") -> e.ExitRule | None:
    """Why nobody who could serve a need takes contacts; None: somebody does."""
    if any(shelf.on_duty for shelf in pool.shelves):
        return None
    counts = floor.pools.standings(pool)
    if not len(pool.able) - counts["logged_out"]:
        return e.ExitRule.LOGGED_OUT
    if len(pool.able) - counts["logged_out"] - counts["set_aside"] - counts["unreachable"]:
        return e.ExitRule.ON_BREAK
    return e.ExitRule.UNREACHABLE


def look_at_restaffed(floor: "FoldedFloor") -> None:
    """Let those be looked at whose agents have come or gone since it was asked last."""
    pools = floor.pools
    for pool in pools.restaffed:
        exits = pools.queues[pool.need.queue].exits
        nobody = absence(floor, pool) if any(rule in exits for rule in NOBODY) else None
        for lane in pool.lanes.values():
            if nobody is not None and nobody.value in exits:
                for place in lane.places:
                    floor.watch.look_at(floor.contacts[place[3]])
            elif lane.places and e.ExitRule.LONG_WAIT.value in exits:
                # Who comes last waits longest: when he leaves, the one before him is looked at.
                floor.watch.doubt(floor.contacts[lane.places[-1][3]])
    pools.restaffed.clear()


# --- leaving ---


def enter(floor: "FoldedFloor", contact: Contact) -> None:
    """A visit begins."""
    floor.ledger.of(contact.queue).entered += 1
    if contact.queue in floor.watch.queues:
        floor.watch.enter(contact)
    links.let_wait(floor, contact)


def leave(floor: "Floor", contact: Contact, rule: e.ExitRule, to: str, key: str = "") -> None:
    """Let a contact that waits or is offered leave its queue."""
    at, offers, music = floor.at, contact.open_offers, music_of(floor, contact)
    place = floor.pools.where.get(contact.contact)
    floor.record(e.ContactLeft(at=at, contact=contact.contact, queue=contact.queue, rule=rule, to=to, key=key))
    for offer in offers:
        floor.withdraw(at, offer)
    if rule is e.ExitRule.LONG_WAIT and place is not None and place[1].places:
        floor.watch.doubt(floor.contacts[place[1].places[-1][3]])
    kind, _, name = to.partition(":")
    if kind != QUEUE:
        floor.order(c.SendAway(contact=contact.contact, to=to))
        return
    floor.record(e.ContactMoved(at=at, contact=contact.contact, queue=name))
    if (other := music_of(floor, contact)) != music:
        floor.order(c.StartMusic(contact=contact.contact, music=other))


def _on_key(floor: "Floor", event: e.KeyPressed) -> None:
    contact = floor.contacts[event.contact]
    to = destination(floor, contact, event.key)
    floor.record(event)
    if to is not None and to != CALLBACK:
        leave(floor, contact, e.ExitRule.KEY, to, event.key)


def account_of(fact: e.ContactLeft) -> str:
    """The account of the ledger in which the visit ends."""
    if fact.to.startswith(f"{QUEUE}:"):
        return "overflowed"
    return {e.ExitRule.FULL: "shed", e.ExitRule.CLOSED: "closed_out"}.get(fact.rule, "left")


def _fold_left(floor: "FoldedFloor", fact: e.ContactLeft) -> None:
    contact = floor.contacts[fact.contact]
    links.stop_waiting(floor, contact)
    visits, account = floor.ledger.of(contact.queue), account_of(fact)
    setattr(visits, account, getattr(visits, account) + 1)
    if fact.rule not in UNBOUNDED:
        contact.left.append(_mark(fact.queue, fact.rule))
    _fold_origin(contact, fact)
    floor.move(contact, fact)


def _fold_origin(contact: Contact, fact: e.ContactLeft) -> None:
    """From which queues it was moved in an emergency and not by itself."""
    kind, _, name = fact.to.partition(":")
    came = contact.switched_from
    if fact.rule is e.ExitRule.EMERGENCY and kind == QUEUE:
        came.append(fact.queue)
    else:
        del came[came.index(name) if fact.rule is e.ExitRule.EMERGENCY_OVER and name in came else 0 :]


def _fold_moved(floor: "FoldedFloor", fact: e.ContactMoved) -> None:
    contact = floor.contacts[fact.contact]
    floor.move(contact, fact)
    contact.queue = fact.queue
    contact.arrival = floor.number
    contact.visits += 1
    contact.entered_at = contact.here_since = fact.at
    contact.step, contact.step_since, contact.preferred = 0, fact.at, ()
    contact.told = contact.expected_ms = None
    contact.missed = []
    enter(floor, contact)


def _fold_closed(floor: "FoldedFloor", fact: e.QueueClosed) -> None:
    if fact.queue not in floor.state.closed:
        floor.state.closed.append(fact.queue)
        callback.look_at_hours(floor, fact.queue)
        floor.watch.look_at_all(fact.queue)


def _fold_opened(floor: "FoldedFloor", fact: e.QueueOpened) -> None:
    if fact.queue in floor.state.closed:
        floor.state.closed.remove(fact.queue)
        callback.look_at_hours(floor, fact.queue)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.ContactLeft: _fold_left,
    e.ContactMoved: _fold_moved,
    e.QueueOpened: _fold_opened,
    e.QueueClosed: _fold_closed,
}
"""What these facts change on a floor; an opening or closing said twice changes nothing more."""
REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {e.KeyPressed: _on_key}
"""What follows from an event."""


def look(floor: "Floor", contact: Contact) -> bool:
    """Let a waiting contact leave if a rule says so; whether it stays."""
    found = holding(floor, contact)
    if found is None:
        return True
    leave(floor, contact, found[0], found[1].to)
    return contact.state is WAITING
