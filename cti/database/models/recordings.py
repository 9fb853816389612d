"""Recordings, what is missing of them, and which were drawn for QA."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import AgentId, Base, ContactId, Json, Ms, Name, RowId, Words


class Recording(Base):
    """The audio of a contact's talks: one file, caller on channel 0 (left), agent on channel 1 (right)."""

    __tablename__ = "recordings"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """By chance, not to be guessed."""
    contact: Mapped[ContactId] = mapped_column(unique=True)
    file: Mapped[str]
    """Path under the recordings folder."""
    seconds: Mapped[float]
    channels: Mapped[int]
    rate: Mapped[int]
    """Samples a second."""
    sha256: Mapped[str] = mapped_column(String(64))
    repaired: Mapped[bool]
    """Asterisk had not finished the file; its length was taken from its size."""
    caller_talk: Mapped[float]
    """Share of the time with voice, 0 to 1."""
    agent_talk: Mapped[float]
    checks: Mapped[Json]
    """What the audio check found: levels, clipping, silence of each side."""
    made_at: Mapped[Ms]

    __table_args__ = (Index(None, "made_at"),)


class RecordingGap(Base):
    """Time of a talk that no recording holds, and why."""

    __tablename__ = "recording_gaps"

    id: Mapped[RowId]
    contact: Mapped[ContactId] = mapped_column(index=True)
    cause: Mapped[Name]
    """A value of `recordings.gaps.GapCause`."""
    seconds: Mapped[float]
    detail: Mapped[Words]
    at: Mapped[Ms]


class Sample(Base):
    """A recording drawn for QA (抽检)."""

    __tablename__ = "samples"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    recording: Mapped[str] = mapped_column(String(64))
    share: Mapped[float]
    """The agent's share when it was drawn."""
    value: Mapped[float]
    """What the digest gave, 0 to 1: below the share."""
    plan_version: Mapped[int]
    at: Mapped[Ms]

    __table_args__ = (Index(None, "at", "contact", "agent"),)
