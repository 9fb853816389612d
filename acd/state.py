"""The state of the floor: what is there when all facts so far are summed up."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from acd.agent import Agent
from acd.contact import Contact, Offer
from acd.ledger import Ledger
from acd.plan import Plan


@dataclass(slots=True, kw_only=True)
class FloorState:
    """What a checkpoint holds; together with the facts after `number` it gives the floor again."""

    number: int = 0
    """The number of the last fact folded in."""
    at: int = 0
    plan: Plan = field(default_factory=Plan)
    contacts: dict[str, Contact] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)
    """Extensions known to be unreachable."""
    links_down: list[str] = field(default_factory=list)
    """Asterisks whose contacts are offered to nobody just now."""
    ledger: Ledger = field(default_factory=Ledger)

    def within_reach(self) -> Iterator[Contact]:
        """Contacts that may be offered as far as their Asterisk is concerned."""
        return (contact for contact in self.contacts.values() if contact.asterisk not in self.links_down)
