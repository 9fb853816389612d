"""The first record: what the SIP peers logged (`config.lab.peers.log`), call by call."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.lab.check.errors import CheckError
from config.lab.check.spans import Span, hull


@dataclass(slots=True, kw_only=True)
class Leg:
    """One peer's end of one call. Times in epoch ms, 0: did not happen. `heard` are (tone in Hz, when)."""

    peer: str
    call_id: str
    tone_hz: int
    contact: str = ""
    number: str = ""
    started_at: int = 0
    answered_at: int = 0
    ended_at: int = 0
    ending: str = ""
    """hung_up, remote_hung_up, failed, or empty while it lasts."""
    status: int = 0
    reason: str = ""
    heard: list[tuple[int, Span]] = field(default_factory=list)
    keys: int = 0
    """Keys pressed: while one is, its phone sends no sound."""

    @property
    def is_caller(self) -> bool:
        """Whether it is the end that called us."""
        return not self.peer.startswith(("agent-", "customer-"))

    @property
    def is_agent(self) -> bool:
        """Whether it is an agent's end."""
        return self.peer.startswith("agent-")

    @property
    def is_customer(self) -> bool:
        """Whether it is the end of somebody outside whom we called."""
        return self.peer.startswith("customer-")

    @property
    def extension(self) -> str:
        """An agent's extension."""
        return self.peer.removeprefix("agent-")

    def heard_of(self, tones: Iterable[int]) -> list[Span]:
        """When one of these tones was heard."""
        wanted = set(tones)
        return [span for tone, span in self.heard if tone in wanted]

    def span_of(self, tones: Iterable[int]) -> Span | None:
        """From first to last hearing one of these tones."""
        return hull(self.heard_of(tones))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeersRecord:
    """All calls placed, by SIP Call-ID, all legs at agents' phones, and those of customers called, by SIP Call-ID."""

    placed: dict[str, Leg]
    agents: tuple[Leg, ...]
    customers: dict[str, Leg] = field(default_factory=dict)

    def owners(self) -> dict[int, list[str]]:
        """Whose tone each is."""
        owners: dict[int, list[str]] = {}
        for leg in [*self.placed.values(), *self.agents, *self.customers.values()]:
            if leg.peer not in owners.setdefault(leg.tone_hz, []):
                owners[leg.tone_hz].append(leg.peer)
        return owners


def _lines(paths: Iterable[Path]) -> Iterable[tuple[str, dict[str, Any]]]:
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise CheckError(f"{path}: the peers' log cannot be read: {error.strerror}") from error
        for number, line in enumerate(text.splitlines(), start=1):
            place = f"{path}, line {number}"
            try:
                event = json.loads(line)
            except ValueError as error:
                raise CheckError(f"{place}: no JSON: {error}") from error
            if not isinstance(event, dict) or not {"at", "peer", "event"} <= event.keys():
                raise CheckError(f"{place}: an event needs at, peer and event")
            yield place, event


def read_peers(paths: Iterable[Path]) -> PeersRecord:
    """The record in the logs of one or more peers' processes. Raises CheckError naming file and line."""
    legs: dict[tuple[str, str], Leg] = {}
    for place, event in _lines(paths):
        if "call_id" not in event:
            continue
        key = (event["peer"], event["call_id"])
        try:
            if event["event"] == "dialled" or (event["event"] == "ringing" and key not in legs):
                legs[key] = Leg(
                    peer=event["peer"],
                    call_id=event["call_id"],
                    tone_hz=event["tone_hz"],
                    contact=event.get("contact", ""),
                    number=event["number"],
                    started_at=event["at"],
                )
            else:
                _take(legs[key], event)
        except KeyError as error:
            raise CheckError(f"{place}: {event['event']} without {error.args[0]!r} or before its call began") from error
    return PeersRecord(
        placed={leg.call_id: leg for leg in legs.values() if leg.is_caller},
        agents=tuple(leg for leg in legs.values() if leg.is_agent),
        customers={leg.call_id: leg for leg in legs.values() if leg.is_customer},
    )


def _take(leg: Leg, event: dict[str, Any]) -> None:
    match event["event"]:
        case "answered":
            leg.answered_at = event["at"]
        case "digits":
            leg.keys += len(event["digits"])
        case "unheard":
            leg.heard.append((event["tone_hz"], Span(event["since"], event["until"])))
        case "hung_up" | "remote_hung_up":
            leg.ended_at, leg.ending, leg.reason = event["at"], event["event"], event["reason"]
            leg.heard = [(tone, Span(since, until)) for tone, since, until in event["tones"]]
        case "failed":
            leg.ended_at, leg.ending = event["at"], "failed"
            leg.status, leg.reason = event["status"], event["reason"]
