"""hotline as a side: the real process on an Asterisk of its own, agents signed in through the API, without desks."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from config.board import Board
from config.demo.engine import EngineProcess, write_settings
from config.lab.errors import LabError
from config.lab.installation import Installation
from config.lab.lab import Lab
from config.lab.launch import start
from config.lab.load.plan import QUEUE, write_plan
from config.lab.load.side import agent_numbers
from config.language import said
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.people.phones import phone_secrets
from cti.people.roles import Role
from cti.people.users import Users

_PATIENCE_S = 30.0
_AT_ONCE = 8
_SUPERVISOR = "supervisor"
_FLOWS = Path(__file__).parent / "flows"
_DEADLINE = aiohttp.ClientTimeout(total=20)


class HotlineSide:
    """See `config.lab.load.side.Side`; open it with `open_hotline`."""

    name = "hotline"
    settings = "wrap_up_s=0 agent_order=longest_idle journal=on recording=on desks=none"

    def __init__(self, lab: Lab, process: EngineProcess, base: str, phones: Mapping[str, str]) -> None:
        self.process = process
        self.phones = phones
        self._lab = lab
        self._base = base
        self._agents: dict[str, aiohttp.ClientSession] = {}
        self._board = Board()

    @property
    def folder(self) -> Path:
        """See `Side`."""
        return self._lab.folder

    @property
    def server(self) -> str:
        """See `Side`."""
        return f"{self._lab.spec.address}:{self._lab.spec.ports.sip}"

    @property
    def pids(self) -> Mapping[str, int]:
        """See `Side`."""
        return {"asterisk": self._lab.pid, "hotline": self.process.pid}

    @property
    def journal(self) -> Path:
        """The folder of its journal."""
        return self.process.settings.parent / "journal"

    async def reachable(self) -> None:
        """See `Side`."""
        await self._until(
            lambda board: all(agent["reachable"] for agent in board["agents"].values()), "every phone in reach"
        )

    async def waiting(self, callers: int, patience_s: float = _PATIENCE_S) -> None:
        """See `Side`; `patience_s`: how long they may take."""
        await self._until(
            lambda board: any(queue["queue"] == QUEUE and queue["waiting"] >= callers for queue in board["queues"]),
            f"{callers} callers waiting",
            patience_s,
        )

    async def ready(self, *, on: bool) -> None:
        """See `Side`."""
        choice = {"intent": "ready"} if on else {"intent": "not_ready", "reason": "break"}
        await asyncio.gather(
            *(self._ask(session, "PUT", "agents/me/intent", choice) for session in self._agents.values())
        )

    async def lag_counts(self) -> Mapping[float, float]:
        """See `Side`."""
        async with aiohttp.ClientSession(timeout=_DEADLINE) as session, session.get(f"{self._base}/metrics") as answer:
            families = text_string_to_metric_families(await answer.text())
        return {
            float(sample.labels["le"]): sample.value
            for family in families
            if family.name == "hotline_loop_lag_seconds"
            for sample in family.samples
            if sample.name.endswith("_bucket")
        }

    async def sign_in(self, passwords: Mapping[str, str], stack: AsyncExitStack) -> None:
        """Sign everybody in and watch the board; `stack` ends that."""
        doors = asyncio.Semaphore(_AT_ONCE)

        async def one(login: str) -> aiohttp.ClientSession:
            session = await stack.enter_async_context(
                aiohttp.ClientSession(
                    cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=_DEADLINE, headers={"Origin": self._base}
                )
            )
            async with doors:
                await self._ask(session, "POST", "session", {"login": login, "password": passwords[login]})
                if login in agents:
                    await self._ask(session, "POST", "agents/me/sign-in", {"extension": agents[login]})
            return session

        agents = agent_numbers(len(self.phones))
        sessions = await asyncio.gather(*(one(login) for login in passwords))
        opened = dict(zip(passwords, sessions, strict=True))
        board = await opened.pop(_SUPERVISOR).ws_connect(f"{self._base}/api/v1/board")
        self._agents = opened
        watching = asyncio.create_task(self._board.follow(board))
        stack.callback(watching.cancel)

    async def _ask(self, session: aiohttp.ClientSession, method: str, path: str, body: dict[str, str]) -> None:
        async with session.request(method, f"{self._base}/api/v1/{path}", json=body) as answer:
            if answer.status >= 400:
                raise LabError(f"{method} {path}", f"{answer.status} {(await answer.text())[:200]}")

    async def _until(self, fits: Callable[[dict[str, Any]], bool], what: str, patience_s: float = _PATIENCE_S) -> None:
        try:
            async with asyncio.timeout(patience_s):
                await self._board.until(lambda view: view["agents"] and fits(view))
        except TimeoutError:
            place = f"hotline on {self._base}"
            raise LabError(place, f"not within {patience_s:g} s: {what}; {self.process.last_words()}") from None


async def open_hotline(
    folder: Path,
    installation: Installation,
    agents: int,
    stack: AsyncExitStack,
    report: Callable[[str], None],
    waiting: int = 0,
) -> HotlineSide:
    """Start it, everybody signed in and nobody ready; `stack` ends it. Raises LabError, EngineError.

    `waiting`: so many callers are to find room there, and are told something while they wait.
    """
    lab = await start(folder, installation=installation, legs=waiting, report=report)
    stack.push_async_callback(lab.stop)
    numbers = agent_numbers(agents)
    place = folder / "hotline"
    api_port = lab.spec.ports.agi + 1
    place.mkdir(parents=True)
    plan = write_plan(place / "plan.toml", numbers, told=waiting > 0)
    settings = write_settings(
        place,
        lab,
        api_port=api_port,
        ari_port=lab.spec.ports.http,
        ami_port=lab.spec.ports.ami,
        plan=plan,
        flows=_FLOWS,
        ari_rest="auto",
    )
    passwords = {login: secrets.token_urlsafe(12) for login in (_SUPERVISOR, *numbers)}
    report(said("making {} people known", "登记 {} 人").format(len(passwords)))
    phones = await make_known(place, passwords, list(numbers.values()))
    process = EngineProcess(settings)
    report(said("starting hotline", "启动 hotline"))
    stack.push_async_callback(process.stop)
    await process.start()
    side = HotlineSide(lab, process, f"http://127.0.0.1:{api_port}", phones)
    report(said(f"signing {agents} agents in", f"{agents} 名坐席签入"))
    await side.sign_in(passwords, stack)
    return side


async def make_known(place: Path, passwords: Mapping[str, str], extensions: Sequence[str]) -> dict[str, str]:
    """Put these people and phones into the database in a folder; returns the phones' passwords."""
    database = Database(f"sqlite+aiosqlite:///{place / 'hotline.db'}")
    try:
        await upgrade(database)
        users = Users(database)
        now = int(time.time() * 1000)
        for login, password in passwords.items():
            role = Role.SUPERVISOR if login == _SUPERVISOR else Role.AGENT
            await users.add(login, name=login, role=role, password=password, at=now)
        return await phone_secrets(database, extensions)
    finally:
        await database.close()
