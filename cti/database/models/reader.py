"""How far the facts have been taken in."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import Base, Json, Ms


class Applied(Base):
    """The last fact of a journal whose effects are in the tables; changed in the transaction that brings them in."""

    __tablename__ = "applied"

    journal: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[Ms]
    at: Mapped[Ms]
    """The time of that fact: tells a journal from another that has as many facts."""
    memory: Mapped[Json]
    """What the writer must know to go on and no table holds."""
