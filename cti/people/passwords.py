"""Passwords: argon2id, worked out in a thread, because one takes about a tenth of a second; and which are refused.

Length counts, not kinds of characters (OWASP ASVS 4.0.3, 2.1); what everybody tries first does not count as length.
"""

import asyncio
import re
import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cti.problems import Problem, Refused

SHORTEST = 12
LONGEST = 128
_LONGEST_KEPT = 200
"""Older ones may be as long."""
OWN = 5
"""So many characters must be left once everything that is guessed first is taken out."""
_PIECES = Path(__file__).with_name("guessed_first.txt").read_text(encoding="ascii").split()
"""Words and rows of keys that everybody tries, the longest first."""
_RUN = re.compile(r"(?:19|20)\d\d|(.)\1{2,}|(..+?)\2+|0?12345?6?7?8?9?0?|9?8?7?6?54321?0?", re.DOTALL)
"""Years, the same again and again, counting."""
_hasher = PasswordHasher()


class PasswordRefused(Refused):
    """The password cannot be used."""


async def hash_password(password: str, *whose: str) -> str:
    """The hash to keep. `whose`: login and name, which everybody knows.

    Raises PasswordRefused for one that is too short, too long, or guessed soon.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        what = f"has {len(password)} characters"
        raise PasswordRefused(Problem("password", what, f"use {SHORTEST} to {LONGEST}"))
    if len(own_part(password, *whose)) < OWN:
        mend = "use several words that do not belong together"
        raise PasswordRefused(Problem("password", "is made of what is guessed first", mend))
    return await asyncio.to_thread(_hasher.hash, password)


def own_part(password: str, *whose: str) -> str:
    """What is left of a password without the words, keys in a row, years, and repeats that are tried first."""
    left = password.lower()
    for piece in [*(one.lower() for one in whose if len(one) > 1), *_PIECES]:
        left = left.replace(piece, " ")
    return re.sub(r"[\s_.!@#*-]", "", _RUN.sub("", left))


async def is_right(password: str, kept: str | None) -> bool:
    """Whether the password has this hash; for None (no such person) it is wrong after just as long."""
    return await asyncio.to_thread(_verify, password[: _LONGEST_KEPT + 1], kept)


async def renewed(password: str, kept: str) -> str | None:
    """Its hash with today's parameters, when `kept` was made with weaker ones; else None."""
    return await asyncio.to_thread(_hasher.hash, password) if _hasher.check_needs_rehash(kept) else None


def _verify(password: str, kept: str | None) -> bool:
    try:
        return _hasher.verify(kept if kept is not None else _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex())
