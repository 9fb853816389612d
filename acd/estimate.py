"""How long a waiting contact will wait still: a range, from the agents who can serve it now and those ahead of it.

Agents become free one after another, at a rate that facts have shown; of those ahead some give up. The contact starts
with the first agent who is free when nobody is ahead any more. The time until then is the sum of the gaps between such
moments, which is near a gamma distribution (its quantiles by Wilson and Hilferty, 1931). Contacts of other needs count
by the share of their agents who are this contact's agents too.

Nothing here depends on how long the contact has waited: the estimate never rises only because time passes.
"""

from bisect import bisect_left
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from acd.contact import Contact, ContactState
from acd.lane import Lane, Place, place_of
from acd.match import reached
from acd.pool import Pool
from acd.state import Pace

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

LEAST_HANDLED = 10.0
"""With fewer contacts handled in a queue that counts, fading ones included, nothing is said."""
SPREAD = 1.2816
"""Standard deviations to each end of the range: four of five waits end inside it."""
LEAST_VARIATION, MOST_VARIATION = 0.25, 4.0
"""Bounds on the squared coefficient of variation of handling times that the range believes."""


class Range(NamedTuple):
    """From when to when a contact may expect to be answered, ms from now."""

    low_ms: int
    high_ms: int


class Ahead(NamedTuple):
    """Who goes before a contact."""

    contacts: float
    """Those ahead, of other needs by the share of agents that they compete for."""
    work_ms: float | None
    """The handling time that they bring; None: too little is known of it."""


def estimate(floor: "FoldedFloor", contact: str) -> Range | None:
    """How long a contact that waits for an agent will wait from now on; None when too little is known.

    KeyError: there is no such contact.
    """
    known = floor.contacts[contact]
    found = floor.pools.where.get(contact)
    return None if found is None else _wait_at(floor, known.queue, floor.at - known.since, *found)


def estimate_next(floor: "FoldedFloor", queue: str, tier: str) -> Range | None:
    """How long a contact would wait that came to a queue now and needed what the queue itself asks for.

    None as in `estimate`, and where nobody of this need has waited yet. Changes nothing.
    """
    known = Contact(
        contact="", asterisk="", channel="", access="", caller="", started_at=floor.at, state=ContactState.WAITING,
        queue=queue, tier=tier, since=floor.at, arrival=floor.number + 1,
    )  # fmt: skip
    pool = floor.pools.known_pool_for(known)
    if pool is None:
        return None
    terms = floor.pools.tier_of(known)
    lane = Lane(terms.rank, terms.growth, terms.reserve_idle, terms.reserve_for_ms)
    return _wait_at(floor, queue, 0, pool, lane, place_of(known, terms))


def _wait_at(floor: "FoldedFloor", queue: str, waited_ms: int, pool: Pool, lane: Lane, place: Place) -> Range | None:
    pace = floor.state.pace.get(queue)
    own_ms = _handling_ms(pace)
    if pace is None or own_ms is None:
        return None
    shelves = reached(pool, waited_ms)
    kept = lane.reserve_idle
    agents = sum([shelf.on_duty for shelf in shelves]) - kept
    ahead = _ahead(floor, pool, lane, place)
    if agents <= 0 or ahead.work_ms is None:
        return None
    free = max(0, sum([len(shelf.idle) for shelf in shelves]) - kept)
    until = ahead.contacts + 1.0 - free
    mean_handling = (ahead.work_ms + own_ms) / (ahead.contacts + 1.0)
    return _range(until, agents / mean_handling, pace)


def ahead_of(floor: "FoldedFloor", contact: str) -> int:
    """How many contacts go before a waiting one, those of other needs by the share of agents they compete for.

    KeyError: there is no such contact, or it does not wait.
    """
    found = floor.pools.where.get(contact)
    if found is None:
        raise KeyError(contact)
    return round(_ahead(floor, *found).contacts)


def _range(until: float, rate: float, pace: Pace) -> Range:
    """The wait until so many of the agents' gaps are over; `rate`: how many agents become free in a ms."""
    ring_ms = pace.ring_ms / pace.rings if pace.rings else 0.0
    if until <= 0:
        return Range(0, round(2 * ring_ms))
    giving_up = pace.gave_up / pace.waited_ms if pace.waited_ms else 0.0
    variation = _variation(pace)
    rest = max(0.0, until - 1.0)
    mean = min(until, 1.0) / rate
    variance = min(until, 1.0) / rate**2
    if rest and giving_up:
        # Sums over 0, 1, 2 … ahead, as integrals between the halves.
        first, last = rate + 0.5 * giving_up, rate + (rest + 0.5) * giving_up
        mean += log(last / first) / giving_up
        variance += (1.0 / first - 1.0 / last) / giving_up
    else:
        mean += rest / rate
        variance += rest / rate**2
    # The rate is itself only known from so many contacts.
    variance = variation * (variance + mean * mean / pace.handled)
    return Range(
        round(_quantile(mean, variance, -SPREAD) + ring_ms / 2), round(_quantile(mean, variance, SPREAD) + 2 * ring_ms)
    )


def _quantile(mean: float, variance: float, deviations: float) -> float:
    """Of a gamma distribution."""
    ninth = variance / (9.0 * mean * mean)
    return mean * float(max(0.0, 1.0 - ninth + deviations * sqrt(ninth)) ** 3)


def _handling_ms(pace: Pace | None) -> float | None:
    return None if pace is None or pace.handled < LEAST_HANDLED else max(1.0, pace.handled_ms / pace.handled)


def _variation(pace: Pace) -> float:
    mean = pace.handled_ms / pace.handled
    square = pace.handled_square / pace.handled
    found = square / (mean * mean) - 1.0 if mean else LEAST_VARIATION
    return max(LEAST_VARIATION, min(MOST_VARIATION, found))


def _ahead(floor: "FoldedFloor", pool: Pool, lane: Lane, place: Place) -> Ahead:
    contacts, work_ms = 0.0, 0.0
    known = True
    for other in floor.pools.with_waiting():
        share = 1.0 if other is pool else floor.pools.share_of(other, pool)
        if not share:
            continue
        count = sum([_better(each, lane, place) for each in other.lanes.values()]) * share
        if not count:
            continue
        contacts += count
        handling_ms = _handling_ms(floor.state.pace.get(other.need.queue))
        if handling_ms is None:
            known = False
        else:
            work_ms += count * handling_ms
    return Ahead(contacts, work_ms if known else None)


def _better(other: Lane, lane: Lane, place: Place) -> int:
    """How many contacts of another lane went first when this contact began to wait."""
    if not other.places or other.rank < lane.rank:
        return 0
    if other.rank > lane.rank:
        return len(other.places)
    # The order between different growths changes with time; taken at one moment, the count does not.
    least = place[0] + (other.growth - lane.growth) * place[1]
    return bisect_left(other.places, (least, *place[1:]))
