"""A hotline without telephones: a real floor loop, journal and database, and the API over them."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from cti.api.app import create_app
from cti.api.health import Check, Live, Readiness
from cti.api.parts import Parts
from cti.api.serve import ApiServer
from cti.api.sessions import Sessions
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.desk.background import Background
from cti.desk.boards import Boards
from cti.desk.colleagues import Colleagues
from cti.desk.days import Days
from cti.desk.desks import Desks, name_of
from cti.desk.views import FloorViews
from cti.flows.store import FlowStore
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from cti.metrics import Metrics
from cti.people import passwords
from cti.people.audit import AuditTrail
from cti.people.second_factors import SecondFactors
from cti.people.users import Users
from cti.plan.in_force import PlanInForce
from cti.plan.read import read_file
from cti.plan.routing import targets_ms
from cti.plan.store import PlanStore
from cti.records.queries import RecordQueries
from cti.records.writer import RecordWriter
from ivr.flow.check import Names
from ivr.flow.counts import FlowCounts
from ivr.flow.in_force import FlowsInForce
from ivr.flow.routes import flow_routes
from ivr.numbers import normalise
from tests.cti.api.hotline import PASSWORD, PEOPLE, ROOT, Callers, Hotline, Phones
from tests.cti.api.pages import Browser, NewBrowser, Page


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api") / "filled.db"


@pytest_asyncio.fixture(scope="session")
async def filled(_filled: Path) -> Path:
    """A SQLite file with all tables and people."""
    before = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    database = Database(f"sqlite+aiosqlite:///{_filled}")
    await upgrade(database)
    await people(database)
    await database.close()
    passwords._hasher = before
    return _filled


async def people(database: Database) -> None:
    """Let everybody of `PEOPLE` in."""
    users = Users(database)
    for login, role in PEOPLE.items():
        await users.add(login, name=f"人员{login}", role=role, password=PASSWORD, at=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take a thousandth of the time."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest_asyncio.fixture
async def hotline(filled: Path, tmp_path: Path) -> AsyncIterator[Hotline]:
    for file in filled.parent.glob("filled.db*"):
        shutil.copy(file, tmp_path / file.name)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / filled.name}")
    async with over(database, tmp_path) as built:
        yield built
    await database.close()


@asynccontextmanager
async def over(database: Database, tmp_path: Path) -> AsyncIterator[Hotline]:
    """A hotline on a database that has all tables and people."""
    journal = JournalFiles(tmp_path / "journal")
    loop = FloorLoop(journal.open().floor, journal, Clock())
    store = PlanStore(database)
    plan = PlanInForce(await store.seed(read_file(ROOT / "config/plan.toml"), at=loop.now()), store, loop)
    flows = FlowsInForce(
        FlowStore(database),
        AuditTrail(database),
        lambda: Names.of(plan(), lambda ids, language: []),
        lambda flows, wanted: [],
        loop.now,
    )
    counts = FlowCounts()
    await flows.start(ROOT / "config/flows")
    phones = Phones()
    callers = Callers()
    background = Background(callers)
    desks = Desks(loop, plan, background)
    colleagues = Colleagues(loop, plan)
    boards = Boards(loop, plan)
    days = Days(loop, lambda since: RecordQueries(database).day(since=since, targets_ms=targets_ms(plan())))
    metrics = Metrics(loop)
    metrics.registry.register(counts)
    checks: dict[str, Readiness] = {"journal": _up}
    parts = Parts(
        loop=loop,
        plan=plan,
        database=database,
        users=Users(database),
        second_factors=SecondFactors(database, tmp_path / "second_factor.key", "hotline"),
        audit=AuditTrail(database),
        sessions=Sessions(tmp_path / "sessions.json", loop.now, 12),
        desks=desks,
        colleagues=colleagues,
        boards=boards,
        days=days,
        views=FloorViews(loop.floor, lambda agent: name_of(plan(), agent)),
        metrics=metrics,
        checks=checks,
        recordings=tmp_path / "recordings",
        flows=flows.names,
        lacking=lambda plan: (),
        silent_prompts=lambda prompts: [one for one in prompts if one == "unrecorded"],
        asterisks=("pbx1",),
        normal_number=lambda written: normalise(written).value,
        message_folders={"pbx1": tmp_path},
        routers=(flow_routes(flows, counts),),
    )
    writer = RecordWriter(database, journal="test", facts_after=journal.read)
    await writer.start(loop.floor.number)
    loop.subscribe(writer.write)
    loop.start(phones)
    plan.start()
    desks.start()
    colleagues.start()
    boards.start()
    days.start()
    metrics.start()
    built = Hotline(loop, phones, callers, parts, create_app(parts), checks, writer, background, counts)
    yield built
    for client in built.clients:
        await client.aclose()
    desks.stop()
    colleagues.stop()
    boards.stop()
    await days.stop()
    metrics.stop()
    await background.stop()
    await loop.stop()
    await writer.stop()
    journal.close()


@pytest_asyncio.fixture
async def server(hotline: Hotline) -> AsyncIterator[str]:
    served = ApiServer(hotline.app, "127.0.0.1", 0)
    port = await served.start()
    yield f"http://127.0.0.1:{port}"
    await served.stop()


@pytest_asyncio.fixture
async def browser(hotline: Hotline, server: str) -> AsyncIterator[NewBrowser]:
    sessions: list[aiohttp.ClientSession] = []

    def new() -> Browser:
        sessions.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        return Browser(hotline, server, sessions[-1])

    yield new
    for session in sessions:
        await session.close()


@pytest_asyncio.fixture
async def agent(browser: NewBrowser) -> Browser:
    made = browser()
    await made.sign_in("1001")
    return made


@pytest_asyncio.fixture
async def desk(hotline: Hotline, agent: Browser) -> Page:
    """The open desk of 1001, who is on duty; its snapshot is taken."""
    hotline.on_duty()
    page = await agent.open("desk")
    assert (await page.next())["type"] == "snapshot"
    await page.until("state")
    return page


async def _up() -> Check:
    return Check(Live.UP)
