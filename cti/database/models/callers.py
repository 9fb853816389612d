"""What flows go by and leave behind: lists of callers, broadcasts, items to call back, survey scores."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import AgentId, Base, ContactId, Json, Ms, Name, Number, RowId, Words


class ListEntry(Base):
    """A number, a prefix or a country on one of the lists."""

    __tablename__ = "list_entries"

    id: Mapped[RowId]
    colour: Mapped[Name]
    match: Mapped[Name]
    """number, prefix or region."""
    pattern: Mapped[Number] = mapped_column(index=True)
    reason: Mapped[Words]
    until: Mapped[Ms | None]
    """When it ends; None: when it is taken off."""
    approver: Mapped[str]
    at: Mapped[Ms]


class Broadcast(Base):
    """Something that is said to every caller while it is on."""

    __tablename__ = "broadcasts"

    name: Mapped[Name] = mapped_column(primary_key=True)
    on: Mapped[bool]
    said: Mapped[Json]
    """prompts: their ids; areas: for whom, none for everybody."""
    until: Mapped[Ms | None]
    who: Mapped[str]
    at: Mapped[Ms]


class Item(Base):
    """Something that somebody has to call back about."""

    __tablename__ = "items"
    __table_args__ = (Index(None, "done_at", "due"),)

    id: Mapped[RowId]
    kind: Mapped[Name]
    contact: Mapped[ContactId] = mapped_column(index=True)
    number: Mapped[Words]
    customer: Mapped[str | None] = mapped_column(String(64))
    queue: Mapped[Name]
    language: Mapped[str] = mapped_column(String(16))
    at: Mapped[Ms]
    due: Mapped[Ms]
    file: Mapped[Words]
    seconds: Mapped[float]
    carried: Mapped[Json]
    owner: Mapped[AgentId | None]
    """The agent who has taken it on."""
    done_at: Mapped[Ms | None]
    done_by: Mapped[str | None]


class SurveyScore(Base):
    """What a caller answered to one question."""

    __tablename__ = "survey_scores"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    question: Mapped[Name] = mapped_column(primary_key=True)
    score: Mapped[int]
    at: Mapped[Ms]
