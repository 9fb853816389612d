"""Flows' versions from the command line: through the API of the hotline that runs, else in its database."""

import asyncio
import getpass
from collections.abc import Sequence
from typing import Any

from config.db_cli import with_database
from config.flow_house import lint_of
from config.plan_cli import newest_plan
from config.prompt_book import prompt_book
from config.running import ask
from config.settings import Settings
from config.sources import names_of
from cti.api.operator_pass import PassRefused, read_pass
from cti.database.connection import Database
from cti.flows.store import Draft, FlowChange, FlowStore, FlowText
from cti.journal.clock import Clock
from cti.people.audit import AuditTrail
from ivr.flow.counts import StepCounts
from ivr.flow.in_force import FlowsInForce


async def opened(settings: Settings, database: Database) -> FlowsInForce:
    """The flows in force, read from the database. Raises Refused when it holds no plan yet."""
    plan = await newest_plan(database)
    prompts = prompt_book(settings.plan)
    names = names_of(plan, prompts, settings.look_up)
    lint = lint_of(prompts)
    flows = FlowsInForce(
        FlowStore(database),
        AuditTrail(database),
        lambda: names,
        lambda flows, wanted: lint(flows, plan, wanted),
        Clock().now,
    )
    await flows.read()
    return flows


def newest(settings: Settings) -> dict[str, FlowText]:
    """The versions in force, by flow."""

    async def ask(database: Database) -> dict[str, FlowText]:
        await newest_plan(database)
        return await FlowStore(database).newest()

    return with_database(settings.database_url, ask)


def history(settings: Settings, flow: str) -> Sequence[FlowChange]:
    """A flow's versions, newest first."""
    return with_database(settings.database_url, lambda database: FlowStore(database).history(flow))


def version(settings: Settings, flow: str, number: int) -> FlowText | None:
    """A version of a flow."""
    return with_database(settings.database_url, lambda database: FlowStore(database).version(flow, number))


def publish(settings: Settings, texts: dict[str, str], what: str) -> list[FlowChange]:
    """Put texts, by flow, in force together, on top of what is in force now; returns the new versions."""
    before = newest(settings)
    made_from = {name: before[name].change.version if name in before else 0 for name in texts}

    async def here(flows: FlowsInForce) -> list[FlowChange]:
        drafts = [Draft(name, made_from[name], text) for name, text in texts.items()]
        return await flows.publish(drafts, who=_who(), what=what)

    bodies = {name: {"made_from": made_from[name], "text": text} for name, text in texts.items()}
    return _act(settings, "flows/publication", {"texts": bodies, "what": what}, here)


def roll_back(settings: Settings, flow: str, number: int, what: str) -> list[FlowChange]:
    """Put an older version in force again; nothing when it is in force as it is."""

    async def here(flows: FlowsInForce) -> list[FlowChange]:
        change = await flows.roll_back(flow, number, who=_who(), what=what)
        return [change] if change else []

    return _act(settings, f"flows/{flow}/return", {"version": number, "what": what}, here)


def live_counts(settings: Settings, flow: str) -> dict[str, StepCounts]:
    """What the hotline that runs on these settings has counted. Raises Refused when none runs."""
    found = asyncio.run(ask(read_pass(settings.pass_file), f"flows/{flow}/counts"))
    return {name: StepCounts(**step) for name, step in found["steps"].items()}


def _act(settings: Settings, path: str, body: dict[str, Any], here: Any) -> list[FlowChange]:
    try:
        pass_ = read_pass(settings.pass_file)
    except PassRefused:

        async def alone(database: Database) -> list[FlowChange]:
            changes: list[FlowChange] = await here(await opened(settings, database))
            return changes

        return with_database(settings.database_url, alone)
    return [FlowChange(**change) for change in asyncio.run(ask(pass_, path, body))]


def _who() -> str:
    return f"{getpass.getuser()}@local"
