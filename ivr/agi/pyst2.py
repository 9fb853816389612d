"""pyst2's AGI vocabulary, mended: the only module that imports `asterisk`.

pyst2 0.5.1 is a set of good method names over two blocking text files. Here its methods write through `ivr.agi.codec`
and read through `Pyst2Agi.exchange`, so that they run on any transport and escape what they send. Each of its defects
that this mends has a test of the defect's name in tests/ivr/agi/test_pyst2.py.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asterisk.agi import (
    AGI,
    DEFAULT_RECORD,
    DEFAULT_TIMEOUT,
    AGIAppError,
    AGIDBError,
    AGIError,
    AGIException,
    AGIHangup,
    AGIInvalidCommand,
    AGIResultHangup,
    AGIUnknownError,
    AGIUsageError,
)

from ivr.agi.codec import Reply, Usage, encode, quote
from ivr.agi.deadline import deadline_s

__all__ = [
    "AGIAppError",
    "AGIDBError",
    "AGIError",
    "AGIException",
    "AGIHangup",
    "AGIInvalidCommand",
    "AGIResultHangup",
    "AGIUnknownError",
    "AGIUsageError",
    "AgiClosed",
    "AgiSilence",
    "AsteriskGone",
    "AsteriskMistake",
    "Digits",
    "Played",
    "Pyst2Agi",
    "Recorded",
    "SessionOver",
]

KEYS = "0123456789*#"
KeyList = str | list[int] | list[str] | list[int | str]


class SessionOver(AGIError):
    """No further command of this session can succeed, though the caller may still be there."""


class AgiSilence(SessionOver):
    """Asterisk gave no answer within the command's deadline; the session is over."""


class AgiClosed(SessionOver):
    """This server is closing and ended the session."""


class AsteriskGone(SessionOver):
    """Asterisk closed the connection and did not say that the caller hung up: it died, or took him elsewhere."""


class AsteriskMistake(SessionOver):
    """The peer sent what is no AGI; the session is over."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a prompt ended: the digit that cut it short, or none, and after how many samples."""

    digit: str
    endpos: int


@dataclass(frozen=True, slots=True)
class Digits:
    """What the caller entered, without its `#`; `timed_out` when a pause ended it, not `#` or the last digit."""

    digits: str
    timed_out: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a recording ended: the digit that ended it or none, its length in samples, whether its time was up."""

    digit: str
    endpos: int
    timed_out: bool


class _Silent:
    """Stands for pyst2's stderr, to which it would write every number and digit."""

    def write(self, text: str) -> None:
        pass


class Pyst2Agi(AGI, ABC):
    """pyst2's AGI over `exchange`. All its methods work; those named here return more or behave better.

    Any of them raises `AGIHangup` once the caller is gone, `AGIAppError` when Asterisk could not do it,
    `AGIInvalidCommand` and `AGIUsageError` when it does not know the command or its arguments, `AgiSilence`,
    `AsteriskGone`, `AsteriskMistake` or `AgiClosed` when the session is over for another reason, `OurMistake` for what
    cannot be sent.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        # Not the parent's: it sets a signal handler (main thread only) and reads from stdin.
        self.env = dict(environment)
        self.stderr = _Silent()
        self._got_sighup = False

    @abstractmethod
    def exchange(self, command: bytes, deadline_s: float) -> Reply | Usage:
        """Send one command's bytes and return its answer within `deadline_s`, or raise an `AGIError`."""

    def ask(self, command: str, *arguments: object) -> Reply:
        """Send one command; return its answer when that is a success."""
        reply = self._raw(command, *arguments)
        if reply.result == "-1" and command != "CHANNEL STATUS":
            raise self._failure(command, reply)
        return reply

    def execute(self, command: str, *args: object) -> Mapping[str, tuple[str, str]]:
        """What pyst2's own methods call: the answer as pyst2's mapping `key -> (value, text in brackets)`."""
        reply = self.ask(command, *args)
        answer = {"result": (reply.result, reply.note or "")}
        if reply.endpos is not None:
            answer["endpos"] = (str(reply.endpos), "")
        return answer

    def play(self, file: str, allowed: str = "", offset: int = 0) -> Played:
        """Play a sound file (its path without extension); a digit of `allowed` ends it. `offset` in samples."""
        reply = self.ask("STREAM FILE", file, quote(allowed), offset)
        return Played(_digit(reply), reply.endpos or 0)

    def collect(self, files: Sequence[str], timeout_ms: int = DEFAULT_TIMEOUT, most: int = 255) -> Digits:
        """Play sound files one after another, which the first digit ends, and take up to `most` digits.

        `timeout_ms` is the pause that ends the entry: after the last file, and after each digit. `#` ends it too.
        """
        first = ""
        for file in files[:-1]:
            if first := self.play(file, KEYS).digit:
                break
        if first == "#" or (first and most == 1):
            return Digits(first.removesuffix("#"), timed_out=False)
        # Digits that come while no command runs are lost; one GET DATA takes all that are left. Its file may be empty.
        last = files[-1] if files and not first else ""
        reply = self.ask("GET DATA", quote(last), timeout_ms, most - len(first))
        return Digits(first + reply.result, reply.note == "timeout")

    def record(
        self,
        file: str,
        kind: str = "wav",
        ends: str = "#",
        timeout_ms: int = DEFAULT_RECORD,
        *,
        offset: int = 0,
        beep: bool = True,
        silence_s: int = 0,
    ) -> Recorded:
        """Record the caller into `file`.`kind` until a digit of `ends`, `timeout_ms` or `silence_s` of silence."""
        words = [*([offset] if offset else []), *(["BEEP"] if beep else []), *([f"s={silence_s}"] if silence_s else [])]
        reply = self.ask("RECORD FILE", file, kind, quote(ends), timeout_ms, *words)
        return Recorded(_digit(reply), reply.endpos or 0, reply.note == "timeout")

    # --- pyst2's names ---------------------------------------------------------------------------------------------

    def stream_file(self, filename: str, escape_digits: KeyList = "", sample_offset: int = 0) -> str:
        """The digit that ended the file, or ''."""
        return self.play(filename, _joined(escape_digits), sample_offset).digit

    def get_data(self, filename: str, timeout: int = DEFAULT_TIMEOUT, max_digits: int = 255) -> str:
        """The digits alone; `collect` also says whether time ran out."""
        return self.collect([filename], timeout, max_digits).digits

    def record_file(
        self,
        filename: str,
        format: str = "gsm",
        escape_digits: KeyList = "#",
        timeout: int = DEFAULT_RECORD,
        offset: int = 0,
        beep: str = "beep",
        silence: int = 0,
    ) -> str:
        """The digit that ended the recording, or '' when its time was up."""
        ends = _joined(escape_digits)
        return self.record(filename, format, ends, timeout, offset=offset, beep=bool(beep), silence_s=silence).digit

    def database_get(self, family: str, key: str) -> str:
        """The value in Asterisk's own database; raises `AGIDBError` when there is none."""
        reply = self.ask("DATABASE GET", family, key)
        if reply.result != "1":
            raise AGIDBError(f"no key {key!r} in family {family!r} of Asterisk's database")
        return reply.note or ""

    def _quote(self, string: object) -> str:
        return quote(string)

    def _raw(self, command: str, *arguments: object) -> Reply:
        answer = self.exchange(encode(command, *arguments), deadline_s(command, arguments))
        if isinstance(answer, Usage):
            raise AGIUsageError(f"{command}: {answer.text}")
        if answer.code == 200:
            return answer
        raise _REFUSALS.get(answer.code, AGIUnknownError)(f"{command}: {answer.code} {answer.text}")

    def _failure(self, command: str, reply: Reply) -> AGIError:
        """Why the result is -1: Asterisk says the same of a caller who left and of a file that is not there."""
        if reply.note != "hangup":
            try:
                self._raw("CHANNEL STATUS")
            except AGIHangup:
                pass
            else:
                return AGIAppError(f"{command}: Asterisk could not do it ({reply.text}); is the file there?")
        return AGIResultHangup(f"the caller hung up during {command}")


_REFUSALS: dict[int, type[AGIError]] = {510: AGIInvalidCommand, 511: AGIHangup, 520: AGIUsageError}


def _digit(reply: Reply) -> str:
    """The key whose character code is the result; 0 is none."""
    if not reply.result.isdecimal() or not reply.result.isascii():
        raise AsteriskMistake(f"no digit: {reply.text}")
    code = int(reply.result)
    return chr(code) if 0 < code < 128 else ""


def _joined(digits: KeyList) -> str:
    return digits if isinstance(digits, str) else "".join(map(str, digits))
