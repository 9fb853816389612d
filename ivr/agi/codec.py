"""The AGI protocol without a socket: lines of bytes in, events out; commands in, bytes out.

Asterisk first sends its environment (`agi_key: value` lines, then an empty line). After that each command gets one
answer: a reply line, or a usage block (`520-…` up to `520 …`). A line `HANGUP` may come at any moment, between a
command and its answer too, and is no answer. Source: the answers of an Asterisk 22.10 to the commands of the tests.

Whatever a peer sends becomes an event; nothing here raises for what came in. What we would send wrongly raises
`OurMistake`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

LONGEST_COMMAND = 2046
"""Bytes of one command without its line end. Asterisk takes what is beyond its buffer for another command; 22.10 has
8 KiB (tried), older releases 2 KiB."""
LONGEST_LINE = 8192
"""Bytes of one line from Asterisk; variables hold at most 4096."""
LARGEST_ENVIRONMENT = 32_768
"""Bytes of all environment lines together."""
LONGEST_BLOCK = 32_768
"""Bytes of a usage block, or of a value that spans several lines."""

_REPLY = re.compile(
    r"result=(?P<result>[^\s()]*)(?:\s+\((?P<note>.*)\))?(?:\s+endpos=(?P<endpos>[0-9]{1,18}))?", re.DOTALL
)
_CODE = re.compile(r"[1-5][0-9]{2}(?: |$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class OurMistake(ValueError):
    """We were about to send what no Asterisk takes; the text says what and how to mend it."""


@dataclass(frozen=True, slots=True)
class EnvironmentRead:
    """The whole environment: keys as sent (`agi_channel`), values stripped."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `200 result=RESULT (NOTE) endpos=ENDPOS`, or a refusal (510, 511, a one-line 520) with its text."""

    code: int
    result: str = ""
    note: str | None = None
    """What stood in brackets: a variable's value, `timeout`, `hangup`, `dtmf`; None without brackets."""
    endpos: int | None = None
    """Where playing or recording stopped, in samples."""
    text: str = ""
    """The line after its code."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The command's arguments were wrong; `text` is what Asterisk says of its proper use."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A 1xx line: the answer is still to come."""

    text: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller is gone; Asterisk waits for us to finish."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """Bytes that are no AGI. `line` is shortened."""

    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection ended; `inside` names what it cut off (`environment`, `usage block`, `value`), if anything."""

    inside: str = ""


Event = EnvironmentRead | Reply | Usage | Progress | HangUp | Garbled | Closed


class _Expecting(Enum):
    ENVIRONMENT = "environment"
    ANSWER = ""
    USAGE = "usage block"
    VALUE = "value"
    NOTHING = "nothing"


@dataclass(slots=True)
class Codec:
    """Reads one connection's lines. After `Garbled` or `Closed` it answers nothing more."""

    _expecting: _Expecting = _Expecting.ENVIRONMENT
    _environment: dict[str, str] = field(default_factory=dict)
    _block: list[str] = field(default_factory=list)
    _size: int = 0

    def line(self, raw: bytes) -> Event | None:
        """Take one line without its line feed; None while more lines are needed.

        Bytes that are not UTF-8 (a caller name in another encoding) become U+FFFD.
        """
        text = raw.decode("utf-8", "replace").removesuffix("\r")
        if self._expecting is _Expecting.ANSWER:
            return self._answer(text)
        match self._expecting:
            case _Expecting.ENVIRONMENT:
                return self._environment_line(text, len(raw))
            case _Expecting.USAGE:
                return self._usage_line(text, len(raw))
            case _Expecting.VALUE:
                return self._value_line(text, len(raw))
        return None

    def end(self) -> Closed:
        """The connection is closed."""
        expecting, self._expecting = self._expecting, _Expecting.NOTHING
        return Closed("" if expecting is _Expecting.NOTHING else str(expecting.value))

    def _environment_line(self, text: str, size: int) -> Event | None:
        if not text:
            self._expecting = _Expecting.ANSWER
            return EnvironmentRead(MappingProxyType(self._environment))
        key, colon, value = text.partition(":")
        if not colon or not key.startswith("agi_"):
            return self._garbled(text, "not an environment line; expected 'agi_key: value'")
        if key in self._environment:
            # A caller number that holds a line feed could otherwise plant a second value.
            return self._garbled(text, f"{key} stands twice in the environment")
        if self._grown(size):
            return self._garbled(text, f"the environment is larger than {LARGEST_ENVIRONMENT} bytes")
        self._environment[key] = value.strip()
        return None

    def _answer(self, text: str) -> Event | None:
        if text.startswith("200 ") or text == "200":
            return self._result(text)
        if text == "HANGUP":
            return HangUp()
        code, rest = text[:3], text[4:]
        if text.startswith("520-"):
            self._expecting, self._block, self._size = _Expecting.USAGE, [rest], len(text)
            return None
        if not _CODE.match(text):
            return self._garbled(text, "not an answer; expected 'CODE result=…'")
        if code[0] == "1":
            return Progress(rest)
        return Reply(int(code), text=rest)

    def _result(self, text: str) -> Event | None:
        rest = text[4:].strip()
        if found := _REPLY.fullmatch(rest):
            endpos = found["endpos"]
            return Reply(200, found["result"], found["note"], int(endpos) if endpos else None, rest)
        if "(" in rest and rest.startswith("result="):
            # A variable's value may hold line feeds; the bracket closes on a later line.
            self._expecting, self._block, self._size = _Expecting.VALUE, [text], len(text)
            return None
        return self._garbled(text, "not a result; expected '200 result=…'")

    def _usage_line(self, text: str, size: int) -> Event | None:
        if text.startswith("520 "):
            self._expecting = _Expecting.ANSWER
            return Usage("\n".join(self._block))
        return self._append(text, size)

    def _value_line(self, text: str, size: int) -> Event | None:
        if not text.rstrip().endswith(")"):
            return self._append(text, size)
        self._expecting = _Expecting.ANSWER
        return self._result("\n".join([*self._block, text]))

    def _append(self, text: str, size: int) -> Event | None:
        if self._grown(size):
            return self._garbled(text, f"a {self._expecting.value} of more than {LONGEST_BLOCK} bytes")
        self._block.append(text)
        return None

    def _grown(self, size: int) -> bool:
        self._size += size + 1
        return self._size > LARGEST_ENVIRONMENT

    def _garbled(self, text: str, why: str) -> Garbled:
        self._expecting = _Expecting.NOTHING
        return Garbled(text[:80], why)


class Quoted(str):
    """A token that is already in quotes; `encode` sends it as it is."""

    __slots__ = ()


def quote(value: object) -> Quoted:
    """One argument in quotes: `\\` and `"` escaped, line ends and other control characters turned into spaces."""
    text = _CONTROL.sub(" ", str(value))
    return Quoted('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')


def encode(command: str, *arguments: object) -> bytes:
    """The bytes of one command: its words as they are, numbers bare, every other argument as one quoted token.

    Empty unquoted arguments at the end are left out. Raises `OurMistake` when the line is longer than Asterisk reads,
    or when an empty argument stands before others.
    """
    words = list(arguments)
    while words and not isinstance(words[-1], Quoted) and words[-1] == "":
        words.pop()
    tokens = [command]
    for word in words:
        if isinstance(word, Quoted | int | float):
            tokens.append(str(word))
        elif word == "":
            raise OurMistake(f"{command}: an empty argument before others; leave the later ones out or quote it")
        else:
            tokens.append(quote(word))
    line = " ".join(tokens).encode("utf-8", "replace")
    if len(line) > LONGEST_COMMAND:
        raise OurMistake(f"{command}: {len(line)} bytes, Asterisk reads {LONGEST_COMMAND} of a line; shorten the value")
    return line + b"\n"
