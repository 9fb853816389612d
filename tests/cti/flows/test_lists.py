"""Lists of callers: which entry counts for a number at a moment."""

import pytest

from cti.database.connection import Database
from cti.flows.lists import CallerLists, Colour, ListEntry, Match, region_of

NUMBER = "+8613800000001"


async def listed(database: Database, *entries: tuple[Colour, Match, str, int | None]) -> CallerLists:
    lists = CallerLists(database)
    for colour, match, pattern, until in entries:
        entry = ListEntry(
            colour=colour, match=match, pattern=pattern, reason=f"{match}", until=until, approver="boss", at=1
        )
        await lists.add(entry)
    return lists


@pytest.mark.parametrize(
    ("entries", "colour"),
    [
        ([], None),
        ([(Colour.BLACK, Match.NUMBER, "+8613800000002", None)], None),
        ([(Colour.BLACK, Match.NUMBER, NUMBER, None)], Colour.BLACK),
        ([(Colour.GREY, Match.PREFIX, "+86138", None)], Colour.GREY),
        ([(Colour.BLACK, Match.REGION, "CN", None)], Colour.BLACK),
        ([(Colour.BLACK, Match.REGION, "US", None)], None),
        # The narrowest counts, of prefixes the longest.
        ([(Colour.BLACK, Match.REGION, "CN", None), (Colour.WHITE, Match.NUMBER, NUMBER, None)], Colour.WHITE),
        ([(Colour.BLACK, Match.PREFIX, "+86", None), (Colour.GREY, Match.PREFIX, "+86138", None)], Colour.GREY),
        ([(Colour.BLACK, Match.NUMBER, NUMBER, None), (Colour.WHITE, Match.NUMBER, NUMBER, None)], Colour.WHITE),
        # What has ended counts no more.
        ([(Colour.BLACK, Match.NUMBER, NUMBER, 100)], None),
        ([(Colour.BLACK, Match.NUMBER, NUMBER, 101)], Colour.BLACK),
    ],
)
async def test_the_narrowest_entry_that_has_not_ended_counts(
    database: Database, entries: list[tuple[Colour, Match, str, int | None]], colour: Colour | None
) -> None:
    found = await (await listed(database, *entries)).find(NUMBER, 100)
    assert (None if found is None else found.colour) == colour


async def test_an_entry_says_why_until_when_and_who_approved_it(database: Database) -> None:
    lists = await listed(database, (Colour.BLACK, Match.NUMBER, NUMBER, 5))
    (entry,) = await lists.all()
    assert (entry.reason, entry.until, entry.approver) == ("number", 5, "boss")
    assert await lists.remove(entry.id)
    assert not await lists.remove(entry.id)
    assert await lists.all() == []


@pytest.mark.parametrize(("number", "region"), [(NUMBER, "CN"), ("+12025550100", "US"), ("110", ""), ("x", "")])
def test_a_number_says_its_country(number: str, region: str) -> None:
    assert region_of(number) == region
