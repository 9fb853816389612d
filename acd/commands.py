"""What the router asks of the telephone system, and the port through which it asks.

A command carries the number of the fact that caused it; ids of channels, bridges and playbacks derive from fact numbers,
so a command sent twice does its work once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One request to the telephone system."""

    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMusic(Command):
    """Let the waiting caller hear music; he sits in no bridge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingAgent(Command):
    """Ring the agent's phone."""

    offer: int
    agent: str
    extension: str
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRing(Command):
    """Stop ringing; if the agent picked up in the same moment, let him go."""

    offer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(Command):
    """Stop what the caller hears and bring caller and agent together."""

    offer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Command):
    """Let the caller hear music inside the bridge."""

    offer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Bring the caller back from hold."""

    offer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAgent(Command):
    """End the agent's leg; the caller is gone."""

    offer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropContact(Command):
    """End the caller's leg; the agent is done."""


class Telephony(Protocol):
    """Whoever carries commands out; stated here, implemented on Asterisk's side."""

    def release(self, commands: Sequence[Command]) -> None:
        """Carry the commands out, in order; never blocks, reports back through events."""
