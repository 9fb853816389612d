"""Ids in paths that nobody has: endless, leading elsewhere, no text. They are refused or not found, nothing is kept."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from cti.database.connection import Database
from cti.database.models import Base
from tests.cti.api.conftest import over, people
from tests.cti.api.test_rights import routes

IDS = {
    "endless": "x" * 60_000,
    "longer than a column": "a" * 256,
    "a number beyond any": "9" * 400,
    "below nothing": "-1",
    "no number": "NaN",
    "up": "../../../../etc/passwd",
    "up, encoded twice": "%2e%2e%2f%2e%2e%2fhotline.db",
    "backslashes": "..\\..\\hotline.db",
    "absolute": "/etc/passwd",
    "a zero character": "a\0b",
    "a line of its own": "a\r\nSet-Cookie: b",
    "an order to the terminal": "\x1b[2J",
    "SQL": "' OR 1=1 --",
    "a pattern": "%",
    "another script": "联系\u202e",
}
BODIES = {"draft": {"outcome": "", "note": "n"}, "outcome": {"outcome": "enquiry.bill", "note": "n"}}
LOGINS = ("root", "1001")
NOT_TEXT = b"%ff%fe%80"
FAULTS = {500, 503}


def paths() -> Iterator[tuple[str, str]]:
    """(method, path) of each route that has an id in it, filled with each of these."""
    for name in routes():
        method, _, path = name.partition(" ")
        if "{" not in path or method == "WS":
            continue
        for said in (*(quote(one, safe="") for one in IDS.values()), NOT_TEXT.decode()):
            before, _, after = path.replace(":path", "").partition("{")
            yield method, before + said + after.partition("}")[2]


async def rows(database: Database) -> dict[str, int]:
    """How many rows each table has, but for the trail of who did what."""
    async with database.reading() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name != "audit"
        }


@pytest.mark.timeout(300)
async def test_such_an_id_is_no_fault_of_ours_and_leaves_nothing(database: Database, tmp_path: Path) -> None:
    await people(database)
    async with over(database, tmp_path) as hotline:
        hotline.on_duty()
        clients = [await hotline.signed_in(login) for login in LOGINS]
        await hotline.written()
        before, facts = await rows(database), hotline.loop.floor.number
        wrong: dict[str, str] = {}
        statuses: set[int] = set()
        for method, path in paths():
            body = BODIES.get(path.rpartition("/")[2], {})
            for client in clients:
                answer = await client.request(method, path, json=body)
                statuses.add(answer.status_code)
                if answer.status_code in FAULTS or "set-cookie" in answer.headers or len(answer.content) > 200_000:
                    wrong[f"{method} {path[:80]}"] = f"{answer.status_code} {answer.text[:200]}"
        assert wrong == {}
        assert statuses >= {403, 404, 422}
        await hotline.written()
        assert await rows(database) == before
        assert hotline.loop.floor.number == facts
