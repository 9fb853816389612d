"""Survey scores (满意度): what callers answered, by contact and question."""

from sqlalchemy import select

from cti.database.connection import Database
from cti.database.models import SurveyScore


class Scores:
    """The scores in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, contact: str, question: str, score: int, at: int) -> None:
        """Keep one; the last one of a contact and question counts."""
        async with self._database.writing() as session:
            await session.merge(SurveyScore(contact=contact, question=question, score=score, at=at))

    async def of(self, contact: str) -> dict[str, int]:
        """A contact's scores by question."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(SurveyScore).where(SurveyScore.contact == contact))
            return {row.question: row.score for row in rows}
