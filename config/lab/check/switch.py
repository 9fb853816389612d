"""The second record: Asterisk's call event log, contact by contact."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from config.asterisk.cel import CallEvent, read_cel
from config.lab.check.errors import CheckError
from config.lab.check.spans import Span


class _Extra(msgspec.Struct):
    extra: str = ""
    bridge_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Caller and agent's phone together in one bridge."""

    extension: str
    span: Span


@dataclass(slots=True, kw_only=True)
class SwitchContact:
    """What Asterisk knows of a contact. Times in epoch ms, 0: did not happen."""

    contact: str
    call_id: str
    started_at: int
    answered_at: int = 0
    ended_at: int = 0
    queued: bool = False
    """It was handed to hotline's router (`Stasis`), who took it."""
    fallback: bool = False
    """Asterisk answered by itself, because hotline did not."""
    waits: list[Span] = field(default_factory=list)
    """In hotline's hands, waiting or talking."""
    bridged: list[Span] = field(default_factory=list)
    """The caller in any bridge."""
    talks: list[Talk] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRecord:
    """All contacts, by contact id."""

    contacts: dict[str, SwitchContact]

    def by_call_id(self) -> dict[str, SwitchContact]:
        """The same, by the caller's SIP Call-ID."""
        return {contact.call_id: contact for contact in self.contacts.values()}


_PASSED_MS = 100
"""A router that is away is passed within this time, and the call goes on after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """A channel in a bridge."""

    uniqueid: str
    channel: str
    bridge: str
    span: Span


def read_switch(path: Path) -> SwitchRecord:
    """The record in a CEL file. Raises CheckError naming file and line."""
    try:
        events = list(read_cel(path.read_text(encoding="utf-8", errors="replace")))
    except OSError as error:
        raise CheckError(f"{path}: Asterisk's call event log cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CheckError(f"{path}: {error}") from error
    return switch_record(events)


def switch_record(events: Iterable[CallEvent]) -> SwitchRecord:
    """The record of call events, oldest first. Raises CheckError naming the event."""
    events = list(events)
    contacts: dict[str, SwitchContact] = {}
    by_channel: dict[str, SwitchContact] = {}
    entered: dict[str, int] = {}
    for event in events:
        at = event.at // 1000
        if event.type == "HOTLINE_CONTACT":
            contact, _, call_id = _extra(event).extra.partition(" ")
            contacts[contact] = by_channel[event.uniqueid] = SwitchContact(
                contact=contact, call_id=call_id, started_at=at
            )
        known = by_channel.get(event.uniqueid)
        if known is None:
            continue
        match event.type:
            case "ANSWER" if not known.answered_at:
                known.answered_at = at
            # Where flows run in Stasis, that is no queue.
            case "APP_START" if event.application == "Stasis" and not event.arguments.startswith("hotline,flow"):
                entered[event.uniqueid] = at
                known.queued = True
            case "APP_END" if event.uniqueid in entered:
                known.waits.append(Span(entered.pop(event.uniqueid), at))
                known.queued = any(wait.end - wait.start > _PASSED_MS for wait in known.waits)
            case "HOTLINE_FALLBACK":
                known.fallback = True
            case "CHAN_END":
                known.ended_at = at
                # Whose call ended there hung up in the queue, however short his stay.
                known.queued |= bool(known.waits) and at - known.waits[-1].end <= _PASSED_MS
    _find_talks(_stays(events), by_channel)
    return SwitchRecord(contacts=contacts)


def _extra(event: CallEvent) -> _Extra:
    try:
        return msgspec.json.decode(event.extra, type=_Extra) if event.extra else _Extra()
    except msgspec.DecodeError as error:
        raise CheckError(f"call event {event.type} of {event.channel}: extra {event.extra!r}: {error}") from error


def _stays(events: list[CallEvent]) -> list[_Stay]:
    entered: dict[tuple[str, str], CallEvent] = {}
    stays = []
    for event in events:
        if event.type == "BRIDGE_ENTER":
            entered.setdefault((event.uniqueid, _extra(event).bridge_id), event)
        elif event.type in ("BRIDGE_EXIT", "CHAN_END"):
            left = _extra(event).bridge_id
            for key in [k for k in entered if k[0] == event.uniqueid and (event.type == "CHAN_END" or k[1] == left)]:
                start = entered.pop(key)
                span = Span(start.at // 1000, event.at // 1000)
                stays.append(_Stay(uniqueid=key[0], channel=event.channel, bridge=key[1], span=span))
    return stays


def _find_talks(stays: list[_Stay], callers: dict[str, SwitchContact]) -> None:
    in_bridge: dict[str, list[_Stay]] = defaultdict(list)
    for stay in stays:
        in_bridge[stay.bridge].append(stay)
    for stay in sorted(stays, key=lambda stay: stay.span):
        contact = callers.get(stay.uniqueid)
        if contact is None:
            continue
        contact.bridged.append(stay.span)
        for other in sorted(in_bridge[stay.bridge], key=lambda other: other.span):
            together = stay.span.common(other.span)
            technology, _, rest = other.channel.partition("/")
            if other.uniqueid != stay.uniqueid and technology == "PJSIP" and together is not None:
                contact.talks.append(Talk(extension=rest.rpartition("-")[0], span=together))
