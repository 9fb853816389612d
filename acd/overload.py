"""Overload: which new contacts are shed when there are more than lines, queues or this engine bear, and until when.

A limit counts callers on the line in all or of one access number, or those who wait in the queue to which an access
number leads; or it is one of a measure of the engine itself. A contact that comes when a limit is reached is shed, and
an episode of the limit begins; it ends by itself once the load has fallen to `Limit.resume`, which lies below, so that
it does not flutter. A tier with a reserve has so many places of its own beyond the limit, and is not bound by the
episode: so the lowest tier is shed first. A measure above its limit closes the door in the same way, with as many
places as there were callers when its episode began. Who is in is never shed, nor who dials an exempt number.

Low and high water marks for admission are those of SIP servers (RFC 7339 calls it overload control by rejection).
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd.plan import Limit
from acd.state import Episode

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor

CONTACTS = "contacts"
NUMBER, QUEUE = "number", "queue"
MEASURES = frozenset(each.value for each in e.Measure)


def refuses(floor: "FoldedFloor", access: str, tier: str) -> str | None:
    """The limit by which a contact of this tier that dials this number now would be shed; None: there is room."""
    terms = floor.plan.overload
    if terms is None or access in terms.exempt:
        return None
    room = terms.reserve.get(tier, 0)
    episodes = floor.state.overloads
    for limit, most in _limits(floor, access):
        if load(floor, limit) >= most + room or (not room and limit in episodes):
            return limit
    for measure in terms.engine:
        episode = episodes.get(measure)
        if episode is not None and (not room or floor.lines.all >= episode.live + room):
            return measure
    return None


def _limits(floor: "FoldedFloor", access: str) -> Iterator[tuple[str, int]]:
    """The counted limits that a call to this number meets."""
    terms = floor.plan.overload
    assert terms is not None
    if terms.contacts is not None:
        yield CONTACTS, terms.contacts.most
    if (limit := terms.numbers.get(access)) is not None:
        yield f"{NUMBER}:{access}", limit.most
    queue = terms.leads_to.get(access, "")
    if (limit := terms.queues.get(queue)) is not None:
        yield f"{QUEUE}:{queue}", limit.most


def load(floor: "FoldedFloor", limit: str) -> int:
    """What is counted against a limit now."""
    kind, _, name = limit.partition(":")
    if kind == NUMBER:
        return floor.lines.of(name)
    return floor.watch.waiting(name) if kind == QUEUE else floor.lines.all


def of_name(floor: "FoldedFloor", limit: str) -> Limit | None:
    """A limit of the plan by its name; None: the plan does not have it."""
    terms = floor.plan.overload
    if terms is None:
        return None
    kind, _, name = limit.partition(":")
    if kind == NUMBER:
        return terms.numbers.get(name)
    if kind == QUEUE:
        return terms.queues.get(name)
    return terms.contacts if limit == CONTACTS else terms.engine.get(limit)


def matters(floor: "FoldedFloor", measure: e.Measure, value: int) -> bool:
    """Whether the floor has to be told of a measure: it begins an episode, or ends one."""
    limit = of_name(floor, measure)
    if measure in floor.state.overloads:
        return limit is None or value <= limit.resume
    return limit is not None and value > limit.most


# --- what is decided ---


def admit(floor: "Floor", event: e.ContactStarted, *, is_new: bool) -> None:
    """Take a contact in that comes, or comes back; one that is new and for which there is no room is shed."""
    limit = refuses(floor, event.access, event.tier) if is_new and not event.held else None
    floor.record(event)
    if limit is None:
        return
    if limit not in floor.state.overloads:
        # The newcomer is on the line already; he waits nowhere yet.
        came = not limit.startswith(QUEUE)
        _begin(floor, limit, load(floor, limit) - came, floor.lines.all - 1)
    floor.record(e.ContactShed(at=floor.at, contact=event.contact, limit=limit, tier=event.tier))


def _begin(floor: "Floor", limit: str, value: int, live: int) -> None:
    known = of_name(floor, limit)
    assert known is not None
    floor.record(e.OverloadBegan(at=floor.at, limit=limit, value=value, most=known.most, live=live))


def look(floor: "Floor") -> None:
    """End the episodes that are over; a measure's ends when it is told."""
    for name in list(floor.state.overloads):
        limit = of_name(floor, name)
        if limit is None or (name not in MEASURES and load(floor, name) <= limit.resume):
            _end(floor, name)


def _end(floor: "Floor", limit: str) -> None:
    floor.record(e.OverloadEnded(at=floor.at, limit=limit, shed=floor.state.overloads[limit].shed))


def _on_measured(floor: "Floor", event: e.EngineMeasured) -> None:
    counts = matters(floor, event.measure, event.value)
    floor.record(event)
    if not counts:
        return
    if event.measure in floor.state.overloads:
        _end(floor, event.measure)
    else:
        _begin(floor, event.measure, event.value, floor.lines.all)


REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {e.EngineMeasured: _on_measured}
"""What follows from an event."""


# --- folds ---


def _fold_began(floor: "FoldedFloor", fact: e.OverloadBegan) -> None:
    floor.state.overloads[fact.limit] = Episode(since=fact.at, value=fact.value, live=fact.live)


def _fold_ended(floor: "FoldedFloor", fact: e.OverloadEnded) -> None:
    floor.state.overloads.pop(fact.limit, None)


def _fold_shed(floor: "FoldedFloor", fact: e.ContactShed) -> None:
    contact = floor.contacts[fact.contact]
    floor.move(contact, fact)
    contact.tier = fact.tier
    if (episode := floor.state.overloads.get(fact.limit)) is not None:
        episode.shed += 1


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.OverloadBegan: _fold_began,
    e.OverloadEnded: _fold_ended,
    e.ContactShed: _fold_shed,
}
"""What these facts change on a floor."""
