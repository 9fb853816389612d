"""The plan's versions."""

from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import Base, Json, Ms, Words


class PlanVersion(Base):
    """One version of the plan: the whole document, who put it there, when, and what changed. Rows are only added."""

    __tablename__ = "plan_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Ms]
    who: Mapped[str]
    what: Mapped[Words]
    document: Mapped[Json]
