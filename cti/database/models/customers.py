"""Customers and the numbers they call from."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import Base, Json, Ms, Name, Number, Words


class Customer(Base):
    """Somebody we know."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    account: Mapped[Number | None] = mapped_column(unique=True)
    """Digits the customer can type."""
    tier: Mapped[Name]
    language: Mapped[str | None] = mapped_column(String(16))
    attributes: Mapped[Json]
    managers: Mapped[Words]
    """His account managers: agents or groups of the plan, in order, parted by spaces."""


class CustomerPin(Base):
    """A customer's PIN for the telephone."""

    __tablename__ = "customer_pins"

    customer: Mapped[str] = mapped_column(String(64), ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    pin_hash: Mapped[Words]
    wrong: Mapped[int]
    """Wrong ones since the last right one."""
    locked_until: Mapped[Ms | None]


class CustomerNumber(Base):
    """A number a customer calls from; several customers may share one."""

    __tablename__ = "customer_numbers"

    number: Mapped[Number] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(
        String(64), ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
