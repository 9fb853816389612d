"""The past of a chaos run: a journal as a hotline would have left it, and the tables that go with it."""

from pathlib import Path

import pytest

from config.lab.chaos import past as module
from config.lab.chaos.past import live_through, past_in, write_records
from config.lab.chaos.plan import write_plan
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.journal.files import JournalFiles
from cti.records.queries import RecordQueries
from recordings.shelf import Shelf

FACTS = 2000


async def test_a_start_folds_nothing_of_it_finds_nobody_there_and_its_ledger_balances(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.toml", ["2001", "2002", "2003"], ["8001", "8002", "8003"])
    last = live_through(plan, tmp_path / "journal", FACTS)
    assert FACTS / 2 < last < 2 * FACTS
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}")
    try:
        await upgrade(database)
        await write_records(database, "asterisk", tmp_path / "journal", last)
        ledger = await RecordQueries(database).ledger(since=0)
        assert not await Shelf(tmp_path / "recordings", database).unrecorded()
    finally:
        await database.close()
    files = JournalFiles(tmp_path / "journal")
    try:
        opened = files.open()
    finally:
        files.close()
    assert (opened.checkpoint, opened.folded) == (last, 0)
    assert not opened.floor.contacts
    assert not [agent for agent in opened.floor.agents.values() if agent.extension is not None]
    calls = ledger["balance"]["contacts"]
    assert calls["started"] == len(ledger["contacts"]) > FACTS / 20
    assert (calls["live"], calls["difference"]) == (0, 0)


async def test_it_is_made_once_and_made_anew_for_another_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def counted(plan: Path, journal: Path, facts: int) -> int:
        made.append(plan)
        return live_through(plan, journal, facts)

    monkeypatch.setattr(module, "live_through", counted)
    plans = [write_plan(tmp_path / f"{n}.toml", ["2001", "2002", "2003"][:n], ["8001", "8002"]) for n in (2, 3)]
    last = []
    for number, plan in enumerate((plans[0], plans[0], plans[1])):
        engine = tmp_path / f"engine{number}"
        engine.mkdir()
        last.append(await past_in(engine, plan, "asterisk", 500, lambda line: None, tmp_path / "kept"))
        files = JournalFiles(engine / "journal")
        try:
            assert files.open().checkpoint == last[-1]
        finally:
            files.close()
        database = Database(f"sqlite+aiosqlite:///{engine / 'hotline.db'}")
        try:
            assert (await RecordQueries(database).ledger(since=0))["contacts"]
        finally:
            await database.close()
    assert made == [plans[0], plans[1]]
    assert last[0] == last[1]
    assert len(list((tmp_path / "kept").iterdir())) == 1
