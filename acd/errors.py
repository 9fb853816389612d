"""What the floor refuses, and why."""

from acd.events import Fact


class FloorError(Exception):
    """Anything the floor refuses."""


class IllegalEvent(FloorError):
    """The event does not fit the floor as it is; nothing was changed."""

    def __init__(self, event: Fact, why: str) -> None:
        """`why` says in plain words what does not fit."""
        super().__init__(f"{type(event).__name__}: {why}")
        self.event = event
        self.why = why
