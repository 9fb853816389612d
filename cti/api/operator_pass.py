"""The operator's pass: a small file by which commands on this machine find the API and sign in to look.

It is readable by this process's user alone, who may read the database as well; it is there, and its session lasts,
while the API is up.
"""

import asyncio
import os
from pathlib import Path

import msgspec

from cti.api.sessions import Sessions
from cti.people.roles import Role
from cti.people.users import User
from cti.problems import Problem, Refused

FILE = "api.json"
"""Its name, beside the file of sessions."""
OPERATOR = User(
    login="operator@local",
    name="operator",
    role=Role.SUPERVISOR,
    agent=None,
    enabled=True,
    created_at=0,
    signed_out_before=0,
)
"""Whoever may read the pass. No user can have this login: it has a character that logins may not have."""


class PassRefused(Refused):
    """The pass is not there or cannot be read."""


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Where the API is, and a session for looking."""

    url: str
    cookie: str
    token: str
    certificate: str = ""
    """File of the certificate that it shows, with https."""


async def leave_pass(sessions: Sessions, url: str, certificate: Path | None = None) -> None:
    """Leave a pass, in place of one that was left before."""
    await sessions.end_all_of(OPERATOR.login)
    token = await sessions.begin(OPERATOR, lasts=True, proven=True)
    file = sessions.file.with_name(FILE)
    content = msgspec.json.encode(
        Pass(url=url, cookie=sessions.cookie, token=token, certificate=str(certificate or ""))
    )
    await asyncio.to_thread(_write, file, content)


async def take_pass_back(sessions: Sessions) -> None:
    """Remove the pass and end its session."""
    sessions.file.with_name(FILE).unlink(missing_ok=True)
    await sessions.end_all_of(OPERATOR.login)


def read_pass(file: Path) -> Pass:
    """The pass of the hotline that runs on these settings. Raises PassRefused."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Pass)
    except FileNotFoundError:
        raise PassRefused(Problem(str(file), "no hotline runs on these settings", "start it: hotline run")) from None
    except (OSError, msgspec.DecodeError) as error:
        mend = "run this as the user that runs hotline"
        raise PassRefused(Problem(str(file), f"cannot be read: {error}", mend)) from error


def _write(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
