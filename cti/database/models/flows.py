"""IVR flows: what was published, and what somebody is writing."""

from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import Base, Ms, Name, Words


class FlowVersion(Base):
    """One published version of a flow, its text as it was written. Rows are only added; the newest is in force."""

    __tablename__ = "flow_versions"

    flow: Mapped[Name] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Ms]
    who: Mapped[str]
    what: Mapped[Words]
    text: Mapped[Words]


class FlowDraft(Base):
    """A text that calls do not run yet; one a flow."""

    __tablename__ = "flow_drafts"

    flow: Mapped[Name] = mapped_column(primary_key=True)
    made_from: Mapped[int]
    """The version it was made from; 0: none."""
    at: Mapped[Ms]
    who: Mapped[str]
    text: Mapped[Words]
