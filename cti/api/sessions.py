"""Who is signed in: sessions known by a random token in a cookie, kept in one small file so that a restart ends none.

The file holds digests of tokens, never tokens. Looking a session up needs neither disk nor database, so agents go on
working while the database is down; who was kept out or given a new password or role there is noticed by `watch`.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import select

from cti.database.connection import Database
from cti.database.models import User as UserRow
from cti.people.roles import Role
from cti.people.users import User
from cti.problems import Problem, Refused

WATCH_S = 2.0
"""How soon a session is ended whose person was kept out or given a new password or role."""
_LONGEST_NAME = 200
"""Characters of a browser's name."""

log = structlog.get_logger()


class SessionsError(Refused):
    """The file of sessions cannot be used."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One person, signed in from one browser or program. Times are ms."""

    digest: str
    user: User
    begun_at: int
    expires_at: int | None
    """None: it lasts until it is ended."""
    proven: bool = False
    """A second factor was shown, or none can be asked for."""
    address: str = ""
    browser: str = ""
    """From where it was begun, and what the browser calls itself."""

    @property
    def name(self) -> str:
        """What it is called where it is listed; it lets nobody in."""
        return self.digest[:16]

    def is_over(self, now: int) -> bool:
        """Whether its time is up."""
        return self.expires_at is not None and self.expires_at <= now


class Sessions:
    """All sessions of this node."""

    def __init__(
        self,
        file: Path,
        now: Callable[[], int],
        hours: int,
        idle_minutes: int = 30,
        second_factor: Collection[Role] = (),
    ) -> None:
        """Takes up what `file` holds. Raises SessionsError when it cannot be read.

        A session ends after so many hours, and after so many minutes without a request and without an open page.
        `second_factor`: the roles that need one for anything but setting it up.
        """
        self.file = file
        self.second_factor = frozenset(second_factor)
        self._now = now
        self._lasts_ms = hours * 3_600_000
        self._idle_ms = idle_minutes * 60_000
        self._started = now()
        self._used: dict[str, int] = {}
        self._sessions: dict[str, Session] = {one.digest: one for one in _read(file) if not one.is_over(now())}
        self._wishes: dict[str, list[Callable[[], None]]] = {}
        self._writing = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self.cookie = "hotline_" + hashlib.sha256(str(file.absolute()).encode()).hexdigest()[:8]
        """Name of the cookie: browsers do not tell the ports of one host apart, so each instance has its own."""
        self.lasts_s = hours * 3600

    async def begin(
        self, user: User, *, lasts: bool = False, proven: bool = False, address: str = "", browser: str = ""
    ) -> str:
        """Sign a person in; returns the token for the cookie. `lasts`: until it is ended, whatever the hours."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        expires_at = None if lasts else now + self._lasts_ms
        session = Session(
            digest=_digest(token),
            user=user,
            begun_at=now,
            expires_at=expires_at,
            proven=proven,
            address=address,
            browser=browser[:_LONGEST_NAME],
        )
        self._used[session.digest] = now
        self._sessions[session.digest] = session
        await self._write()
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token, unless it is over."""
        session = self._sessions.get(_digest(token))
        if session is None or self._is_over(session):
            return None
        self._used[session.digest] = self._now()
        return session

    def is_confined(self, session: Session) -> bool:
        """Whether the person must set up a second factor before anything else."""
        return session.user.role in self.second_factor and not session.proven

    def of(self, login: str) -> list[Session]:
        """Every session of one person, the latest first."""
        mine = (one for one in self._sessions.values() if one.user.login == login and not self._is_over(one))
        return sorted(mine, key=lambda one: -one.begun_at)

    def used_at(self, session: Session) -> int:
        """When there was a request of it last; now, while a page of it is open. ms."""
        if self._wishes.get(session.digest):
            return self._now()
        return self._used.get(session.digest, self._started)

    async def end(self, session: Session) -> None:
        """Sign out: the token is worth nothing from now on, open pages of it are closed."""
        self._drop(session.digest)
        await self._write()

    async def end_all_of(self, login: str) -> None:
        """End every session of one person."""
        digests = [one.digest for one in self._sessions.values() if one.user.login == login]
        for digest in digests:
            self._drop(digest)
        if digests:
            await self._write()

    def when_ended(self, session: Session, then: Callable[[], None]) -> Callable[[], None]:
        """Call `then` when the session is ended; returns what takes the wish back."""
        wishes = self._wishes.setdefault(session.digest, [])
        wishes.append(then)

        def no_more() -> None:
            with suppress(ValueError):
                wishes.remove(then)
            if session.digest in self._sessions:
                self._used[session.digest] = self._now()

        return no_more

    def pages_of(self, session: Session) -> int:
        """How many pages of the session are open."""
        return len(self._wishes.get(session.digest, ()))

    async def settle(self, database: Database) -> None:
        """End every session that is over by time, or whose person was kept out or given a new password or role."""
        now = self._now()
        oldest = min((one.begun_at for one in self._sessions.values()), default=now)
        changed = select(UserRow.login, UserRow.signed_out_before).where(UserRow.signed_out_before > oldest)
        async with database.reading() as session:
            counts_from = {login: moment for login, moment in await session.execute(changed)}
        over = [
            one.digest
            for one in self._sessions.values()
            if self._is_over(one) or one.begun_at < counts_from.get(one.user.login, 0)
        ]
        for digest in over:
            self._drop(digest)
        if over:
            await self._write()

    def watch(self, database: Database) -> None:
        """Begin to `settle` every few seconds."""
        self._watching = asyncio.get_running_loop().create_task(self._watch(database))

    async def stop(self) -> None:
        """Watch no more; the sessions stay in their file."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching

    async def _watch(self, database: Database) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                await self.settle(database)
            except Exception as error:
                log.warning("people not looked up, sessions stay as they are", error=str(error))

    def _is_over(self, session: Session) -> bool:
        now = self._now()
        if session.expires_at is None or self._wishes.get(session.digest):
            return session.is_over(now)
        return session.is_over(now) or self._used.get(session.digest, self._started) + self._idle_ms <= now

    def _drop(self, digest: str) -> None:
        self._sessions.pop(digest, None)
        self._used.pop(digest, None)
        for then in self._wishes.pop(digest, []):
            then()

    async def _write(self) -> None:
        async with self._writing:
            await asyncio.to_thread(_replace, self.file, msgspec.json.encode(list(self._sessions.values())))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _read(file: Path) -> list[Session]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Session])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        mend = "remove it: everybody then signs in anew"
        raise SessionsError(Problem(str(file), f"cannot be read: {error}", mend)) from error


def _replace(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
    beside.replace(file)
