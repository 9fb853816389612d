"""What agents did all day, and how each stands now. Written from facts only."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import AgentId, Base, ContactId, Ms, Name, Number


class AgentNow(Base):
    """How an agent stands after the last fact applied; the writer of records goes on from here."""

    __tablename__ = "agents_now"

    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    listed: Mapped[int]
    """His place in the plan; -1 when it no longer lists him."""
    extension: Mapped[Number | None]
    intent: Mapped[Name]
    reason: Mapped[Name]
    set_aside: Mapped[Name | None]
    reachable: Mapped[bool]
    state: Mapped[Name]
    offer: Mapped[Ms | None]
    contact: Mapped[ContactId | None]


class AgentInterval(Base):
    """A stretch of time in which an agent's state, intent and reason stayed the same."""

    __tablename__ = "agent_intervals"

    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    from_at: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    fact: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the fact that began it."""
    to_at: Mapped[Ms | None]
    state: Mapped[Name]
    """A value of `acd.agent.AgentState`."""
    intent: Mapped[Name]
    reason: Mapped[Name]
    """Of a not ready intent; when he was set aside, why."""
    extension: Mapped[Number | None]
    contact: Mapped[ContactId | None]

    __table_args__ = (Index(None, "to_at"), Index(None, "from_at"))
