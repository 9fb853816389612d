"""The API as the process starts and ends it: the readers of facts, the server, and the operator's pass.

The pass is a small file, readable by this process's user alone, by which commands on the same machine
(`hotline status`) find the API and sign in to look.
"""

import asyncio
import os
from pathlib import Path

import msgspec

from cti.api.app import create_app
from cti.api.parts import Parts
from cti.api.serve import ApiServer
from cti.people.roles import Role
from cti.people.users import User
from cti.problems import Problem, Refused

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


class ApiService:
    """Everything people see, over one set of parts."""

    def __init__(self, parts: Parts, host: str, port: int, pass_file: Path) -> None:
        """`pass_file`: where the operator's pass is left while the API is up."""
        self.app = create_app(parts)
        self._parts = parts
        self._host = host
        self._server = ApiServer(self.app, host, port)
        self._pass_file = pass_file

    async def start(self) -> int:
        """Begin pushing, counting and serving; returns the port. Raises PortRefused.

        The floor's loop must have been started: what agents ask for is carried out from here on.
        """
        parts = self._parts
        port = await self._server.start()
        parts.metrics.start()
        parts.desks.start()
        parts.boards.start()
        parts.sessions.watch(parts.database)
        await parts.sessions.end_all_of(OPERATOR.login)
        token = await parts.sessions.begin(OPERATOR)
        host = f"[{self._host}]" if ":" in self._host else self._host
        leave = Pass(url=f"http://{host}:{port}", cookie=parts.sessions.cookie, token=token)
        await asyncio.to_thread(_write, self._pass_file, msgspec.json.encode(leave))
        return port

    async def stop(self) -> None:
        """Close every page, stop serving, take the pass away."""
        self._pass_file.unlink(missing_ok=True)
        await self._server.stop()
        await self._parts.sessions.stop()
        self._parts.boards.stop()
        self._parts.metrics.stop()


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
