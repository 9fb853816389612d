"""Steps: a waiting contact goes on when its step has lasted long enough, or at once when nobody is there to serve it.

While it is being offered it stays where it is: a step that comes due meanwhile is taken as soon as the offer is over.
Time brings every step in turn, and an expected wait that is longer than a step says brings it before its time. At once,
a stage of preferred agents is left when none of them who has not missed the contact is on duty; another step when
nobody able is signed in, for the next one that somebody signed in can serve; where there is none it stays, so that an
empty floor eases nothing.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd import links
from acd.contact import Contact
from acd.estimate import estimate
from acd.match import is_kept_from_those_who_missed_it
from acd.relaxation import expected_ms, next_due, step_of, steps_of

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

TIME, EXPECTED, NOBODY = e.StepCause.TIME, e.StepCause.EXPECTED, e.StepCause.NOBODY


def taken(floor: "FoldedFloor") -> Iterator[e.StepTaken]:
    """The steps that are due, one after another; each must be folded before the next is asked for."""
    pools = floor.pools
    while pools.is_stirred:
        pools.is_stirred = False
        _disturb(floor)
        for name in sorted(pools.restless, key=lambda one: floor.contacts[one].arrival):
            contact = floor.contacts[name]
            pools.restless.pop(name, None)
            if (step := _next(floor, contact)) is not None:
                yield step
    pools.looked_at.clear()


def _disturb(floor: "FoldedFloor") -> None:
    """Look at those who wait where nobody is any more, or was, if somebody is who can serve them at a later step."""
    pools = floor.pools
    empty = pools.stranded() if pools.is_somebody_new else [*pools.deserted]
    pools.is_somebody_new = False
    pools.deserted.clear()
    for pool in empty:
        waiting = pool.contacts()
        # They all have the same steps before them.
        if waiting and not pool.signed_in and _served(floor, floor.contacts[waiting[0]]) is not None:
            pools.restless |= dict.fromkeys(waiting)


def _next(floor: "FoldedFloor", contact: Contact) -> e.StepTaken | None:
    """The step a waiting contact takes now; None: it stays."""
    due, at = next_due(contact, floor.plan), floor.at
    if due is None:
        return None
    step = step_of(contact, floor.plan)
    if due <= at:
        return e.StepTaken(at=at, contact=contact.contact, step=step + 1, cause=TIME)
    pool = floor.pools.pool_for(contact)
    if step < 0:
        if is_kept_from_those_who_missed_it(pool, pool.shelves, contact, floor.agents):
            return None
        return e.StepTaken(at=at, contact=contact.contact, step=step + 1, cause=NOBODY)
    served = None if pool.signed_in else _served(floor, contact)
    if served is not None:
        return e.StepTaken(at=at, contact=contact.contact, step=served, cause=NOBODY)
    if _is_to_wait_too_long(floor, contact):
        return e.StepTaken(at=at, contact=contact.contact, step=step + 1, cause=EXPECTED)
    return None


def _is_to_wait_too_long(floor: "FoldedFloor", contact: Contact) -> bool:
    """Whether the middle of its expected wait is longer than its next step says; not when too little is known."""
    most_ms = expected_ms(contact, floor.plan) if contact.contact in floor.pools.looked_at else None
    if most_ms is None or (expected := estimate(floor, contact.contact)) is None:
        return False
    return (expected.low_ms + expected.high_ms) / 2 > most_ms


def _served(floor: "FoldedFloor", contact: Contact) -> int | None:
    """The first later step of its relaxation at which somebody who is signed in can serve a contact."""
    last = len(steps_of(contact, floor.plan))
    later = range(step_of(contact, floor.plan) + 1, last + 1)
    return next((step for step in later if floor.pools.pool_at(contact, step).signed_in), None)


def _fold_taken(floor: "FoldedFloor", fact: e.StepTaken) -> None:
    contact = floor.contacts[fact.contact]
    links.stop_waiting(floor, contact)
    due = next_due(contact, floor.plan)
    # A step that comes late, after a break of ours, does not put off the next ones.
    contact.step_since = fact.at if fact.cause is not TIME or due is None else min(due, fact.at)
    contact.step, contact.step_cause = fact.step, fact.cause
    links.let_wait(floor, contact)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.StepTaken: _fold_taken}
"""What these facts change on a floor."""
