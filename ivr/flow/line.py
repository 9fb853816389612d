"""The caller's line, as a flow uses it. FastAGI, Stasis and the tests' virtual line implement it.

A flow is a plain function that runs step after step; each call here looks blocking and waits without a thread. Time is
the line's: a virtual line has a virtual clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

T = TypeVar("T")


class CallerGone(Exception):
    """The caller hung up."""


class LineLost(Exception):
    """Nothing more can be asked of this line, though the caller may still be there; says why."""


class LineFailed(Exception):
    """Asterisk could not do this one thing; says why."""


class TooLate(Exception):
    """Something that was waited for did not come in time."""


class Away(Exception):
    """The call is to be dialled on outside the flow, and comes back into it when nobody answers."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What the caller entered, without the ending key; `timed_out` when a pause ended it."""

    digits: str
    timed_out: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller said: the sound file's name without folder, and its length."""

    file: str
    seconds: float


class Reached(StrEnum):
    """What became of a dialled party."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    """It rang in vain, was refused, or whoever answered did not accept."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody to be dialled: a seat's extension, or a number outside."""

    number: str
    inside: bool


class Line(Protocol):
    """One caller. Any method may raise CallerGone, LineLost, LineFailed."""

    def answer(self) -> None:
        """Answer the call."""

    def play(self, files: Sequence[str]) -> None:
        """Play sound files to their end, one after another."""

    def digits(self, files: Sequence[str], *, most: int, first_s: float, between_s: float, ends: str) -> Entered:
        """Play sound files, which the first key ends, and take up to `most` keys.

        `first_s` is waited for the first key after the last file, `between_s` for each further one. The key `ends`
        ('': none) ends it too.
        """

    def record(self, name: str, *, longest_s: int, silence_s: int) -> Said:
        """A tone, then record the caller until `#`, a pause of `silence_s` or `longest_s`; `name` is the file's."""

    def dial(self, party: Party, *, ring_s: int, accept: Sequence[str]) -> Reached:
        """Ring somebody and connect the caller with him; ANSWERED means that the flow is over.

        `accept`: files that ask him for key 1 first; none: connected at once. A line that leaves this to the dialplan
        raises Away; the flow is entered again with the result.
        """

    def get(self, name: str) -> str:
        """A channel variable, '' when unset."""

    def set(self, name: str, value: str) -> None:
        """Set a channel variable."""

    def wait(self, awaitable: Awaitable[T], within_s: float) -> T:
        """Wait for something and return its result; its errors are raised here. Raises TooLate."""

    def now(self) -> datetime:
        """The moment, with its zone."""


DIAL_VARIABLE = "HOTLINE_DIAL"
RING_VARIABLE = "HOTLINE_RING"
ACCEPT_VARIABLE = "HOTLINE_ACCEPT"


def prepare_dial(set_variable: Callable[[str, str], None], party: Party, ring_s: int, accept: Sequence[str]) -> None:
    """Tell the dialplan whom to dial: `in-EXTENSION` or `out-NUMBER`, seconds, files joined by `&`."""
    set_variable(DIAL_VARIABLE, f"{'in' if party.inside else 'out'}-{party.number}")
    set_variable(RING_VARIABLE, str(ring_s))
    set_variable(ACCEPT_VARIABLE, "&".join(accept))


async def in_time(awaitable: Awaitable[T], within_s: float) -> T:
    """What a line on the running loop waits with. Raises TooLate."""
    try:
        async with asyncio.timeout(within_s) as limit:
            try:
                return await awaitable
            except TimeoutError as error:
                if limit.expired():
                    raise
                # Somebody else's time ran out, not the caller's patience.
                raise ConnectionError("timed out") from error
    except TimeoutError:
        raise TooLate from None
