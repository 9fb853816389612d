"""How contacts ended in the agents' own words (小结)."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import AgentId, Base, ContactId, Ms, Name, Words


class Outcome(Base):
    """An outcome that was saved; a later one of the same agent replaces it."""

    __tablename__ = "outcomes"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    outcome: Mapped[Name]
    """`group.outcome` of the plan."""
    at: Mapped[Ms]


class MissingOutcome(Base):
    """A wrap-up that ended at its cap without an outcome (待补小结). It is made good by a row in `outcomes`."""

    __tablename__ = "missing_outcomes"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    at: Mapped[Ms]

    __table_args__ = (Index(None, "agent", "at"),)


class Draft(Base):
    """What an agent has begun to write about a contact; dropped when its outcome is saved."""

    __tablename__ = "drafts"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    """`group.outcome` of the plan; empty when none is chosen yet."""
    note: Mapped[Words]
    at: Mapped[Ms]


class Note(Base):
    """What an agent wrote about a contact."""

    __tablename__ = "notes"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    note: Mapped[Words]
    at: Mapped[Ms]
