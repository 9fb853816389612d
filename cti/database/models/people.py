"""People who sign in, the secrets of phones, and who looked at what."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import AgentId, Base, Ms, Name, Number, RowId, Words


class User(Base):
    """A person who may sign in."""

    __tablename__ = "users"

    id: Mapped[RowId]
    login: Mapped[str] = mapped_column(String(64), unique=True)
    """工号 or another name, lower case."""
    name: Mapped[str]
    role: Mapped[Name]
    agent: Mapped[AgentId | None] = mapped_column(unique=True)
    """The agent of the plan he is, when he is one."""
    password_hash: Mapped[Words]
    """argon2id."""
    enabled: Mapped[bool]
    created_at: Mapped[Ms]
    signed_out_before: Mapped[Ms]
    """Sessions begun before this moment count no more: he was disabled or his password changed."""


class SecondFactor(Base):
    """What a person signs in with besides the password."""

    __tablename__ = "second_factors"

    login: Mapped[str] = mapped_column(String(64), ForeignKey(User.login), primary_key=True)
    sealed: Mapped[Words]
    """Secret, last step used, digests of recovery codes: `cti.people.second_factors` reads it."""
    since: Mapped[Ms]


class PhoneSecret(Base):
    """The SIP password of an extension; made by chance, never chosen."""

    __tablename__ = "phone_secrets"

    extension: Mapped[Number] = mapped_column(primary_key=True)
    secret: Mapped[str]


class AuditEntry(Base):
    """Somebody looked at or changed something that is watched over. Rows are only added; triggers see to it."""

    __tablename__ = "audit"

    id: Mapped[RowId]
    at: Mapped[Ms]
    who: Mapped[str] = mapped_column(String(64), index=True)
    act: Mapped[Name]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[Words]
    digest: Mapped[str] = mapped_column(String(64))
    """Over this row and the one before it: `cti.people.audit.digest_of`."""
