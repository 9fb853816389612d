"""Which queues are closed just now: told from outside, where the clock and the calendar are."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e

if TYPE_CHECKING:
    from acd.fold import FoldedFloor


def _fold_opened(floor: "FoldedFloor", fact: e.QueueOpened) -> None:
    if fact.queue in floor.state.closed:
        floor.state.closed.remove(fact.queue)


def _fold_closed(floor: "FoldedFloor", fact: e.QueueClosed) -> None:
    if fact.queue not in floor.state.closed:
        floor.state.closed.append(fact.queue)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.QueueOpened: _fold_opened, e.QueueClosed: _fold_closed}
"""What these facts change on a floor; said twice, they change nothing more."""
