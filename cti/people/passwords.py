"""Passwords: argon2id, worked out in a thread, because one takes about a tenth of a second; and which are refused.

Length counts, not kinds of characters (OWASP ASVS 4.0.3, 2.1). How soon one is guessed is what zxcvbn reckons with its
lists, 30,000 passwords out of breaches and common English words among them, and with ours, which has what is tried in
China.
"""

import asyncio
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
STRONG = 4
"""zxcvbn's score from 10^10 guesses on."""
_JUDGED = 40
"""Characters that are looked at: enough to be strong, and the reckoning takes no longer than the hash."""
_PLAIN = str.maketrans("@({[<!|$+%", "accccilstx")
"""Signs for the letters they stand for. zxcvbn tries all readings of all of them, half a minute of it if one likes."""
_OURS = Path(__file__).with_name("guessed_first.txt").read_text(encoding="ascii").split()
"""Words and rows of keys that everybody tries."""
_hasher = PasswordHasher()


class PasswordRefused(Refused):
    """The password cannot be used."""


class PasswordLength(PasswordRefused):
    """It is too short or too long."""


class PasswordGuessed(PasswordRefused):
    """It is guessed soon."""


async def hash_password(password: str, *whose: str) -> str:
    """The hash to keep. `whose`: login and name, which everybody knows.

    Raises PasswordLength, PasswordGuessed.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        what = f"has {len(password)} characters"
        raise PasswordLength(Problem("password", what, f"use {SHORTEST} to {LONGEST}"))
    if not await asyncio.to_thread(is_strong, password, *whose):
        mend = "use several words that do not belong together"
        raise PasswordGuessed(Problem("password", "is made of what is guessed first", mend))
    return await asyncio.to_thread(_hasher.hash, password)


def is_strong(password: str, *whose: str) -> bool:
    """Whether it takes 10^10 guesses of somebody who knows common passwords, and login and name."""
    # Imported late: its lists take a tenth of a second, and hardly any process needs them.
    from zxcvbn import zxcvbn
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    if password.lower() in FREQUENCY_LISTS["passwords"]:
        return False
    known = [piece for one in whose for piece in (one, *one.split()) if len(piece) > 1]
    judged = password[:_JUDGED].translate(_PLAIN)
    return bool(zxcvbn(judged, user_inputs=[*known, *_OURS], max_length=_JUDGED)["score"] >= STRONG)


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
