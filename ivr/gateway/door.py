"""The door as the floor keeps it: it sheds new contacts by the plan's limits."""

from collections.abc import Callable

from acd.contact import SHED
from acd.floor import Floor
from acd.overload import refuses


class FloorDoor:
    """An `ivr.flow.door.Door`."""

    def __init__(self, floor: Floor, answer: Callable[[], str]) -> None:
        """`answer`: what the plan in force has for those who are shed."""
        self._floor = floor
        self._answer = answer

    def is_closed(self, access: str, tier: str) -> bool:
        """See `Door`."""
        return refuses(self._floor, access, tier) is not None

    def shed(self, contact: str) -> str | None:
        """See `Door`."""
        known = self._floor.contacts.get(contact)
        return self._answer() if known is not None and known.state is SHED else None
