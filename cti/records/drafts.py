"""What an agent has begun to write about a contact and not saved yet, so that a page loaded anew has it again."""

from dataclasses import dataclass

from sqlalchemy import delete

from cti.database.connection import Database
from cti.database.models import Draft as DraftRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An outcome chosen but not saved ("" when none is) and the words beside it."""

    outcome: str = ""
    note: str = ""


class Drafts:
    """One draft for a contact and agent, until the outcome is saved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, contact: str, agent: str, draft: Draft, *, at: int) -> None:
        """Keep it in place of the one before."""
        note = draft.note.replace("\x00", "")
        async with self._database.writing() as session:
            await session.merge(DraftRow(contact=contact, agent=agent, outcome=draft.outcome, note=note, at=at))

    async def of(self, contact: str, agent: str) -> Draft:
        """What there is; an empty one when there is none."""
        async with self._database.reading() as session:
            found = await session.get(DraftRow, (contact, agent))
            return Draft() if found is None else Draft(outcome=found.outcome, note=found.note)

    async def drop(self, contact: str, agent: str) -> None:
        """The outcome was saved."""
        async with self._database.writing() as session:
            await session.execute(delete(DraftRow).where(DraftRow.contact == contact, DraftRow.agent == agent))
