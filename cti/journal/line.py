"""One fact as one line of the journal: a CRC-32 of the rest in hex, a space, JSON, a line end.

The JSON object holds `n` (the fact's number), `fact` (its name in `acd.events`) and the fact's fields. Fields that a
newer version added are filled with their defaults; an unknown fact or field is an error, never dropped silently.
"""

from typing import Any
from zlib import crc32

import msgspec

from acd.events import FACTS, Fact

FACT_TYPES: dict[str, type[Fact]] = {fact.__name__: fact for fact in FACTS}


class BadLine(ValueError):
    """A line that is not a fact as we wrote it; the text says what is wrong with it."""


class _Head(msgspec.Struct):
    n: int
    fact: str


_head = msgspec.json.Decoder(_Head)
_whole = {name: msgspec.json.Decoder(kind) for name, kind in FACT_TYPES.items()}
_encode = msgspec.json.Encoder(enc_hook=dict)


def write_line(number: int, fact: Fact) -> bytes:
    """The line of a fact, line end included."""
    fields: dict[str, Any] = {"n": number, "fact": type(fact).__name__}
    for name in fact.__dataclass_fields__:
        fields[name] = getattr(fact, name)
    body = _encode.encode(fields)
    return b"%08x %s\n" % (crc32(body), body)


def read_line(line: bytes) -> tuple[int, Fact]:
    """(number, fact) of a line without or with its line end. Raises BadLine."""
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % crc32(body):
        raise BadLine("its checksum does not fit")
    try:
        head = _head.decode(body)
        return head.n, _whole[head.fact].decode(body)
    except KeyError:
        raise BadLine("it holds a fact of a newer version") from None
    except msgspec.DecodeError as error:
        raise BadLine(str(error)) from None
