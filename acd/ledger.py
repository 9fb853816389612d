"""The ledger: every visit to a queue and every contact is in exactly one account, at every moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from acd.contact import OFFERED, OPEN, WAITING, Contact, ContactState
from acd.words import EndCause

LOST, FALLBACK = EndCause.LOST, EndCause.FALLBACK
CUT_OFF = (LOST, FALLBACK)
"""Ends that say nothing of the caller's patience."""


@dataclass(slots=True, kw_only=True)
class VisitAccounts:
    """The visits to one queue: what came in, and how each that is over ended."""

    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    overflowed: int = 0
    left: int = 0
    """By key or by rule."""
    closed_out: int = 0
    shed: int = 0
    callback_done: int = 0
    callback_given_up: int = 0
    withdrawn: int = 0
    """The caller went back into the flow; the visit he comes back with is a new one."""
    lost: int = 0
    fallback: int = 0
    """The fallback had the caller to the end while we were away."""

    @property
    def ended(self) -> int:
        """Visits that are over."""
        return sum(int(getattr(self, each.name)) for each in fields(self)) - self.entered


@dataclass(slots=True, kw_only=True)
class ContactAccounts:
    """All contacts: what came in, and how each that is over ended."""

    started: int = 0
    ended_in_ivr: int = 0
    refused: int = 0
    shed: int = 0
    """Refused at entry by an overload's rule."""
    ended_after_visits: int = 0
    lost: int = 0
    fallback: int = 0

    @property
    def ended(self) -> int:
        """Contacts that are over."""
        return self.ended_in_ivr + self.refused + self.shed + self.ended_after_visits + self.lost + self.fallback


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Both accounts. `imbalance` compares them with the contacts that are there."""

    visits: dict[str, VisitAccounts] = field(default_factory=dict)
    contacts: ContactAccounts = field(default_factory=ContactAccounts)

    def of(self, queue: str) -> VisitAccounts:
        """The accounts of one queue, opened when first asked for."""
        accounts = self.visits.get(queue)
        if accounts is None:
            accounts = self.visits[queue] = VisitAccounts()
        return accounts

    def close(self, contact: Contact, cause: EndCause) -> None:
        """Enter the end of a contact, and of the visit in which it waits just now."""
        accounts = self.contacts
        if contact.state in (WAITING, OFFERED):
            visits = self.of(contact.queue)
            visits.lost += cause is LOST
            visits.fallback += cause is FALLBACK
            visits.abandoned += cause not in CUT_OFF
        if cause is LOST:
            accounts.lost += 1
        elif cause is FALLBACK:
            accounts.fallback += 1
        elif contact.state is ContactState.SHED:
            accounts.shed += 1
        elif contact.visits:
            accounts.ended_after_visits += 1
        elif cause is EndCause.REFUSED:
            accounts.refused += 1
        else:
            accounts.ended_in_ivr += 1

    def imbalance(self, contacts: Iterable[Contact]) -> dict[str, int]:
        """What does not add up: account -> difference; empty when the ledger balances."""
        open_visits: dict[str, int] = {}
        live = 0
        for contact in contacts:
            live += contact.state is not ContactState.ENDED
            if contact.state in OPEN:
                open_visits[contact.queue] = open_visits.get(contact.queue, 0) + 1
        wrong = {
            f"visits:{queue}": difference
            for queue in self.visits.keys() | open_visits.keys()
            if (difference := self.of(queue).entered - self.of(queue).ended - open_visits.get(queue, 0))
        }
        if difference := self.contacts.started - self.contacts.ended - live:
            wrong["contacts"] = difference
        return wrong
