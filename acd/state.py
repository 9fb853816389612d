"""The state of the floor: what is there when all facts so far are summed up."""

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
    ledger: Ledger = field(default_factory=Ledger)
