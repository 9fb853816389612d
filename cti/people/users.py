"""The people who may sign in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from cti.database.connection import Database
from cti.database.models import User as Row
from cti.people.passwords import hash_password, is_right, renewed
from cti.people.roles import Right, Role, may
from cti.problems import Problem, Refused

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class UserRefused(Refused):
    """A user cannot be made or changed so, or is not there."""


@dataclass(frozen=True, slots=True)
class User:
    """A person, without the password."""

    login: str
    name: str
    role: Role
    agent: str | None
    """工号 of the agent he is; None for those who take no contacts."""
    enabled: bool
    created_at: int
    signed_out_before: int
    """Sessions begun before this moment (ms) count no more."""

    def may(self, right: Right) -> bool:
        """Whether he may do this now."""
        return self.enabled and may(self.role, right)


def _user(row: Row) -> User:
    return User(row.login, row.name, Role(row.role), row.agent, row.enabled, row.created_at, row.signed_out_before)


class Users:
    """The table of users. Logins are lower case; there is no password that anybody could know beforehand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, login: str, *, name: str, role: Role, password: str, at: int, agent: str | None = None) -> User:
        """Make a user. Raises UserRefused for a login or agent that is taken or malformed, PasswordRefused."""
        login = login.strip().lower()
        if not _LOGIN.fullmatch(login):
            mend = "use 1 to 64 of a-z 0-9 . _ -"
            raise UserRefused(Problem(f"login {login[:64]!r}", "is not written as it must be", mend))
        if role is Role.AGENT and agent is None:
            agent = login
        if role is not Role.AGENT and agent is not None:
            raise UserRefused(
                Problem(f"user {login}", f"is {role}, yet agent {agent}", "give agents a login of their own")
            )
        kept = await hash_password(password, login, name.strip())
        row = Row(
            login=login,
            name=name.strip() or login,
            role=role.value,
            agent=agent,
            password_hash=kept,
            enabled=True,
            created_at=at,
            signed_out_before=0,
        )
        try:
            async with self._database.writing() as session:
                session.add(row)
        except IntegrityError:
            raise UserRefused(Problem(f"user {login}", "login or agent is taken", "use another one")) from None
        return _user(row)

    async def find(self, login: str) -> User | None:
        """The user with this login."""
        async with self._database.reading() as session:
            row = await session.scalar(_by_login(login))
        return _user(row) if row else None

    async def list(self) -> Sequence[User]:
        """All users by login."""
        async with self._database.reading() as session:
            return [_user(row) for row in await session.scalars(select(Row).order_by(Row.login))]

    async def signed_in(self, login: str, password: str) -> User | None:
        """The user, when login and password fit and he is enabled; None otherwise, after the same time."""
        async with self._database.reading() as session:
            row = await session.scalar(_by_login(login))
        right = await is_right(password, row.password_hash if row else None)
        if row is None or not right or not row.enabled:
            return None
        anew = await renewed(password, row.password_hash)
        if anew is not None:
            await self._change(row.login, password_hash=anew)
        return _user(row)

    async def set_password(self, login: str, password: str, *, at: int) -> User:
        """Give a new password; ends his sessions. Raises UserRefused, PasswordRefused."""
        found = await self.find(login)
        kept = await hash_password(password, login, found.name if found is not None else "")
        return await self._change(login, password_hash=kept, signed_out_before=at)

    async def set_role(self, login: str, role: Role, *, at: int) -> User:
        """Let him be something else here; ends his sessions. Raises UserRefused for an agent: his 工号 stays his."""
        found = await self.find(login)
        if found is not None and (found.agent is not None) is not (role is Role.AGENT):
            what = f"is {found.role}, to be {role}"
            raise UserRefused(Problem(f"user {found.login}", what, "give agents a login of their own"))
        return await self._change(login, role=role.value, signed_out_before=at)

    async def set_enabled(self, login: str, enabled: bool, *, at: int) -> User:
        """Let him in or keep him out; keeping him out ends his sessions. Raises UserRefused."""
        ended = {} if enabled else {"signed_out_before": at}
        return await self._change(login, enabled=enabled, **ended)

    async def end_sessions(self, login: str, *, at: int) -> User:
        """Let him sign in anew. Raises UserRefused."""
        return await self._change(login, signed_out_before=at)

    async def _change(self, login: str, **values: object) -> User:
        async with self._database.writing() as session:
            row = await session.scalar(_by_login(login))
            if row is None:
                raise UserRefused(Problem(f"user {login[:64]}", "there is none of that name", "hotline user list"))
            for name, value in values.items():
                setattr(row, name, value)
            return _user(row)


def _by_login(login: str) -> Select[Row]:
    return select(Row).where(Row.login == login.strip().lower())
