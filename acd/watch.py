"""The watch over those who wait: who came after whom in each queue, who needs a look, and when time alone brings one.

It is no state: it follows from it. Only queues are watched whose plan has a rule for those who wait, or tells them
something.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import islice

from acd.contact import OFFERED, WAITING, Contact
from acd.plan import Plan, Queue
from acd.waiting_facts import ExitRule

NOBODY = (ExitRule.LOGGED_OUT.value, ExitRule.ON_BREAK.value, ExitRule.UNREACHABLE.value)
"""The rules about those who could serve a contact."""

UNASKED = 1000
"""While a journal is folded nobody asks who is due; so many more than there are contacts are kept."""

ROOM = 64
"""A line is swept of who is gone before it has more names than this, and than twice those it kept the last time."""


class Watch:
    """Contacts in need of a look, and the moments that bring one."""

    def __init__(self, plan: Plan, contacts: Mapping[str, Contact], *, anew: bool = False) -> None:
        """Of a floor at rest; `anew`: under another plan, so that everybody who waits is in need of a look."""
        self._plan = plan
        self._contacts = contacts
        self.queues = frozenset(name for name, queue in plan.queues.items() if _is_watched(queue))
        """Those in which anything may happen to who waits; nothing is told of contacts of others."""
        self._lines: dict[str, dict[str, None]] = {}
        """Queue = contacts in the order in which they came; who is gone is skipped, and swept out now and then."""
        self._room: dict[str, int] = {}
        self._moments: list[tuple[int, str]] = []
        self._next: dict[str, int] = {}
        """Contact = its moment in the heap."""
        self._unsure: dict[str, None] = {}
        """Contacts whose next moment is not worked out."""
        self.due: dict[str, None] = {}
        """Contacts in need of a look."""
        self.doubtful: dict[str, None] = {}
        """Those of them whose expected wait is to be looked at too."""
        for contact in sorted(contacts.values(), key=lambda one: one.arrival):
            if _is_on_the_line(contact):
                self.enter(contact)
        if not anew:
            self.forget()

    def enter(self, contact: Contact) -> None:
        """A contact came to its queue, behind everybody else."""
        if contact.queue in self.queues:
            if len(self._lines.setdefault(contact.queue, {})) >= self._room.get(contact.queue, ROOM):
                self._sweep(contact.queue)
            line = self._lines[contact.queue]
            line.pop(contact.contact, None)
            line[contact.contact] = None
            self.doubt(contact)

    def forget(self) -> None:
        """Nobody is in need of a look."""
        self.due.clear()
        self.doubtful.clear()

    def doubt(self, contact: Contact) -> None:
        """A contact's wait may be another than before."""
        self.look_at(contact)
        self.doubtful[contact.contact] = None

    def look_at(self, contact: Contact) -> None:
        """Something has changed for a contact that waits."""
        if contact.queue in self.queues:
            if contact.contact not in self._lines.get(contact.queue, ()):
                self.bring_back(contact)
            self.due[contact.contact] = self._unsure[contact.contact] = None
            if len(self.due) > UNASKED + 2 * len(self._contacts):
                self._forget_the_gone()

    def bring_back(self, contact: Contact) -> None:
        """A contact is on the line again, in its old place: who came after it may be one too many."""
        if contact.queue in self.queues:
            line = self._lines.get(contact.queue, {})
            names = {*(name for name in line if self._is_here(name, contact.queue)), contact.contact}
            self._lines[contact.queue] = dict.fromkeys(sorted(names, key=self._arrival))
            self.look_at_all(contact.queue)

    def _forget_the_gone(self) -> None:
        self.due = {name: None for name in self.due if name in self._contacts}
        self.doubtful = {name: None for name in self.doubtful if name in self._contacts}
        for queue in self._lines:
            self._sweep(queue)

    def _sweep(self, queue: str) -> None:
        line = {name: None for name in self._lines[queue] if self._is_here(name, queue)}
        self._lines[queue] = line
        self._room[queue] = max(ROOM, 2 * len(line))

    def look_at_all(self, queue: str) -> None:
        """Something has changed for all of a queue."""
        for name in self._lines.get(queue, ()):
            self.due[name] = self._unsure[name] = None

    def in_turn(self) -> Iterator[Contact]:
        """Those in need of a look who wait, first come first; then those that come up meanwhile."""
        while self.due:
            batch = sorted(self.due, key=self._arrival)
            self.due.clear()
            for name in batch:
                contact = self._contacts.get(name)
                if contact is not None and contact.state is WAITING:
                    yield contact

    def _arrival(self, name: str) -> int:
        contact = self._contacts.get(name)
        return contact.arrival if contact is not None else 0

    def is_beyond(self, contact: Contact, most: int) -> bool:
        """Whether more than so many in its queue came before a contact or are it, offered ones included."""
        line = self._lines.get(contact.queue, {})
        if len(line) <= most:
            return False
        gone = [name for name in line if not self._is_here(name, contact.queue)]
        for name in gone:
            del line[name]
        excess = len(line) - most
        return excess > 0 and contact.contact in islice(reversed(line), excess)

    def waiting(self, queue: str) -> int:
        """How many callers wait in a queue, offered ones included."""
        return sum(self._is_here(name, queue) for name in self._lines.get(queue, ()))

    def _is_here(self, name: str, queue: str) -> bool:
        contact = self._contacts.get(name)
        return contact is not None and contact.queue == queue and _is_on_the_line(contact)

    # --- time ---

    def pass_time(self, before: int, at: int) -> None:
        """Let the moments after one and up to another come."""
        self._expect(before)
        while self._moments and self._moments[0][0] <= at:
            moment, name = heappop(self._moments)
            if self._next.get(name) == moment:
                del self._next[name]
                self.due[name] = self._unsure[name] = None

    def next_moment(self, now: int) -> int | None:
        """When time alone brings a look; None when nothing does."""
        self._expect(now)
        while self._moments:
            moment, name = self._moments[0]
            contact = self._contacts.get(name)
            if self._next.get(name) == moment:
                if contact is not None and contact.state is WAITING:
                    return moment
                del self._next[name]
            heappop(self._moments)
        return None

    def _expect(self, now: int) -> None:
        """Work out the next moments of those for whom something has changed."""
        for name in self._unsure:
            self._next.pop(name, None)
            contact = self._contacts.get(name)
            if contact is not None and contact.state is WAITING:
                moment = min(moments_of(contact, self._plan.queues[contact.queue], now), default=None)
                if moment is not None:
                    self._next[name] = moment
                    heappush(self._moments, (moment, name))
        self._unsure.clear()


def _is_watched(queue: Queue) -> bool:
    return queue.estimates or bool(queue.exits) or queue.telling is not None


def _is_on_the_line(contact: Contact) -> bool:
    return contact.state in (WAITING, OFFERED) and not contact.without_leg


def moments_of(contact: Contact, queue: Queue, now: int) -> Iterable[int]:
    """When time alone may change something for a waiting contact, of what is still to come."""
    for rule, leads in queue.exits.items():
        after = contact.here_since + leads.after_ms
        if after > now and f"{queue.name}.{rule}" not in contact.left:
            yield after
    terms = queue.telling
    if terms is None:
        return
    told = contact.told
    first = contact.here_since + terms.first_ms
    if terms.position or terms.wait:
        begin = first if told is None else told.at
        yield begin if begin > now else begin + ((now - begin) // terms.every_ms + 1) * terms.every_ms
    if terms.messages or contact.messages:
        said = contact.here_since if told is None or told.message_at is None else told.message_at
        moment = max(said + terms.message_ms, told.at + terms.gap_ms if told is not None else 0, first)
        if moment > now:
            yield moment
