"""The process: every part built with what it needs, started in order, ended in reverse.

Order of the start: the journal gives the floor back; the database is checked and catches up; the API listens; then the
links to Asterisk come up, and what happened while we were away is found out and mended.
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any

import structlog
import uvloop

from acd import events as e
from acd.floor import Floor
from acd.overtaking import Overtaking, allowance_of
from config.arenas import share_arenas
from config.background import CallerBackground
from config.flow_house import lint_of
from config.notify import notify
from config.prompt_book import prompt_book
from config.reactor import installed_reactor
from config.settings import Settings
from config.sources import names_of
from config.telephony import open_telephony
from config.warm import settle
from cti.api.app import create_app
from cti.api.health import Check, Live, Readiness
from cti.api.parts import Parts
from cti.api.serve import ApiServer
from cti.api.sessions import Sessions
from cti.customers.book import CustomerBook
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.desk.background import Background
from cti.desk.boards import Boards
from cti.desk.colleagues import Colleagues
from cti.desk.crews import Crews
from cti.desk.days import Days
from cti.desk.desks import Desks, name_of
from cti.desk.views import FloorViews
from cti.flows.store import FlowStore
from cti.hours.calendar import missing_decrees
from cti.hours.queues import QueueHours
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from cti.metrics import Metrics
from cti.overload import OverloadWatch
from cti.people.audit import AuditTrail
from cti.people.second_factors import SecondFactors
from cti.people.users import Users
from cti.plan.in_force import PlanInForce
from cti.plan.read import read_file
from cti.plan.routing import targets_ms
from cti.plan.store import PlanStore
from cti.records.queries import RecordQueries
from cti.records.writer import RecordWriter
from ivr.flow.counts import FlowCounts
from ivr.flow.in_force import FlowsInForce
from ivr.flow.routes import flow_routes
from ivr.numbers import normalise
from ivr.prompts.book import PromptBook
from ivr.speech.languages import LANGUAGES
from recordings.capture import Capture, Rule
from recordings.shelf import Shelf

FIRST_LOOK_S = 10.0
SWITCH_S = 0.0005
"""How long a thread may keep the interpreter from the event loop."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What is kept: facts, tables, the plan."""

    loop: FloorLoop
    database: Database
    records: RecordWriter
    plan: PlanInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A hotline that takes calls."""

    url: str
    """The API's, as this machine reaches it."""
    failed: asyncio.Event
    """Set when the floor broke and the process has to end."""


@asynccontextmanager
async def hotline(settings: Settings, reactor: Any) -> AsyncIterator[Running]:
    """Take calls inside the block. `reactor`: Twisted's, installed on the running loop.

    Raises the typed error of whatever part cannot start; the parts that did are ended again.
    """
    async with AsyncExitStack() as stack:
        storage = await open_storage(settings, stack)
        metrics = Metrics(storage.loop)
        storage.loop.tail.synced = metrics.journal_synced
        checks: dict[str, Readiness] = {"journal": _journal(storage), "database": _database(storage)}
        prompts = prompt_book(settings.plan)
        flows = build_flows(settings, storage, prompts)
        for year in missing_decrees(date.today()):
            log.warning("swapped working days (调休) not known yet", year=year, mend="update hotline when they are out")
        await flows.start(settings.plan.flows)
        counts = FlowCounts()
        metrics.registry.register(counts)
        app = open_pages(settings, storage, flows, counts, prompts, metrics, checks, stack)
        telephony = await open_telephony(
            settings, storage.loop, storage.plan, storage.database, flows, counts, prompts, reactor, stack
        )
        for name, check, figures in telephony.links:
            checks[name] = check
            metrics.add_link(name, figures)
        metrics.add_repairs(telephony.gateway.repairs)
        capture = _capture(settings, storage)
        storage.loop.subscribe(capture.write)
        stack.push_async_callback(capture.stop)
        _watch(metrics, storage, capture)
        checks["recordings"] = recordings_check(capture)
        storage.loop.release_to(telephony.gateway)
        # Before the plan, whose change may bring contacts and agents together.
        telephony.gateway.hold()
        storage.plan.start()
        hours = QueueHours(storage.loop, storage.plan)
        hours.start()
        stack.callback(hours.stop)
        crews = Crews(storage.loop, storage.plan)
        crews.start()
        stack.callback(crews.stop)
        metrics.start()
        stack.callback(metrics.stop)
        overload = OverloadWatch(
            storage.loop,
            {e.Measure.JOURNAL: lambda: storage.loop.tail.backlog, e.Measure.ARI: telephony.open_requests},
        )
        overload.start()
        stack.callback(overload.stop)
        server = ApiServer(
            app,
            settings.api.host,
            settings.api.port,
            certificate=settings.api.tls_certificate,
            key=settings.api.tls_key,
        )
        await server.start()
        stack.push_async_callback(server.stop)
        await telephony.gateway.start()
        stack.push_async_callback(telephony.gateway.stop)
        if not await telephony.gateway.looked(FIRST_LOOK_S):
            log.warning("not every Asterisk answers yet; it is tried again and again", mend="see /readyz")
        # Only now: an offer that ran out while we were away must not expire before its leg was seen.
        stack.callback(storage.loop.stop_time)
        storage.loop.keep_time()
        await capture.start(storage.loop.floor.number)
        yield Running(url=app.state.url, failed=storage.loop.failed)


async def open_storage(settings: Settings, stack: AsyncExitStack) -> Storage:
    """Take up journal, database and plan; they are closed with the stack."""
    journal = JournalFiles(settings.journal_folder)
    stack.callback(journal.close)
    opened = await asyncio.to_thread(journal.open)
    log.info("journal read", facts=opened.floor.number, checkpoint=opened.checkpoint, cut_bytes=opened.cut_bytes)
    database = Database(settings.database_url)
    stack.push_async_callback(database.close)
    await upgrade(database)
    loop = FloorLoop(opened.floor, journal, Clock(not_before=opened.floor.at))
    # Ends after the records and whatever else waits until a fact is on the disk.
    stack.push_async_callback(loop.stop)
    store = PlanStore(database)
    document = await store.current() or await store.seed(read_file(settings.plan.seed), at=loop.now())
    records = RecordWriter(database, journal=settings.engine.name, facts_after=journal.read, on_disk=loop.tail.on_disk)
    await records.start(opened.floor.number)
    stack.push_async_callback(records.stop)
    loop.subscribe(records.write)
    return Storage(loop=loop, database=database, records=records, plan=PlanInForce(document, store, loop))


def build_flows(settings: Settings, storage: Storage, prompts: PromptBook) -> FlowsInForce:
    """The flows that calls run, over what is stored."""
    lint = lint_of(prompts)
    return FlowsInForce(
        FlowStore(storage.database),
        AuditTrail(storage.database),
        lambda: names_of(storage.plan(), prompts, settings.look_up),
        lambda flows, wanted: lint(flows, storage.plan(), wanted),
        storage.loop.now,
    )


def open_pages(
    settings: Settings,
    storage: Storage,
    flows: FlowsInForce,
    counts: FlowCounts,
    prompts: PromptBook,
    metrics: Metrics,
    checks: dict[str, Readiness],
    stack: AsyncExitStack,
) -> Any:
    """The app of pages and API over what is stored; its readers of facts have begun."""
    loop, plan, database = storage.loop, storage.plan, storage.database
    background = Background(CallerBackground(CustomerBook(database), RecordQueries(database)))
    stack.push_async_callback(background.stop)
    desks = Desks(loop, plan, background)
    desks.start()
    storage.records.delayed = desks.say_delayed
    stack.callback(desks.stop)
    boards = Boards(loop, plan)
    boards.start()
    stack.callback(boards.stop)
    colleagues = Colleagues(loop, plan)
    colleagues.start()
    stack.callback(colleagues.stop)
    days = Days(loop, lambda since: RecordQueries(database).day(since=since, targets_ms=targets_ms(plan())))
    days.start()
    stack.push_async_callback(days.stop)
    parts = Parts(
        loop=loop,
        plan=plan,
        database=database,
        users=Users(database),
        second_factors=SecondFactors(database, settings.second_factor_key, settings.engine.name),
        audit=AuditTrail(database),
        sessions=Sessions(
            settings.sessions_file,
            loop.now,
            settings.api.session_hours,
            settings.api.session_idle_minutes,
            settings.api.second_factor,
        ),
        desks=desks,
        colleagues=colleagues,
        boards=boards,
        days=days,
        views=FloorViews(loop.floor, lambda agent: name_of(plan(), agent)),
        metrics=metrics,
        checks=checks,
        recordings=settings.recordings_folder,
        flows=flows.names,
        lacking=lambda wanted: flows.lacking(names_of(wanted, prompts, settings.look_up)),
        silent_prompts=lambda wanted: [one for tag in LANGUAGES for one in prompts.missing(wanted, tag)],
        asterisks=[one.name for one in settings.asterisk],
        normal_number=lambda written: normalise(written).value,
        message_folders={one.name: one.recordings_dir for one in settings.asterisk},
        allowed_origins=settings.api.allowed_origins,
        phone_sockets=[asterisk.phone_socket for asterisk in settings.asterisk],
        routers=(flow_routes(flows, counts),),
    )
    return create_app(parts)


def _capture(settings: Settings, storage: Storage) -> Capture:
    def rule() -> Rule:
        plan = storage.plan()
        return Rule(plan.sampling, plan.version)

    return Capture(
        folders={asterisk.name: asterisk.recordings_dir for asterisk in settings.asterisk},
        shelf=Shelf(settings.recordings_folder, storage.database),
        records=storage.records,
        rule=rule,
        now=storage.loop.now,
    )


def _watch(metrics: Metrics, storage: Storage, capture: Capture) -> None:
    metrics.add_gauge("tasks", "Tasks of the event loop.", lambda: len(asyncio.all_tasks()))
    metrics.add_gauge("records_lag", "Facts not in the tables yet.", lambda: storage.records.lag)
    metrics.add_gauge(
        "records_forgotten", "Facts the database had and forgot, written again.", lambda: storage.records.lost
    )
    metrics.add_gauge("events_refused", "Events that did not fit the floor.", lambda: storage.loop.refused)
    metrics.add_gauge("recordings_pending", "Contacts whose recording is being made.", lambda: capture.pending)
    metrics.add_gauge("recordings_made", "Recordings made by this process.", lambda: capture.made)
    metrics.add_gauge("recordings_gaps", "Gaps in recordings named by this process.", lambda: capture.gaps)
    metrics.add_gauge(
        "overtaking_bound_seconds",
        "Longest time a later contact can have come after one that it passes; +Inf: no bound.",
        lambda: _overtaking_bound_s(storage.loop.floor),
    )


def _overtaking_bound_s(floor: Floor) -> float:
    bound_ms = Overtaking(floor.plan).longest_ms(allowance_of(floor.contacts))
    return inf if bound_ms is None else bound_ms / 1000


def _journal(storage: Storage) -> Readiness:
    async def check() -> Check:
        fault = storage.loop.tail.fault
        return Check(Live.UP) if fault is None else Check(Live.DOWN, fault)

    return check


def _database(storage: Storage) -> Readiness:
    async def check() -> Check:
        trouble = storage.records.trouble
        if trouble is None:
            await storage.database.check_reachable()
            return Check(Live.UP)
        return Check(Live.DEGRADED, f"records are {storage.records.lag} facts late: {trouble}")

    return check


def recordings_check(capture: Capture) -> Readiness:
    """Degraded while a recording cannot be made: calls go on, and it is tried again."""

    async def check() -> Check:
        return Check(Live.UP) if capture.trouble is None else Check(Live.DEGRADED, capture.trouble)

    return check


def run(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM, or until the floor broke; the last call's facts are on the disk when it returns.

    Returns the exit status: 0, or 1 when the floor broke.
    """
    # Each system call lets go of the interpreter, and a thread that folds the journal (`FloorLoop.before`) would keep
    # it for 5 ms or more. Five turns of the loop beside one took 100 ms at p99, and take 0.3 ms so.
    sys.setswitchinterval(SWITCH_S)
    share_arenas()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(settings))


async def _run(settings: Settings) -> int:
    running = asyncio.get_running_loop()
    reactor = installed_reactor()
    told = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        running.add_signal_handler(each, told.set)
    async with hotline(settings, reactor) as hot:
        settle()
        log.info("taking calls", api=hot.url, agi_port=settings.agi.port)
        notify("READY=1")
        ends = [running.create_task(each.wait()) for each in (told, hot.failed)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for each_end in ends:
            each_end.cancel()
        notify("STOPPING=1")
        return int(hot.failed.is_set())
