"""How many callers are on the line, in all and by access number: what the limits of an overload are compared with.

It is no state: it follows from the contacts.
"""

from collections import Counter
from collections.abc import Mapping

from acd import events as e
from acd.contact import ENDED, SHED, Contact

TURNS = frozenset(
    {
        e.ContactStarted,
        e.ContactEnded,
        e.ContactShed,
        e.CallbackAsked,
        e.CallbackCancelled,
        e.CallbackGivenUp,
    }
)
"""Facts by which a contact comes onto the line or leaves it; a callback that is answered is told by `acd.callback`."""


class Lines:
    """The contacts whose caller is on the line; who is being shed does not count."""

    def __init__(self, contacts: Mapping[str, Contact]) -> None:
        self._contacts = contacts
        self._access = {name: one.access for name, one in contacts.items() if _is_on(one)}
        self._by_number = Counter(self._access.values())

    @property
    def all(self) -> int:
        """Callers on the line."""
        return len(self._access)

    def of(self, number: str) -> int:
        """Callers on the line who dialled this access number."""
        return self._by_number[number]

    def look_at(self, name: str) -> None:
        """A contact may have come onto the line or left it."""
        contact = self._contacts.get(name)
        if contact is not None and _is_on(contact):
            if name not in self._access:
                self._access[name] = contact.access
                self._by_number[contact.access] += 1
        elif (access := self._access.pop(name, None)) is not None:
            self._by_number[access] -= 1


def _is_on(contact: Contact) -> bool:
    return contact.state is not ENDED and contact.state is not SHED and not contact.without_leg
