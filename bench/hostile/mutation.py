"""Bytes made from a good sample that no honest peer would send; the same seed gives the same bytes."""

from collections.abc import Callable, Sequence
from random import Random

MOST = 65_536
"""Bytes of one input."""

NASTY: tuple[bytes, ...] = (
    b"\x00", b"\r\n", b"\n", b"\r", b"\n\n", b"\x1b[2J", b"\x7f", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80",
    b"${SHELL(id)}", b"$[1/0]", b"`id`", b"$(id)", b"; rm -rf /", b"' OR '1'='1", b'"', b"'", b"\\", b"\\u0000",
    b"../../../etc/passwd", b"%s%n%x", b"%00", b"%", b"<script>alert(1)</script>", b"{{7*7}}", b"\xe2\x80\xae",
    b"-1", b"0", b"1e999", b"NaN", b"Infinity", b"-0.0", b"9" * 40, b"9" * 5000, b"0x41", b"1_000", b"true", b"null",
    b"[" * 2000, b"{" * 2000, b'{"a":' * 1000, b"(" * 500, b"not " * 200, b"- " * 500, b"&a [*a]", b"*a",

    b"!!python/object:os.system", b"<<: *a", b"HANGUP\n", b"520-", b"200 result=", b"200 result=1 (",
    b"Action: Originate\r\n", b"Event: ",
    b"agi_channel: PJSIP/x", b"RIFF", b"data\xff\xff\xff\xff", b"fmt \x00\x00\x00\x00", b"=", b",", b":", b"#", b"*",
    "一二三".encode(), "١٢٣".encode(), "²".encode(), "\U0001f600".encode(), b"A" * 3000,
)  # fmt: skip
"""What parsers have been broken with before: separators, escapes, numbers out of range, depth, foreign syntax."""

_NO_DIGITS = (b"-1", b"0", b"9" * 20, b"1e400", b"NaN", b"1.5", b"\xd9\xa3", b'""', b"[]")

Mutate = Callable[[bytearray, Random, Sequence[bytes]], None]


def hostile(samples: Sequence[bytes], random: Random) -> bytes:
    """One input: a sample with one to six changes, at most `MOST` bytes."""
    content = bytearray(random.choice(samples))
    for _ in range(random.randint(1, 6)):
        random.choice(_CHANGES)(content, random, samples)
    return bytes(content[:MOST])


def _place(content: bytearray, random: Random) -> int:
    return random.randint(0, len(content))


def _flip(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    if content:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)


def _overwrite(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    if content:
        content[random.randrange(len(content))] = random.randrange(256)


def _cut(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    at = _place(content, random)
    del content[at : at + random.randint(1, 40)]


def _cut_tail(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    del content[_place(content, random) :]


def _repeat(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    at = _place(content, random)
    piece = content[at : at + random.randint(1, 80)]
    content[at:at] = piece * random.choice((1, 2, 100))


def _insert(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    at = _place(content, random)
    content[at:at] = random.choice(NASTY)


def _replace_word(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    """Another word, or something nasty, in place of a word: keeps the shape, changes the meaning."""
    words = bytes(content).split(b" ")
    words[random.randrange(len(words))] = random.choice(NASTY if random.random() < 0.7 else samples)[:200]
    content[:] = b" ".join(words)


def _replace_digits(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    digits = [place for place, byte in enumerate(content) if 48 <= byte < 58]
    if digits:
        at = random.choice(digits)
        content[at : at + 1] = random.choice(_NO_DIGITS)


def _move_line(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    lines = bytes(content).split(b"\n")
    line = lines.pop(random.randrange(len(lines)))
    lines.insert(random.randint(0, len(lines)), line)
    if random.random() < 0.5:
        lines.insert(random.randint(0, len(lines)), line)
    content[:] = b"\n".join(lines)


def _splice(content: bytearray, random: Random, samples: Sequence[bytes]) -> None:
    other = random.choice(samples)
    at = random.randint(0, len(other))
    content[_place(content, random) :] = other[at:]


_CHANGES: tuple[Mutate, ...] = (
    _flip, _overwrite, _cut, _cut_tail, _repeat, _insert, _insert, _replace_word, _replace_digits, _move_line, _splice,
)  # fmt: skip
