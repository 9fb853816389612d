"""A caller's line over FastAGI (`ivr.flow.line.Line`)."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from ivr.agi.codec import OurMistake
from ivr.agi.pyst2 import KEYS, AGIError, AGIHangup, Digits, Played, Recorded, SessionOver
from ivr.agi.session import AgiSession
from ivr.flow.entry import FlowEntry, Incoming
from ivr.flow.line import Away, CallerGone, Entered, LineFailed, LineLost, Party, Reached, Said, in_time, prepare_dial

FOLDER_VARIABLE = "HOTLINE_FOLDER"
"""Where Asterisk writes recordings, as the dialplan says."""
_RATE = 8000
"""Samples per second of `endpos`."""

T = TypeVar("T")


class Session(Protocol):
    """What the line needs of an AGI session (`ivr.agi.session.AgiSession`)."""

    def answer(self) -> None:
        """Answer the call."""

    def appexec(self, application: str, options: str = "") -> str:
        """Run an application of the dialplan, which must not block."""

    def play(self, file: str, allowed: str = "", offset: int = 0) -> Played:
        """Play a sound file."""

    def collect(self, files: Sequence[str], timeout_ms: int = 2000, most: int = 255) -> Digits:
        """Play sound files and take digits."""

    def wait_for_digit(self, timeout: int = 2000) -> str:
        """One key, '' for none in so many ms."""

    def record(
        self, file: str, kind: str = "wav", ends: str = "#", timeout_ms: int = 20000, *, silence_s: int = 0
    ) -> Recorded:
        """Record the caller."""

    def get_variable(self, name: str) -> str:
        """A channel variable, '' when unset."""

    def set_variable(self, name: str, value: object) -> None:
        """Set a channel variable."""

    def wait(self, awaitable: Awaitable[T]) -> T:
        """Wait without a thread."""


class AgiLine:
    """One FastAGI session as a line."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_heard = False
        """The call was answered, or early media was opened."""

    def answer(self) -> None:
        """See `Line`."""
        with _translated():
            self._session.answer()
            self._is_heard = True

    def play(self, files: Sequence[str]) -> None:
        """See `Line`."""
        with _translated():
            self._open(files)
            for file in files:
                self._session.play(file)

    def digits(self, files: Sequence[str], *, most: int, first_s: float, between_s: float, ends: str) -> Entered:
        """See `Line`."""
        with _translated():
            self._open(files)
            if most == 1 and ends == "":
                one = self._session.collect(files, _ms(first_s), 1)
                # GET DATA takes # for an end even where it is a key like the others.
                return Entered(one.digits or ("" if one.timed_out else "#"), one.timed_out)
            if ends == "#" and first_s == between_s:
                entered = self._session.collect(files, _ms(first_s), most)
                return Entered(entered.digits, entered.timed_out)
            return self._one_by_one(files, most, first_s, between_s, ends)

    def _open(self, files: Sequence[str]) -> None:
        """Before the first prompt of a call that is not answered: without a 183 the network lets it ring instead."""
        if files and not self._is_heard:
            self._is_heard = True
            self._session.appexec("Progress")

    def _one_by_one(self, files: Sequence[str], most: int, first_s: float, between_s: float, ends: str) -> Entered:
        """Keys one after another; a key that comes between two commands is lost, so this is not the usual way."""
        key = ""
        for file in files:
            if key := self._session.play(file, KEYS).digit:
                break
        key = key or self._session.wait_for_digit(_ms(first_s))
        taken = ""
        while key and key != ends:
            taken += key
            if len(taken) == most:
                return Entered(taken, timed_out=False)
            key = self._session.wait_for_digit(_ms(between_s))
        return Entered(taken, timed_out=not key)

    def record(self, name: str, *, longest_s: int, silence_s: int) -> Said:
        """See `Line`."""
        with _translated():
            folder = self._session.get_variable(FOLDER_VARIABLE)
            if not folder:
                raise LineFailed(f"{FOLDER_VARIABLE} is not set; render the dialplan anew")
            said = self._session.record(f"{folder}/{name}", timeout_ms=longest_s * 1000, silence_s=silence_s)
            return Said(f"{name}.wav", said.endpos / _RATE)

    def dial(self, party: Party, *, ring_s: int, accept: Sequence[str]) -> Reached:
        """See `Line`: the dialplan dials."""
        with _translated():
            prepare_dial(self.set, party, ring_s, accept)
        raise Away

    def get(self, name: str) -> str:
        """See `Line`."""
        with _translated():
            return self._session.get_variable(name)

    def set(self, name: str, value: str) -> None:
        """See `Line`."""
        with _translated():
            self._session.set_variable(name, value)

    def wait(self, awaitable: Awaitable[T], within_s: float) -> T:
        """See `Line`."""
        return self._session.wait(in_time(awaitable, within_s))

    def now(self) -> datetime:
        """See `Line`."""
        return datetime.now(UTC)


def serve(entry: FlowEntry) -> Callable[[AgiSession], None]:
    """What an `AgiServer` runs for each call."""

    def call(session: AgiSession) -> None:
        said = session.environment
        entry(AgiLine(session), Incoming(channel=said.uniqueid, dialled=said.dialled, number=said.caller_number))

    return call


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AGIHangup as gone:
        raise CallerGone(str(gone)) from None
    except SessionOver as over:
        raise LineLost(str(over)) from None
    except (AGIError, OurMistake) as error:
        raise LineFailed(str(error)) from None


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
