"""AMI as bytes: a greeting line, then blocks of `Name: value` lines that end with an empty line; no socket here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.ami.errors import AmiFieldError, AmiProtocolError

Fields = Mapping[str, str | int | Sequence[str] | None]

# Asterisk answers a longer line with an error that names no field.
LONGEST_LINE = 1000
# What it sends may be longer (a command's output in one line), but not endless.
_LONGEST_READ = 1 << 20
_GREETING = b"Asterisk Call Manager/"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_BREAK = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class AmiFrame:
    """One block: its fields in the order they came, repeated ones included."""

    fields: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The first value of a field; names are compared without case."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """Every value of a field, as the lines of `Output` come."""
        folded = name.casefold()
        return [value for key, value in self.fields if key.casefold() == folded]


class AmiDecoder:
    """Takes bytes as they come, gives whole frames; half a frame waits for its rest.

    `stray` counts lines that were no field and were skipped.
    """

    def __init__(self) -> None:
        self.greeting: str | None = None
        self.stray = 0
        self._rest = b""
        self._fields: list[tuple[str, str]] = []

    def feed(self, data: bytes) -> list[AmiFrame]:
        """The frames completed by these bytes; raises `AmiProtocolError` when it is not an AMI that speaks."""
        frames: list[AmiFrame] = []
        *lines, self._rest = (self._rest + data).split(b"\n")
        for raw in lines:
            line = raw.removesuffix(b"\r")
            if self.greeting is None:
                self._greet(line)
            elif line:
                self._field(line.decode(errors="replace"))
            elif self._fields:
                frames.append(AmiFrame(tuple(self._fields)))
                self._fields = []
        if len(self._rest) > _LONGEST_READ:
            raise AmiProtocolError(f"a line of more than {_LONGEST_READ} bytes")
        return frames

    def _greet(self, line: bytes) -> None:
        if not line.startswith(_GREETING):
            raise AmiProtocolError("no greeting of an Asterisk manager: is this manager.conf's port?")
        self.greeting = line.decode(errors="replace")

    def _field(self, line: str) -> None:
        name, colon, value = line.partition(":")
        if colon:
            self._fields.append((name.strip(), value.removeprefix(" ")))
        else:
            self.stray += 1


def encode(action: str, action_id: str, fields: Fields) -> bytes:
    """The bytes of one action. A field that is None is left out, a list is repeated.

    Raises `AmiFieldError` for a value with a line break, which would begin a field or an action of its own.
    """
    lines = [_line("Action", action), _line("ActionID", action_id)]
    for name, value in fields.items():
        if value is None:
            continue
        each = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        lines += [_line(name, str(one)) for one in each]
    return b"".join([*lines, b"\r\n"])


def _line(name: str, value: str) -> bytes:
    if not _NAME.fullmatch(name):
        raise AmiFieldError(f"AMI field {name!r}: a name is letters, digits, hyphen and underscore")
    if _BREAK.search(value):
        raise AmiFieldError(f"AMI field {name}: a value cannot hold a line break or a zero byte")
    line = f"{name}: {value}\r\n".encode(errors="replace")
    if len(line) > LONGEST_LINE:
        raise AmiFieldError(f"AMI field {name}: {len(line)} bytes, Asterisk takes {LONGEST_LINE}")
    return line
