"""Customers' PINs for the telephone: kept as argon2 hashes, locked for a while after too many wrong ones."""

import asyncio
from collections.abc import Callable
from enum import StrEnum

from argon2 import PasswordHasher

from cti.database.connection import Database
from cti.database.models import CustomerPin
from cti.people.passwords import is_right

MOST_WRONG = 5
"""Wrong ones in a row, whatever calls they come in, after which no more are looked at for LOCKED_MS."""
LOCKED_MS = 30 * 60_000
_hasher = PasswordHasher()


class PinVerdict(StrEnum):
    """What became of a PIN that a caller entered."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    """Too many wrong ones: none is looked at for a while."""


class PinBook:
    """The PINs in the database. `now`: ms."""

    def __init__(self, database: Database, now: Callable[[], int]) -> None:
        self._database = database
        self._now = now

    async def set(self, customer: str, pin: str) -> None:
        """Give a customer a PIN, which unlocks him too."""
        pin_hash = await asyncio.to_thread(_hasher.hash, pin)
        async with self._database.writing() as session:
            row = await session.get(CustomerPin, customer)
            if row is None:
                session.add(CustomerPin(customer=customer, pin_hash=pin_hash, wrong=0, locked_until=None))
            else:
                row.pin_hash, row.wrong, row.locked_until = pin_hash, 0, None

    async def check(self, customer: str, pin: str) -> PinVerdict:
        """Whether it is this customer's. The try is counted before it is looked at, so that none is free."""
        async with self._database.writing() as session:
            row = await session.get(CustomerPin, customer, with_for_update=True)
            if row is not None and row.locked_until is not None and row.locked_until > self._now():
                return PinVerdict.LOCKED
            kept = None if row is None else row.pin_hash
            if row is not None:
                row.wrong = 1 if row.locked_until is not None else row.wrong + 1
                row.locked_until = self._now() + LOCKED_MS if row.wrong >= MOST_WRONG else None
        right = await is_right(pin, kept)
        async with self._database.writing() as session:
            row = await session.get(CustomerPin, customer, with_for_update=True)
            if right and row is not None:
                row.wrong, row.locked_until = 0, None
            locked = row is not None and row.locked_until is not None
        return PinVerdict.RIGHT if right else PinVerdict.LOCKED if locked else PinVerdict.WRONG
