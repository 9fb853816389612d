"""The second record: Asterisk's call event log, contact by contact."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
    callbacks: list[str] = field(default_factory=list)
    """SIP Call-IDs of the legs on which its customer picked up when he was called back."""
    fallback: bool = False
    """Asterisk answered by itself, because hotline did not."""
    fallback_spans: list[Span] = field(default_factory=list)
    """When it was there, until it was fetched home or ended."""
    fallback_talks: list[Talk] = field(default_factory=list)
    """With phones that its fallback rang."""
    died: bool = False
    """It was live when Asterisk died."""
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


_NO_QUEUE = ("hotline,flow", "hotline,customer")
_DIED = "died"
_PASSED_MS = 100
"""A router that is away is passed within this time, and the call goes on after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """A channel in a bridge."""

    uniqueid: str
    channel: str
    bridge: str
    span: Span


def read_switch(path: Path, deaths: Sequence[int] = ()) -> SwitchRecord:
    """The record in a CEL file; `deaths` are as in `switch_record`. Raises CheckError naming file and line."""
    try:
        events = list(read_cel(path.read_text(encoding="utf-8", errors="replace")))
    except OSError as error:
        raise CheckError(f"{path}: Asterisk's call event log cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CheckError(f"{path}: {error}") from error
    return switch_record(events, deaths)


def switch_record(events: Iterable[CallEvent], deaths: Sequence[int] = ()) -> SwitchRecord:
    """The record of call events, oldest first. Raises CheckError naming the event.

    `deaths`: when Asterisk was killed (epoch ms, in time); its channels ended then, which it could not write down.
    """
    events = list(_with_deaths(events, deaths))
    contacts: dict[str, SwitchContact] = {}
    by_channel: dict[str, SwitchContact] = {}
    entered: dict[str, int] = {}
    helped: dict[str, int] = {}
    for event in events:
        at = event.at // 1000
        if event.type == "HOTLINE_CONTACT":
            contact, _, call_id = _extra(event).extra.partition(" ")
            contacts[contact] = by_channel[event.uniqueid] = SwitchContact(
                contact=contact, call_id=call_id, started_at=at
            )
        if event.type == "HOTLINE_CALLBACK":
            contact, _, call_id = _extra(event).extra.partition(" ")
            if contact in contacts:
                by_channel[event.uniqueid] = contacts[contact]
                contacts[contact].callbacks.append(call_id)
                contacts[contact].ended_at = 0
        known = by_channel.get(event.uniqueid)
        if known is None:
            continue
        fetched = event.type == "APP_START" and event.application in ("AGI", "Stasis")
        if event.uniqueid in helped and (fetched or event.type == "CHAN_END"):
            known.fallback_spans.append(Span(helped.pop(event.uniqueid), at))
        match event.type:
            case "ANSWER" if not known.answered_at:
                known.answered_at = at
            # Where flows run in Stasis that is no queue, nor is it where a customer is brought who was called back.
            case "APP_START" if event.application == "Stasis" and not event.arguments.startswith(_NO_QUEUE):
                entered[event.uniqueid] = at
                known.queued = True
            case "APP_END" if event.uniqueid in entered:
                known.waits.append(Span(entered.pop(event.uniqueid), at))
                known.queued = any(wait.end - wait.start > _PASSED_MS for wait in known.waits)
            case "HOTLINE_FALLBACK":
                known.fallback = True
                helped[event.uniqueid] = at
            case "CHAN_END":
                known.ended_at = at
                known.died = event.peer == _DIED
                if event.uniqueid in entered:
                    known.waits.append(Span(entered.pop(event.uniqueid), at))
                # Whose call ended there hung up in the queue, however short his stay.
                known.queued |= bool(known.waits) and at - known.waits[-1].end <= _PASSED_MS
    _find_talks(_stays(events), by_channel)
    return SwitchRecord(contacts=contacts)


def _with_deaths(events: Iterable[CallEvent], deaths: Sequence[int]) -> Iterator[CallEvent]:
    """The events, and at each death the end of every channel there was."""
    open_channels: dict[str, CallEvent] = {}
    ahead = list(deaths)

    def die(at: int) -> Iterator[CallEvent]:
        for channel in open_channels.values():
            yield replace(channel, type="CHAN_END", at=at * 1000, peer=_DIED)
        open_channels.clear()

    for event in events:
        while ahead and event.at > ahead[0] * 1000:
            yield from die(ahead.pop(0))
        if event.type == "CHAN_END":
            open_channels.pop(event.uniqueid, None)
        elif event.type == "CHAN_START":
            open_channels[event.uniqueid] = event
        yield event
    for at in ahead:
        yield from die(at)


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
        helped = any(span.common(stay.span) for span in contact.fallback_spans)
        if not helped:
            contact.bridged.append(stay.span)
        for other in sorted(in_bridge[stay.bridge], key=lambda other: other.span):
            together = stay.span.common(other.span)
            technology, _, rest = other.channel.partition("/")
            if other.uniqueid != stay.uniqueid and technology == "PJSIP" and together is not None:
                talk = Talk(extension=rest.rpartition("-")[0], span=together)
                (contact.fallback_talks if helped else contact.talks).append(talk)
