"""Contacts, their visits to queues, the offers made of them, their talks and holds. Written from facts only.

Rows carry no foreign keys among each other: they arrive in the order of the facts and are never deleted one by one.
"""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.database.models.base import AgentId, Base, ContactId, Json, Ms, Name, Number, Words


class Contact(Base):
    """One person's business with us."""

    __tablename__ = "contacts"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    asterisk: Mapped[Name]
    channel: Mapped[Words]
    sip_call_id: Mapped[Words]
    access: Mapped[Words]
    caller: Mapped[Words] = mapped_column(index=True)
    """In normal form; "" when withheld."""
    started_at: Mapped[Ms]
    ended_at: Mapped[Ms | None]
    end: Mapped[Name | None]
    """A value of `acd.events.EndCause`."""
    end_detail: Mapped[Words]
    attempts: Mapped[int]
    """How often the flow was entered."""
    visits: Mapped[int]
    """Visits to queues so far."""
    customer: Mapped[str | None] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(16))
    learned: Mapped[Json]
    """What the flow learned."""

    __table_args__ = (Index(None, "started_at", "contact"), Index(None, "ended_at"))


class Visit(Base):
    """A contact's stay in one queue, until it was answered or ended otherwise."""

    __tablename__ = "visits"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    visit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2 ... within the contact."""
    queue: Mapped[Name]
    tier: Mapped[Name]
    """As it was last: it may change while the contact waits."""
    skills: Mapped[Json]
    urgency_ms: Mapped[int]
    credit_ms: Mapped[int]
    """Waited before, in contacts that came to nothing."""
    entered_at: Mapped[Ms]
    since: Mapped[Ms]
    """When the contact first wanted an agent; the wait counts from then."""
    ended_at: Mapped[Ms | None]
    end: Mapped[Name | None]
    """An account of the ledger: answered, abandoned, withdrawn, lost."""
    agent: Mapped[AgentId | None]
    """Who answered."""
    left_by: Mapped[Words]
    """The rule of `acd.exits` that ended it, or `key`; "": none."""
    left_to: Mapped[Words]
    """Where the contact went then: `queue:NAME`, `flow:NAME`, `prompt:NAME`, `number:DIGITS`."""
    expected_low_ms: Mapped[int | None]
    """From when to when after `entered_at` it was expected to be answered; None: nothing was said."""
    expected_high_ms: Mapped[int | None]
    callback: Mapped[Words | None]
    """The number on which he asked to be called back."""
    called_back_at: Mapped[Ms | None]
    """When he was on the line again."""

    __table_args__ = (Index(None, "queue", "entered_at"), Index(None, "ended_at"))


class Offer(Base):
    """A contact reserved for one agent; the row's moments are its way from the decision to the end."""

    __tablename__ = "offers"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    offer: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the fact that made it."""
    visit: Mapped[int]
    queue: Mapped[Name]
    agent: Mapped[AgentId]
    extension: Mapped[Number]
    made_at: Mapped[Ms]
    score: Mapped[float]
    left_out: Mapped[Json]
    pop: Mapped[Name | None]
    """A value of `acd.events.PopState`."""
    pop_at: Mapped[Ms | None]
    """When the desk acknowledged the pop, late ones too."""
    ring_at: Mapped[Ms | None]
    """When the ring was ordered."""
    ringing_at: Mapped[Ms | None]
    """When the phone said that it rings."""
    dialled_at: Mapped[Ms | None]
    """When its customer was called back."""
    answered_at: Mapped[Ms | None]
    connected_at: Mapped[Ms | None]
    ended_at: Mapped[Ms | None]
    """When it failed or was taken back; for an answered one, when we knew that the talk was over."""
    end: Mapped[Name | None]
    """answered, expired, withdrawn, consulted, or a value of `acd.events.OfferFailure`."""
    end_detail: Mapped[Words]
    consult_of: Mapped[Ms | None]
    """The offer in whose talk this agent was consulted; it answers no visit."""

    __table_args__ = (Index(None, "agent", "made_at"), Index(None, "ended_at"))


class Talk(Base):
    """Caller and agent in one bridge, from the moment they heard each other; holds are inside.

    When nobody heard it end, `to_at` is the last moment it was there, or what its recording tells, and its offer's
    `ended_at`, when the end was found out, is later.
    """

    __tablename__ = "talks"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    offer: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    queue: Mapped[Name]
    agent: Mapped[AgentId]
    extension: Mapped[Number]
    from_at: Mapped[Ms]
    to_at: Mapped[Ms | None]

    __table_args__ = (Index(None, "agent", "from_at"), Index(None, "to_at"))


class PartyTalk(Base):
    """Caller and a party that his flow dialled (transfer, duty), from the moment they heard each other."""

    __tablename__ = "party_talks"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    connected: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the fact that tells of it."""
    party: Mapped[Words]
    """The number that was dialled."""
    from_at: Mapped[Ms]
    to_at: Mapped[Ms | None]

    __table_args__ = (Index(None, "to_at"),)


class Hold(Base):
    """The caller hears music in the middle of a talk."""

    __tablename__ = "holds"

    contact: Mapped[ContactId] = mapped_column(primary_key=True)
    offer: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    from_at: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    to_at: Mapped[Ms | None]

    __table_args__ = (Index(None, "to_at"),)
