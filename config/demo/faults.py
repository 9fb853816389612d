"""Damage done on purpose to what the hotline keeps, to see that the check finds it. Only the demo ever does this."""

from enum import StrEnum
from pathlib import Path

from sqlalchemy import delete, select

from cti.database.connection import Database
from cti.database.models import Contact, Offer, Recording, Talk, Visit


class Fault(StrEnum):
    """What may be broken."""

    DROP_FACT = "drop_fact"
    """A talk is missing from the ledger, as if its fact had never been written."""
    SWAP_RECORDING = "swap_recording"
    """Two contacts have each other's audio."""
    LOSE_CALL = "lose_call"
    """The ledger knows nothing of a call that took place."""


class NothingToBreak(Exception):
    """No call of this demo has what the fault would break; place more calls."""


async def inflict(fault: Fault, database: Database, recordings: Path) -> str:
    """Break it; returns what was done, in a line. Raises NothingToBreak."""
    async with database.writing() as session:
        found = list((await session.scalars(select(Recording).order_by(Recording.made_at).limit(2))).all())
        if len(found) < 2:
            raise NothingToBreak(f"fault {fault}: fewer than two recordings: place more calls")
        first, second = found
        if fault is Fault.SWAP_RECORDING:
            _exchange(recordings / first.file, recordings / second.file)
            return f"exchanged the audio of {first.contact} and {second.contact}"
        await session.execute(delete(Talk).where(Talk.contact == first.contact))
        if fault is Fault.DROP_FACT:
            return f"took the talk of {first.contact} out of the ledger"
        for table in (Contact, Visit, Offer, Recording):
            await session.execute(delete(table).where(table.contact == first.contact))
        return f"took contact {first.contact} out of the ledger"


def _exchange(one: Path, other: Path) -> None:
    aside = one.with_suffix(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
