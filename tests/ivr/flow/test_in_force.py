"""The flows that new calls run: seeded from files once, replaced whole, kept by the calls that run."""

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.flows.store import Draft, FlowConflict, FlowStore
from cti.people.audit import AuditTrail
from ivr.flow.check import Names
from ivr.flow.document import FlowRefused
from ivr.flow.in_force import FlowsInForce
from ivr.flow.lint.rule import Finding
from ivr.flow.load import Flows
from ivr.flow.part import Prompt

PLAIN = """\
version: 1
languages: {zh-CN: {}}
start: greet
on: {error: person, limit: person}
steps:
  greet: {action: say, prompts: [greeting], next: person}
  person: {action: queue}
"""
OTHER = PLAIN.replace("[greeting]", "[greeting-vip]")
NAMES = Names(queues=frozenset(), skills=frozenset(), tiers=frozenset(), missing=lambda ids, language: [])


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'flows.db'}")
    await upgrade(database)
    yield database
    await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "flows"
    made.mkdir()
    (made / "main.yaml").write_text(PLAIN)
    return made


def lint(flows: Flows, wanted: Collection[str]) -> list[Finding]:
    """One rule: no flow is called bad."""
    return [Finding(f"{name}.yaml", 1, "name", "", "this is bad", "rename it") for name in wanted if name == "bad"]


def flows_of(database: Database) -> FlowsInForce:
    return FlowsInForce(FlowStore(database), AuditTrail(database), lambda: NAMES, lint, lambda: 5)


def prompt(flows: FlowsInForce, name: str = "main") -> str:
    flow = flows.get(name)
    assert flow is not None
    step = flow.steps["greet"]
    assert step.action == "say"
    said = step.prompts[0]
    assert isinstance(said, Prompt)
    return said.prompt


async def test_files_are_taken_in_once_and_the_database_decides_afterwards(database: Database, folder: Path) -> None:
    first = flows_of(database)
    await first.start(folder)
    assert (first.names(), prompt(first)) == ({"main"}, "greeting")
    (folder / "main.yaml").write_text(OTHER)
    (folder / "night.yaml").write_text(PLAIN)
    again = flows_of(database)
    with capture_logs() as logs:
        await again.start(folder)
    assert (again.names(), prompt(again)) == ({"main", "night"}, "greeting")
    (warning,) = logs
    assert (warning["flow"], warning["version"]) == ("main", 1)
    assert warning["mend"].startswith("hotline ivr diff main")


async def test_a_broken_file_is_not_taken_in_and_keeps_no_other_from_it(database: Database, folder: Path) -> None:
    (folder / "night.yaml").write_text(PLAIN.replace("next: person", "next: nobody"))
    flows = flows_of(database)
    with capture_logs() as logs:
        await flows.start(folder)
    assert flows.names() == {"main"}
    assert [entry["what"] for entry in logs] == ["there is no step 'nobody'"]
    (folder / "none").mkdir()
    with pytest.raises(FlowRefused, match="put a flow there"):
        await flows_of(database).start(folder / "none")


async def test_a_call_keeps_the_flow_it_began_with(database: Database, folder: Path) -> None:
    flows = flows_of(database)
    await flows.start(folder)
    running = flows.get("main")
    await flows.publish([Draft("main", 1, OTHER)], who="boss", what="")
    assert prompt(flows) == "greeting-vip"
    assert running is not None
    assert running.steps["greet"] != flows.get("main").steps["greet"]  # type: ignore[union-attr]
    await flows.roll_back("main", 1, who="boss")
    assert flows.get("main") == running


async def test_what_cannot_be_used_changes_nothing(database: Database, folder: Path) -> None:
    flows = flows_of(database)
    await flows.start(folder)
    with pytest.raises(FlowRefused, match=r"night.yaml:6: steps.greet.next: there is no step 'nobody'"):
        await flows.publish(
            [Draft("main", 1, OTHER), Draft("night", 0, PLAIN.replace("next: person", "next: nobody"))],
            who="boss",
            what="",
        )
    assert (flows.names(), prompt(flows)) == ({"main"}, "greeting")


async def test_what_breaks_a_rule_is_not_published(database: Database, folder: Path) -> None:
    flows = flows_of(database)
    await flows.start(folder)
    with pytest.raises(FlowRefused, match=r"bad.yaml:1: this is bad \[name\]: rename it"):
        await flows.publish([Draft("bad", 0, PLAIN)], who="boss", what="")
    assert flows.names() == {"main"}


async def test_several_who_publish_at_once_leave_what_the_database_holds(database: Database, folder: Path) -> None:
    flows = flows_of(database)
    await flows.start(folder)
    done = await asyncio.gather(
        *(flows.publish([Draft("main", 1, text)], who="boss", what="") for text in (OTHER, PLAIN + "# same\n")),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["FlowConflict", "list"]
    newest = await flows.store.newest()
    assert flows.newest("main") == newest["main"]


async def test_there_is_no_way_back_to_what_never_was(database: Database, folder: Path) -> None:
    flows = flows_of(database)
    await flows.start(folder)
    with pytest.raises(FlowConflict, match="flow main: there is no version 4: name one of 1 to 1"):
        await flows.roll_back("main", 4, who="boss")
    with pytest.raises(FlowConflict, match="hotline ivr list"):
        await flows.roll_back("nothing", 1, who="boss")
