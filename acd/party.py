"""Parties: whom a contact's flow dialled for it. The router offers nobody to it meanwhile."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e

if TYPE_CHECKING:
    from acd.fold import FoldedFloor


def _fold_connected(floor: "FoldedFloor", fact: e.PartyConnected) -> None:
    floor.contacts[fact.contact].party = fact.party


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.PartyConnected: _fold_connected}
"""What this fact changes on a floor."""
