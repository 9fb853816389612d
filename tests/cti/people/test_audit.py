"""Whoever looks at something watched over leaves a line that stays, and a line that was touched is found and named."""

import asyncio
import dataclasses
import logging
from collections.abc import Sequence

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cti.database import upgrade as upgrading
from cti.database.connection import Database
from cti.people.audit import BEGINNING, AuditEntry, AuditTrail, Break, Kept, break_at, digest_of

words = st.text(max_size=12)
entries = st.lists(st.builds(AuditEntry, st.integers(0, 2**50), words, words, words, words), max_size=8)
FIELDS = ("at", "who", "act", "subject", "detail")


async def test_entries_come_back_newest_first(database: Database) -> None:
    trail = AuditTrail(database)
    entries = [AuditEntry(at, who, "heard", "rec-1") for at, who in ((1, "qa"), (2, "boss"), (3, "qa"))]
    for entry in entries:
        await trail.add(entry)
    assert await trail.newest() == entries[::-1]
    assert await trail.newest(who="boss") == [entries[1]]
    assert await trail.newest(subject="rec-1", limit=1) == [entries[2]]
    assert await trail.newest(subject="rec-2") == []


# --- the rule ---


def kept(trail: Sequence[AuditEntry]) -> list[Kept]:
    """As they are written, one after the other."""
    found: list[Kept] = []
    for number, entry in enumerate(trail, start=1):
        before = found[-1].digest if found else BEGINNING
        found.append(Kept(number, entry, digest_of(before, number, entry)))
    return found


def breaks(trail: Sequence[Kept]) -> list[int]:
    pairs = zip([None, *trail], trail, strict=False)
    return [one.number for one in (break_at(before, this) for before, this in pairs) if one is not None]


@given(entries)
def test_what_was_written_is_whole(trail: list[AuditEntry]) -> None:
    assert breaks(kept(trail)) == []


@given(entries.filter(bool), st.data())
def test_a_changed_field_is_found_at_its_entry(trail: list[AuditEntry], data: st.DataObject) -> None:
    whole = kept(trail)
    place = data.draw(st.integers(0, len(whole) - 1))
    field = data.draw(st.sampled_from(FIELDS))
    value = getattr(whole[place].entry, field)
    other = dataclasses.replace(whole[place].entry, **{field: value + 1 if field == "at" else value + "'"})
    whole[place] = Kept(place + 1, other, whole[place].digest)
    assert breaks(whole) == [place + 1]


@given(entries.filter(lambda trail: len(trail) > 1), st.data())
def test_a_changed_entry_with_a_digest_that_fits_is_found_at_the_next(
    trail: list[AuditEntry], data: st.DataObject
) -> None:
    whole = kept(trail)
    place = data.draw(st.integers(0, len(whole) - 2))
    other = dataclasses.replace(whole[place].entry, who=whole[place].entry.who + "'")
    before = whole[place - 1].digest if place else BEGINNING
    whole[place] = Kept(place + 1, other, digest_of(before, place + 1, other))
    assert breaks(whole) == [place + 2]


@given(entries.filter(lambda trail: len(trail) > 1), st.data())
def test_entries_that_were_taken_out_are_found_at_the_next(trail: list[AuditEntry], data: st.DataObject) -> None:
    whole = kept(trail)
    first = data.draw(st.integers(0, len(whole) - 2))
    after = data.draw(st.integers(first + 1, len(whole) - 1))
    assert breaks(whole[:first] + whole[after:]) == [after + 1]


@given(words, words)
def test_what_stands_in_one_field_cannot_pass_for_the_next(one: str, other: str) -> None:
    split = AuditEntry(1, one, other, "", "")
    moved = AuditEntry(1, one + other, "", "", "")
    assert (digest_of(BEGINNING, 1, split) == digest_of(BEGINNING, 1, moved)) is (other == "")


# --- the table ---


async def test_entries_written_at_once_follow_from_each_other(database: Database) -> None:
    trail = AuditTrail(database)
    await asyncio.gather(*(trail.add(AuditEntry(n, "boss", "see_number", f"pbx1-{n}")) for n in range(20)))
    found = [one async for one in trail.every()]
    assert [one.number for one in found] == list(range(1, 21))
    assert breaks(found) == []


@pytest.mark.parametrize("order", ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit WHERE id = 1"])
async def test_the_database_refuses_to_change_or_remove_an_entry(database: Database, order: str) -> None:
    trail = AuditTrail(database)
    await trail.add(AuditEntry(1, "boss", "see_number", "pbx1-1.1"))
    with pytest.raises(DBAPIError, match="the audit trail is append-only"):
        async with database.writing() as session:
            await session.execute(text(order))
    assert len(await trail.newest()) == 1


async def test_postgresql_refuses_to_empty_the_table(database: Database) -> None:
    if database.sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="the audit trail is append-only"):
        async with database.writing() as session:
            await session.execute(text("TRUNCATE audit"))


async def test_the_digest_of_each_entry_is_in_the_log_too(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "cti.people.audit"):
        await AuditTrail(database).add(AuditEntry(1, "boss", "see_number", "pbx1-1.1"))
    last = [one async for one in AuditTrail(database).every()][-1]
    assert caplog.messages == [f"audited 1:{last.digest} who=boss act=see_number"]


async def test_entries_of_before_get_their_digests(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "upgrade", lambda config, _, to=command.upgrade: to(config, "0008"))
    database = Database(empty_database_url)
    await upgrading.upgrade(database)
    monkeypatch.undo()
    async with database.writing() as session:
        for number in (1, 2, 5):
            await session.execute(
                text("INSERT INTO audit (id, at, who, act, subject, detail) VALUES (:n, 7, 'boss', 'old', '张三', '')"),
                {"n": number},
            )
    await upgrading.upgrade(database)
    trail = AuditTrail(database)
    await trail.add(AuditEntry(8, "boss", "new", ""))
    found = [one async for one in trail.every()]
    assert [one.number for one in found] == [1, 2, 5, 6]
    assert breaks(found) == []
    assert await upgrading.check(database) == []
    await database.close()


def test_a_break_tells_whether_something_is_missing() -> None:
    whole = kept([AuditEntry(n, "boss", "see_number", "") for n in range(4)])
    assert break_at(whole[0], whole[3]) == Break(4, "what stood between 1 and 4 was taken out or changed")
    assert break_at(None, dataclasses.replace(whole[0], digest="f" * 64)) == Break(1, "it was changed")
    assert break_at(dataclasses.replace(whole[0], digest=""), whole[1]) == Break(2, "it was changed, or 1 was")
