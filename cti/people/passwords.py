"""Passwords: argon2id, worked out in a thread, because one takes about a tenth of a second."""

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cti.problems import Problem, Refused

SHORTEST = 10
LONGEST = 200
_hasher = PasswordHasher()


class PasswordRefused(Refused):
    """The password cannot be used."""


async def hash_password(password: str) -> str:
    """The hash to keep. Raises PasswordRefused for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        what = f"has {len(password)} characters"
        raise PasswordRefused(Problem("password", what, f"use {SHORTEST} to {LONGEST}"))
    return await asyncio.to_thread(_hasher.hash, password)


async def is_right(password: str, kept: str | None) -> bool:
    """Whether the password has this hash; for None (no such person) it is wrong after just as long."""
    return await asyncio.to_thread(_verify, password[: LONGEST + 1], kept)


def _verify(password: str, kept: str | None) -> bool:
    try:
        return _hasher.verify(kept if kept is not None else _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex())


def is_dated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's and should be made anew."""
    return _hasher.check_needs_rehash(kept)
