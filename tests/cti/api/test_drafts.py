"""What an agent has begun to write about a contact is there again after a reload, until the outcome is saved."""

from sqlalchemy import func, select

from acd import events as e
from cti.database.models import Draft
from tests.cti.api.hotline import Hotline

PATH = "/api/v1/contacts/pbx1-1.1/draft"
BEGUN = {"outcome": "enquiry.bill", "note": "wants the bill of\x00 March 三月账单"}
KEPT = {"outcome": "enquiry.bill", "note": "wants the bill of March 三月账单"}
EMPTY = {"outcome": "", "note": ""}


async def drafts(hotline: Hotline) -> int:
    async with hotline.parts.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Draft)) or 0


async def test_what_is_begun_in_a_talk_is_kept_and_replaced(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    hotline.on_duty()
    hotline.talk()
    assert (await agent.get(PATH)).json() == EMPTY
    assert (await agent.put(PATH, json={"note": "wants"})).status_code == 204
    assert (await agent.put(PATH, json=BEGUN)).status_code == 204
    assert (await agent.get(PATH)).json() == KEPT
    assert await drafts(hotline) == 1


async def test_the_outcome_ends_it(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    hotline.on_duty()
    hotline.talk()
    await agent.put(PATH, json=BEGUN)
    saved = await agent.post("/api/v1/contacts/pbx1-1.1/outcome", json={"outcome": "enquiry.bill", "note": "done"})
    assert saved.status_code == 200
    assert (await agent.get(PATH)).json() == EMPTY
    assert await drafts(hotline) == 0


async def test_a_missing_outcome_may_be_begun_too(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    hotline.on_duty()
    hotline.talk()
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    until = hotline.loop.floor.agents["1001"].wrap_up_until
    assert until is not None
    hotline.loop.tell(e.TimePassed(at=until))
    assert (await agent.put(PATH, json=BEGUN)).status_code == 204


async def test_one_agent_neither_reads_nor_writes_anothers(hotline: Hotline) -> None:
    hotline.on_duty()
    hotline.talk()
    await (await hotline.signed_in("1001")).put(PATH, json=BEGUN)
    other = await hotline.signed_in("1002")
    assert (await other.get(PATH)).json() == EMPTY
    assert (await other.put(PATH, json=BEGUN)).status_code == 409


async def test_a_contact_nobody_knows_has_no_draft(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    answer = await agent.put("/api/v1/contacts/pbx1-9.9/draft", json=BEGUN)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:hotline:problem:refused")
