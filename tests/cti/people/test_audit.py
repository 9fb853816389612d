"""Whoever looks at something watched over leaves a line that stays."""

from cti.database.connection import Database
from cti.people.audit import AuditEntry, AuditTrail


async def test_entries_come_back_newest_first(database: Database) -> None:
    trail = AuditTrail(database)
    entries = [AuditEntry(at, who, "heard", "rec-1") for at, who in ((1, "qa"), (2, "boss"), (3, "qa"))]
    for entry in entries:
        await trail.add(entry)
    assert await trail.newest() == entries[::-1]
    assert await trail.newest(who="boss") == [entries[1]]
    assert await trail.newest(subject="rec-1", limit=1) == [entries[2]]
    assert await trail.newest(subject="rec-2") == []
