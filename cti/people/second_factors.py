"""The second factor: a code that an app makes anew every 30 seconds (TOTP, RFC 6238), or a recovery code.

What is kept of a person is one text, sealed (Fernet) under a key in a file of its own: who reads the database alone
makes no codes. A code counts once, and so does a recovery code (OWASP ASVS 4.0.3, 2.6, 2.8).
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from cti.database.connection import Database
from cti.database.models import SecondFactor as Row
from cti.problems import Problem, Refused

STEP_S = 30
AROUND = 1
"""Steps before and after the present one whose codes count too: clocks differ, people type slowly."""
OFFERED_S = 600
"""How long an offered secret may wait for its first code."""
RECOVERY_CODES = 10


class FactorRefused(Refused):
    """A second factor cannot be set up, or read."""


class CodeWrong(FactorRefused):
    """The first code does not fit what was offered."""


class OfferOver(FactorRefused):
    """What was offered waited too long, or was never offered to this login."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A secret for somebody's app; it counts once a first code was made with it."""

    secret: str
    """Base32, as it is typed where there is no camera."""
    uri: str
    picture: str
    """The URI as a QR code: an SVG in a data: address."""
    sealed: str
    """Shown with the first code."""


class _Offered(msgspec.Struct, frozen=True, tag="offered"):
    login: str
    secret: str


class _Kept(msgspec.Struct, frozen=True, tag="kept"):
    login: str
    secret: str
    used_step: int
    recovery: list[str]


T = TypeVar("T", _Offered, _Kept)


class SecondFactors:
    """The table of second factors."""

    def __init__(self, database: Database, key: Path, issuer: str) -> None:
        """`key`: the file of the key, written when it is first needed. `issuer`: what apps show beside the login."""
        self._database = database
        self._key = key
        self._issuer = issuer

    async def whose(self) -> set[str]:
        """The logins that have one."""
        async with self._database.reading() as session:
            return set(await session.scalars(select(Row.login)))

    async def has(self, login: str) -> bool:
        """Whether this login has one."""
        return await self._sealed(login) is not None

    def offer(self, login: str, *, at: int) -> Offer:
        """A new secret for this login's app. Nothing is kept yet. `at`: ms."""
        # Imported late: a start has no use for it.
        import segno

        secret = pyotp.random_base32()
        uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=self._issuer)
        picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=4, light="#fff")
        return Offer(secret=secret, uri=uri, picture=picture, sealed=self._seal(_Offered(login, secret), at))

    async def set_up(self, login: str, sealed: str, code: str, *, at: int) -> Sequence[str]:
        """Keep what was offered, in place of one before; returns the recovery codes, which nobody sees again.

        Raises OfferOver, CodeWrong; FactorRefused when there is no such user.
        """
        offered = self._open(sealed, _Offered, at=at)
        if offered is None or offered.login != login:
            raise OfferOver(Problem("offer", "is over, or was never made", "begin again"))
        step = _step_of(offered.secret, code, at)
        if step is None:
            raise CodeWrong(Problem("code", "does not fit", "type the one that the app shows now, and set its clock"))
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        kept = self._seal(_Kept(login, offered.secret, step, [_digest(one) for one in codes]), at)
        try:
            async with self._database.writing() as session:
                await session.merge(Row(login=login, sealed=kept, since=at))
        except IntegrityError:
            raise FactorRefused(Problem(f"user {login}", "is not there", "hotline user list")) from None
        return codes

    async def is_right(self, login: str, code: str, *, at: int) -> bool:
        """Whether this code is the login's now and was not used before; it is used from now on.

        Raises FactorRefused when what is kept cannot be read.
        """
        sealed = await self._sealed(login)
        if sealed is None:
            return False
        kept = self._open(sealed, _Kept)
        if kept is None or kept.login != login:
            mend = f"put {self._key} back from a backup, or: hotline user reset-factor {login}"
            raise FactorRefused(Problem(f"second factor of {login}", "does not fit the key", mend))
        used = _used(kept, code, at)
        if used is None:
            return False
        async with self._database.writing() as session:
            # Of two at once with the same code, only one finds what it read.
            mine = update(Row).where(Row.login == login, Row.sealed == sealed).values(sealed=self._seal(used, at))
            return (await session.execute(mine.returning(Row.login))).first() is not None

    async def forget(self, login: str) -> bool:
        """Remove it; returns whether there was one."""
        async with self._database.writing() as session:
            gone = await session.execute(delete(Row).where(Row.login == login.strip().lower()).returning(Row.login))
            return gone.first() is not None

    async def _sealed(self, login: str) -> str | None:
        async with self._database.reading() as session:
            return await session.scalar(select(Row.sealed).where(Row.login == login))

    def _seal(self, content: _Offered | _Kept, at: int) -> str:
        return self._fernet().encrypt_at_time(msgspec.json.encode(content), at // 1000).decode()

    def _open(self, sealed: str, kind: type[T], *, at: int | None = None) -> T | None:
        """What was sealed; None when it is not of ours or, with `at`, older than an offer may be."""
        try:
            if at is None:
                content = self._fernet().decrypt(sealed)
            else:
                content = self._fernet().decrypt_at_time(sealed, OFFERED_S, at // 1000)
            return msgspec.json.decode(content, type=kind)
        except (InvalidToken, ValueError, msgspec.DecodeError):
            return None

    def _fernet(self) -> Fernet:
        try:
            self._key.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(self._key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(Fernet.generate_key())
        except FileExistsError:
            pass
        try:
            return Fernet(self._key.read_bytes().strip())
        except (OSError, ValueError) as error:
            mend = "put it back from a backup; without it, remove it and every second factor is set up anew"
            raise FactorRefused(Problem(str(self._key), f"is no key: {error}", mend)) from None


def _step_of(secret: str, code: str, at: int) -> int | None:
    """The step whose code this is, near `at` (ms)."""
    totp, now = pyotp.TOTP(secret, interval=STEP_S), at // 1000 // STEP_S
    near = range(now + AROUND, now - AROUND - 1, -1)
    written = code.replace(" ", "")
    return next((step for step in near if pyotp.utils.strings_equal(totp.generate_otp(step), written)), None)


def _used(kept: _Kept, code: str, at: int) -> _Kept | None:
    """What is kept once this code was used; None when it is not right."""
    step = _step_of(kept.secret, code, at)
    if step is not None:
        return msgspec.structs.replace(kept, used_step=step) if step > kept.used_step else None
    digest = _digest(code)
    if digest not in kept.recovery:
        return None
    return msgspec.structs.replace(kept, recovery=[one for one in kept.recovery if one != digest])


def _recovery_code() -> str:
    """80 random bits: four groups of four letters and digits."""
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _digest(code: str) -> str:
    return hashlib.sha256("".join(sign for sign in code.lower() if sign.isalnum()).encode()).hexdigest()
