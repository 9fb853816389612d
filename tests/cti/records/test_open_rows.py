"""A start reads what is open, however much there was before it."""

from pathlib import Path
from typing import Any

from sqlalchemy import event

from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.records.book import RecordBook
from cti.records.tables import open_rows

GROW = ("contacts", "visits", "offers", "talks", "holds", "party_talks")


async def test_no_table_that_grows_is_read_from_end_to_end(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}")
    asked: list[tuple[str, Any]] = []
    try:
        await upgrade(database)
        async with database.writing() as session:
            connection = await session.connection()
            sync = connection.sync_connection
            assert sync is not None
            event.listen(sync, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
            await open_rows(session, "journal", RecordBook())
            reads = [one for one in asked if one[0].lstrip().startswith("SELECT")]
            assert len(reads) > len(GROW)
            plans = [
                str(row[-1])
                for statement, parameters in reads
                for row in (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all()
            ]
    finally:
        await database.close()
    assert [plan for plan in plans if plan.startswith("SCAN") and plan.split()[1] in GROW] == []
    assert any(plan.startswith("SEARCH visits") for plan in plans)
