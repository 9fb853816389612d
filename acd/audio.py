"""Talks in which one side is not heard. Nothing is decided upon it: pages and operators are told."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e

if TYPE_CHECKING:
    from acd.fold import FoldedFloor


def _fold_missing(floor: "FoldedFloor", fact: e.AudioMissing) -> None:
    offer = floor.offers.get(fact.offer)
    if offer is not None and offer.connected:
        offer.silent[fact.party] = fact.since


def _fold_back(floor: "FoldedFloor", fact: e.AudioBack) -> None:
    offer = floor.offers.get(fact.offer)
    if offer is not None:
        offer.silent.pop(fact.party, None)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.AudioMissing: _fold_missing, e.AudioBack: _fold_back}
"""What these facts change on a floor."""
