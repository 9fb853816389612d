"""Items to call back, broadcasts and survey scores: what flows leave and go by."""

import pytest

from cti.database.connection import Database
from cti.flows.broadcasts import Broadcast, Broadcasts
from cti.flows.items import ItemConflict, ItemKind, Items, NewItem
from cti.flows.scores import Scores


def item(**other: object) -> NewItem:
    given: dict[str, object] = {
        "kind": ItemKind.MESSAGE,
        "contact": "pbx1-1.1",
        "number": "+8613800000001",
        "customer": "C1",
        "queue": "repair",
        "language": "zh-CN",
        "at": 1,
        "due": 100,
        "file": "message.wav",
        "seconds": 3.5,
        "carried": {"area": "east"},
    }
    return NewItem(**(given | other))  # type: ignore[arg-type]


class TestItems:
    async def test_an_item_has_a_number_that_can_be_said(self, database: Database) -> None:
        items = Items(database)
        reference = await items.add(item())
        assert reference.isdecimal()
        assert len(reference) == 6
        kept = await items.get(int(reference))
        assert kept is not None
        assert (kept.reference, kept.carried, kept.owner, kept.done_at) == (reference, {"area": "east"}, None, None)

    async def test_the_one_due_first_comes_first_and_done_ones_are_gone(self, database: Database) -> None:
        items = Items(database)
        late, soon, other = [
            int(await items.add(item(due=due, queue=queue)))
            for due, queue in ((9, "repair"), (5, "repair"), (1, "billing"))
        ]
        assert [one.id for one in await items.open()] == [other, soon, late]
        assert [one.id for one in await items.open(["repair"])] == [soon, late]
        await items.finish(soon, "1007", 7)
        assert [one.id for one in await items.open(["repair"])] == [late]
        with pytest.raises(ItemConflict, match="1007 has finished it"):
            await items.finish(soon, "1008", 8)

    async def test_one_agent_takes_it_on_until_he_gives_it_back(self, database: Database) -> None:
        items = Items(database)
        number = int(await items.add(item()))
        assert (await items.take(number, "1007")).owner == "1007"
        assert (await items.take(number, "1007")).owner == "1007"
        with pytest.raises(ItemConflict, match="agent 1007 has taken it on"):
            await items.take(number, "1008")
        with pytest.raises(ItemConflict, match="agent 1007 has taken it on"):
            await items.give_back(number, "1008")
        with pytest.raises(ItemConflict, match="agent 1007 has taken it on"):
            await items.finish(number, "1008", 7, agent="1008")
        await items.give_back(number, "1007")
        assert (await items.take(number, "1008")).owner == "1008"

    async def test_what_is_not_there_is_said(self, database: Database) -> None:
        with pytest.raises(ItemConflict, match="no such item"):
            await Items(database).take(77, "1007")


class TestBroadcasts:
    async def test_only_what_is_on_now_for_this_area_is_said(self, database: Database) -> None:
        broadcasts = Broadcasts(database)
        await broadcasts.put(Broadcast(name="storm", on=True, prompts=("emergency-notice",), areas=("east",)))
        await broadcasts.put(Broadcast(name="drill", on=False, prompts=("drill-notice",)))
        await broadcasts.put(Broadcast(name="lines", on=True, prompts=("emergency-lines",), until=100))
        assert list(await broadcasts.on("", 50)) == ["emergency-lines"]
        assert list(await broadcasts.on("east", 50)) == ["emergency-lines", "emergency-notice"]
        assert list(await broadcasts.on("west", 100)) == []

    async def test_the_switch_replaces(self, database: Database) -> None:
        broadcasts = Broadcasts(database)
        await broadcasts.put(Broadcast(name="storm", on=True, prompts=("emergency-notice",)))
        await broadcasts.put(Broadcast(name="storm", on=False, prompts=("emergency-notice",), who="boss", at=3))
        assert list(await broadcasts.on("", 5)) == []
        assert [(one.who, one.at) for one in await broadcasts.all()] == [("boss", 3)]


async def test_the_last_score_of_a_question_counts(database: Database) -> None:
    scores = Scores(database)
    await scores.add("pbx1-1.1", "clear", 3, 1)
    await scores.add("pbx1-1.1", "clear", 5, 2)
    await scores.add("pbx1-1.1", "solved", 1, 2)
    assert await scores.of("pbx1-1.1") == {"clear": 5, "solved": 1}
