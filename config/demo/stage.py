"""A whole contact center on this machine, for the demo and the tests: Asterisk, hotline, phones, desks, callers."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from config.asterisk.spec import Timings, Tls
from config.demo.desk import DEADLINE, Desk
from config.demo.engine import EngineProcess, write_settings
from config.lab import Installation, Lab, start
from config.lab.peers.process import PeersProcess, PhoneThere
from config.lab.peers.script import Ringing
from config.lab.ports import carrier
from config.language import said
from config.running import trusting
from cti.customers.book import CustomerBook
from cti.customers.demo_views import create_demo_views
from cti.customers.invented import PINS, invented_customers, invented_pin
from cti.customers.pins import PinBook
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.people.phones import phone_secrets
from cti.people.roles import Role
from cti.people.users import Users

SUPERVISOR = "supervisor"
DESK_S = 120.0
_THROUGH_THE_DOOR = 8
"""So many agents sign in at a time."""
LOOK_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An agent and his phone. `wrap_up_s` is how long he thinks about an outcome; None: he never saves one."""

    agent: str
    extension: str
    ringing: Ringing = field(default_factory=Ringing)
    wrap_up_s: float | None = 1.0


class Stage:
    """Open it with `async with Stage(...)`; everything it started ends with it."""

    def __init__(
        self,
        folder: Path,
        installation: Installation,
        seats: Sequence[Seat],
        *,
        people: Sequence[str] = (),
        plan: Path | None = None,
        flows: Path | None = None,
        ari_rest: str = "auto",
        trunk: str = "trunk",
        tls: Tls | None = None,
        timings: Timings | None = None,
        seed: int = 1,
        report: Any = lambda line: None,
    ) -> None:
        """`folder`: its own. `people`: agents who are left to real people and their browsers.

        `plan`, `flows`: others than the demo's. `ari_rest`: how the hotline's requests travel. `tls`: https and wss.
        `timings`: Asterisk's. `trunk`: the endpoint through which numbers outside are rung.
        """
        self.folder = folder
        self.seats = seats
        self.people = people
        self.phones: dict[str, PhoneThere] = {}
        """By extension."""
        self.desks: dict[str, Desk] = {}
        """By agent."""
        self.passwords = {
            login: secrets.token_urlsafe(12) for login in (SUPERVISOR, *people, *(seat.agent for seat in seats))
        }
        """By login; made anew for each stage."""
        self._installation = installation
        self._plan = plan
        self._flows = flows
        self._ari_rest = ari_rest
        self._trunk = trunk
        self._tls = tls
        self._timings = timings
        self._seed = seed
        self._report = report
        self._open = AsyncExitStack()
        self._working: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Bring everything up; what came up is ended again when something does not."""
        try:
            await self._bring_up()
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        await self._open.aclose()

    async def _bring_up(self) -> None:
        await self.start_asterisk()
        self._open.push_async_callback(self._end_asterisk)
        api_port = self.lab.spec.ports.agi + 1
        self.base = f"http{'s' if self._tls else ''}://127.0.0.1:{api_port}"
        ari_port, ami_port = await self.links()
        settings = write_settings(
            self.folder / "engine",
            self.lab,
            api_port=api_port,
            ari_port=ari_port,
            ami_port=ami_port,
            plan=self._plan,
            flows=self._flows,
            ari_rest=self._ari_rest,
            trunk=self._trunk,
        )
        self._report(said("preparing people, customers and phones", "准备人员、客户与话机"))
        await self.furnish(settings.parent)
        phone_passwords = await self._prepare(settings.parent)
        self.engine = EngineProcess(settings)
        self._report(said("starting the hotline", "启动 hotline"))
        self._open.push_async_callback(self.engine.stop)
        await self.engine.start()
        await self._plug_in(phone_passwords)
        await self._sit_down()

    async def start_asterisk(self) -> None:
        """Start its Asterisk, for the first time or after it was killed; returns when it takes calls."""
        self.lab: Lab = await start(
            self.folder / "asterisk",
            installation=self._installation,
            timings=self._timings,
            tls=self._tls,
            report=self._report,
        )

    async def _end_asterisk(self) -> None:
        await self.lab.stop()

    def at_the_end(self, end: Callable[[], Awaitable[None]]) -> None:
        """Have something else ended with the stage, before what it started itself."""
        self._open.push_async_callback(end)

    async def links(self) -> tuple[int, int]:
        """Where the hotline finds ARI and AMI: Asterisk's own ports, unless something is put between."""
        return self.lab.spec.ports.http, self.lab.spec.ports.ami

    async def furnish(self, engine_folder: Path) -> None:
        """What is to be there before people are, and the hotline starts for the first time; nothing."""

    async def _prepare(self, engine_folder: Path) -> dict[str, str]:
        database = Database(f"sqlite+aiosqlite:///{engine_folder / 'hotline.db'}")
        try:
            await upgrade(database)
            users = Users(database)
            now = int(time.time() * 1000)
            for login, password in self.passwords.items():
                role = Role.SUPERVISOR if login == SUPERVISOR else Role.AGENT
                await users.add(login, name=login, role=role, password=password, at=now)
            customers = invented_customers()
            await CustomerBook(database).put(customers)
            pins = PinBook(database, lambda: now)
            for number, customer in enumerate(customers[:PINS], start=1):
                await pins.set(customer.id, invented_pin(number))
            await create_demo_views(database, date.today())
            return await phone_secrets(database, [seat.extension for seat in self.seats])
        finally:
            await database.close()

    async def _plug_in(self, passwords: dict[str, str]) -> None:
        self._report(said("registering {} phones", "注册 {} 部话机").format(len(self.seats)))
        agents_log, callers_log = (self.folder / f"{who}.jsonl" for who in ("agents", "callers"))
        first = self.lab.spec.ports.rtp_first
        self.agents = PeersProcess(log=agents_log, rtp_ports=(first + 22_000, first + 22_298))
        # Callers stand where the trunk leads: whom it dials is one of them, or no number that anybody has.
        self.callers = PeersProcess(
            log=callers_log, sip_port=carrier(self.lab.spec.ports), rtp_ports=(first + 22_300, first + 22_980)
        )
        for peers in (self.agents, self.callers):
            await self._open.enter_async_context(peers)
        await self.lab.dials_out()
        for seat in self.seats:
            self.phones[seat.extension] = await self.agents.plug_in(
                seat.extension, password=passwords[seat.extension], server=self.sip, ringing=seat.ringing
            )

    async def _sit_down(self) -> None:
        self._report(said("signing {} agents in", "{} 名坐席签入").format(len(self.seats)))
        self._open.push_async_callback(self._go_home)
        door = asyncio.Semaphore(_THROUGH_THE_DOOR)
        for number, seat in enumerate(self.seats):
            desk = Desk(
                lambda: self.base,
                seat.agent,
                self.passwords[seat.agent],
                seat.extension,
                wrap_up_s=seat.wrap_up_s,
                seed=self._seed + number,
                door=door,
            )
            self.desks[seat.agent] = desk
            self._working.append(asyncio.create_task(desk.work(), name=f"desk {seat.agent}"))
        everybody = asyncio.create_task(self._all_ready())
        await asyncio.wait({everybody, *self._working}, timeout=DESK_S, return_when=asyncio.FIRST_COMPLETED)
        everybody.cancel()
        for working in self._working:
            if working.done():
                working.result()
        if late := [desk.agent for desk in self.desks.values() if not desk.ready.is_set()]:
            raise TimeoutError(
                f"agents {', '.join(late)} could not sign in within {DESK_S:g} s: {self.engine.last_words()}"
            )

    async def _all_ready(self) -> None:
        for desk in self.desks.values():
            await desk.ready.wait()

    async def _go_home(self) -> None:
        for working in self._working:
            working.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    @property
    def sip(self) -> str:
        """Where callers and phones find the Asterisk."""
        return f"{self.lab.spec.address}:{self.lab.spec.ports.sip}"

    async def ask(self, path: str, **query: str) -> Any:
        """What the API answers the supervisor to `GET /api/v1/PATH`."""
        session = await self.supervisor()
        async with session.get(f"{self.base}/api/v1/{path}", params=query) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def settled(self, deadline_s: float, since: int = 0) -> None:
        """Return when no contact is live, no agent is busy, and every talk has its recording or its gap; or then.

        `since`: epoch ms; contacts that started earlier are not looked at.
        """
        loop = asyncio.get_running_loop()
        give_up = loop.time() + deadline_s
        while loop.time() < give_up:
            floor = await self.ask("floor")
            busy = [agent for agent in floor["agents"] if agent["state"] not in ("idle", "away")]
            if not busy and not floor["contacts"]:
                contacts = (await self.ask("ledger", since=str(since)))["contacts"]
                if all(contact["recordings"] or contact["gaps"] or not contact["talks"] for contact in contacts):
                    return
            await asyncio.sleep(LOOK_S)

    async def supervisor(self) -> aiohttp.ClientSession:
        """A session signed in as the supervisor."""
        if self._session is None:
            ssl = trusting(str(self._tls.certificate)) if self._tls is not None else True
            session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=ssl),
                cookie_jar=aiohttp.CookieJar(unsafe=True),
                timeout=DEADLINE,
                headers={"Origin": self.base},
            )
            self._open.push_async_callback(session.close)
            credentials = {"login": SUPERVISOR, "password": self.passwords[SUPERVISOR]}
            async with session.post(f"{self.base}/api/v1/session", json=credentials) as answer:
                answer.raise_for_status()
            self._session = session
        return self._session


def seats(agents: Sequence[str], **like: Any) -> list[Seat]:
    """A seat for each agent, on the phone with the same last three digits, alike in everything else."""
    return [replace(Seat(agent=agent, extension=f"8{agent[1:]}"), **like) for agent in agents]
