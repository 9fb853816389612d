"""Contacts as the API tells of them. Times are ms since the epoch, durations ms; numbers as the reader may see them."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from cti.masking import masked
from cti.records.queries import WholeContact


class Row(BaseModel):
    """Made from a row of the records."""

    model_config = ConfigDict(from_attributes=True)


class ContactLine(Row):
    """One contact in the call log."""

    contact: str
    started_at: int
    ended_at: int | None
    caller: str
    access: str
    customer: str | None
    language: str
    end: str | None
    queue: str | None
    tier: str | None
    visit_end: str | None
    wait_ms: int | None
    agents: list[str]
    talk_ms: int
    outcome: str | None
    recording: str | None


class ContactPage(BaseModel):
    """A page of the call log, newest first; `next` goes into `before` for the page after, null after the last."""

    contacts: list[ContactLine]
    next: str | None


class VisitRow(Row):
    """A stay in one queue."""

    visit: int
    queue: str
    tier: str
    skills: dict[str, Any]
    urgency_ms: int
    entered_at: int
    since: int
    ended_at: int | None
    end: str | None
    agent: str | None


class OfferRow(Row):
    """A reservation for one agent, from the decision to its end."""

    offer: int
    visit: int
    queue: str
    agent: str
    extension: str
    made_at: int
    score: float
    left_out: dict[str, Any]
    pop: str | None
    pop_at: int | None
    ring_at: int | None
    ringing_at: int | None
    answered_at: int | None
    connected_at: int | None
    ended_at: int | None
    end: str | None
    end_detail: str
    consult_of: int | None


class TalkRow(Row):
    """Caller and agent in one bridge."""

    offer: int
    queue: str
    agent: str
    extension: str
    from_at: int
    to_at: int | None


class HoldRow(Row):
    """The caller on hold."""

    offer: int
    from_at: int
    to_at: int | None


class PartyTalkRow(Row):
    """Caller and a party that his flow dialled: a transfer, or whoever was on duty."""

    party: str
    from_at: int
    to_at: int | None


class OutcomeRow(Row):
    """An outcome that was saved."""

    agent: str
    outcome: str
    at: int


class NoteRow(Row):
    """What an agent wrote."""

    agent: str
    note: str
    at: int


class MissingRow(Row):
    """A wrap-up that ended at its cap without an outcome."""

    agent: str
    at: int


class RecordingRow(Row):
    """The audio of the talks; GET /recordings/{id} plays it."""

    id: str
    seconds: float
    channels: int
    rate: int
    repaired: bool
    caller_talk: float
    agent_talk: float
    checks: dict[str, Any]
    made_at: int


class GapRow(Row):
    """Time of a talk that no recording holds, and why."""

    cause: str
    seconds: float
    detail: str
    at: int


class SampleRow(Row):
    """The contact was drawn for QA (抽检)."""

    agent: str
    recording: str
    share: float
    plan_version: int
    at: int


class ContactWhole(Row):
    """Everything that is kept of a contact."""

    contact: str
    asterisk: str
    channel: str
    sip_call_id: str
    access: str
    caller: str
    started_at: int
    ended_at: int | None
    end: str | None
    end_detail: str
    attempts: int
    customer: str | None
    language: str
    learned: dict[str, Any]
    visits: list[VisitRow]
    offers: list[OfferRow]
    talks: list[TalkRow]
    holds: list[HoldRow]
    party_talks: list[PartyTalkRow]
    outcomes: list[OutcomeRow]
    notes: list[NoteRow]
    missing_outcomes: list[MissingRow]
    recordings: list[RecordingRow]
    gaps: list[GapRow]
    samples: list[SampleRow]


_PARTS = (
    "visits",
    "offers",
    "talks",
    "holds",
    "party_talks",
    "outcomes",
    "notes",
    "missing_outcomes",
    "recordings",
    "gaps",
    "samples",
)


def whole(found: WholeContact, *, with_numbers: bool) -> ContactWhole:
    """A contact for the API, its numbers whole or masked."""
    row = found.contact
    own = {name: getattr(row, name) for name in ContactWhole.model_fields if name not in _PARTS}
    parts = {name: getattr(found, name) for name in _PARTS}
    view = ContactWhole.model_validate({**own, **parts})
    if not with_numbers:
        view.caller = masked(view.caller)
        for talk in view.party_talks:
            talk.party = masked(talk.party)
    return view
