"""The callbacks that are pending: found by number and customer, and when time alone changes one."""

from collections.abc import Mapping
from heapq import heappop, heappush

from acd.contact import CALLBACK, Callback, Contact


class Pending:
    """The pending callbacks by number and customer, and when time alone changes one. Worked out from the contacts."""

    def __init__(self, contacts: Mapping[str, Contact], at: int) -> None:
        """Those there are now."""
        self._contacts = contacts
        self._by_number: dict[str, str] = {}
        self._by_customer: dict[str, str] = {}
        self.rests: list[tuple[int, str]] = []
        self.lives: list[tuple[int, str]] = []
        """Heaps of (when it ends, contact); what is overtaken is skipped."""
        for contact in contacts.values():
            if is_pending(contact):
                self.add(contact, at)

    def of(self, number: str, customer: str | None = None) -> str | None:
        """The contact that is called back on this number, or else as this customer."""
        return self._by_number.get(number) or (self._by_customer.get(customer) if customer is not None else None)

    def all(self) -> list[Contact]:
        """Every pending callback, in no order."""
        return [self._contacts[name] for name in self._by_number.values()]

    def add(self, contact: Contact, at: int) -> None:
        """One is pending from now on, or has other moments than before."""
        callback = contact.callback
        assert callback is not None
        self._by_number[callback.number] = contact.contact
        if contact.customer is not None:
            self._by_customer[contact.customer] = contact.contact
        if callback.not_before > at:
            heappush(self.rests, (callback.not_before, contact.contact))
        heappush(self.lives, (callback.until, contact.contact))

    def remove(self, contact: Contact) -> None:
        """One is pending no more."""
        assert contact.callback is not None
        for index, key in ((self._by_number, contact.callback.number), (self._by_customer, contact.customer)):
            if index.get(key or "") == contact.contact:
                del index[key or ""]

    def rested(self, at: int) -> list[Contact]:
        """Those whose rest ends up to this moment."""
        found = []
        while self.rests and self.rests[0][0] <= at:
            moment, name = heappop(self.rests)
            if (callback := self._waiting(name)) is not None and callback.not_before == moment:
                found.append(self._contacts[name])
        return found

    def expired(self, at: int) -> str | None:
        """One whose life is over; None: there is none."""
        until = self._life()
        return self.lives[0][1] if until is not None and until <= at else None

    def next(self) -> int | None:
        """When time alone changes one of them."""
        while self.rests:
            callback = self._waiting(self.rests[0][1])
            if callback is not None and callback.not_before == self.rests[0][0]:
                break
            heappop(self.rests)
        moments = [moment for moment in (self._life(), self.rests[0][0] if self.rests else None) if moment is not None]
        return min(moments, default=None)

    def _life(self) -> int | None:
        while self.lives:
            callback = self._waiting(self.lives[0][1])
            if callback is not None and callback.until == self.lives[0][0]:
                return callback.until
            heappop(self.lives)
        return None

    def _waiting(self, name: str) -> Callback | None:
        contact = self._contacts.get(name)
        waits = contact is not None and contact.state is CALLBACK and contact.without_leg
        return contact.callback if contact is not None and waits else None


def is_pending(contact: Contact) -> bool:
    """Whether its customer waits to be called back, or is being called."""
    return contact.callback is not None and (contact.state is CALLBACK or not contact.callback.leg)
