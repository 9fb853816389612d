"""An agent signs in on a phone, says what he wants to be, takes a contact and closes it with an outcome."""

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from acd import commands as c
from acd import events as e
from cti.database.models import Note
from tests.cti.api.hotline import Hotline


@pytest_asyncio.fixture
async def agent(hotline: Hotline) -> httpx.AsyncClient:
    return await hotline.signed_in("1001")


async def on_phone(agent: httpx.AsyncClient, extension: str = "8001") -> httpx.Response:
    return await agent.post("/api/v1/agents/me/sign-in", json={"extension": extension})


async def make_ready(agent: httpx.AsyncClient) -> httpx.Response:
    return await agent.put("/api/v1/agents/me/intent", json={"intent": "ready"})


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 409, answer.text
    assert answer.json()["type"] == "urn:hotline:problem:refused"
    return str(answer.json()["detail"])


async def test_he_signs_in_on_a_phone_and_is_not_ready_yet(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    view = (await on_phone(agent)).json()
    assert (view["extension"], view["intent"], view["state"]) == ("8001", "not_ready", "away")
    assert hotline.loop.floor.agents["1001"].extension == "8001"


async def test_a_phone_that_the_plan_lacks_is_refused(agent: httpx.AsyncClient) -> None:
    assert "the plan has no phone 9999" in refusal(await on_phone(agent, "9999"))


async def test_a_phone_somebody_else_has_is_refused_by_name(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    hotline.on_duty("1002", "8001")
    assert "1002" in refusal(await on_phone(agent))


async def test_ready_makes_him_idle_and_a_reason_goes_with_not_ready(agent: httpx.AsyncClient) -> None:
    await on_phone(agent)
    assert (await make_ready(agent)).json()["state"] == "idle"
    break_ = await agent.put("/api/v1/agents/me/intent", json={"intent": "not_ready", "reason": "break"})
    assert (break_.json()["state"], break_.json()["reason"]) == ("away", "break")


async def test_a_reason_must_be_one_of_the_plans(agent: httpx.AsyncClient) -> None:
    await on_phone(agent)
    answer = await agent.put("/api/v1/agents/me/intent", json={"intent": "not_ready", "reason": "nap"})
    assert refusal(answer).startswith("no reason 'nap'; the plan has break, meal")


async def test_signing_out_by_intent_is_for_after_a_contact(agent: httpx.AsyncClient) -> None:
    await on_phone(agent)
    answer = await agent.put("/api/v1/agents/me/intent", json={"intent": "logged_out"})
    assert (answer.status_code, refusal(answer)) == (409, "signing out is an event of its own")


async def test_intent_without_a_phone_is_refused_in_plain_words(agent: httpx.AsyncClient) -> None:
    assert refusal(await make_ready(agent)) == "agent '1001' is not signed in"


async def test_he_signs_out(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    await on_phone(agent)
    assert (await agent.post("/api/v1/agents/me/sign-out")).json()["intent"] == "logged_out"
    assert hotline.loop.floor.agents["1001"].extension is None


async def test_hold_and_resume_reach_the_telephones(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    hotline.on_duty()
    offer = hotline.talk()
    assert (await agent.put(f"/api/v1/offers/{offer}/hold", json={"on": True})).json()["state"] == "hold"
    assert (await agent.put(f"/api/v1/offers/{offer}/hold", json={"on": False})).json()["state"] == "talking"
    assert [type(one) for one in hotline.phones.released[-2:]] == [c.Hold, c.Resume]


async def test_nobody_holds_a_talk_that_is_not_his(hotline: Hotline) -> None:
    hotline.on_duty()
    offer = hotline.talk()
    other = await hotline.signed_in("1002")
    assert "no talk of agent '1002'" in refusal(await other.put(f"/api/v1/offers/{offer}/hold", json={"on": True}))


async def test_an_acknowledged_pop_lets_the_phone_ring(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    hotline.on_duty()
    hotline.loop.tell(e.DeskOpened(at=hotline.now(), agent="1001"))
    hotline.call()
    hotline.queue("pbx1-1.1")
    offer = hotline.offer_of()
    assert not any(isinstance(one, c.RingAgent) for one in hotline.phones.released)
    assert (await agent.post(f"/api/v1/offers/{offer}/pop")).status_code == 204
    assert any(isinstance(one, c.RingAgent) for one in hotline.phones.released)


async def test_nobody_acknowledges_the_pop_of_another(hotline: Hotline) -> None:
    hotline.on_duty()
    hotline.call()
    hotline.queue("pbx1-1.1")
    other = await hotline.signed_in("1002")
    assert "is not one of agent '1002'" in refusal(await other.post(f"/api/v1/offers/{hotline.offer_of()}/pop"))


async def wrapping_up(hotline: Hotline) -> str:
    """A contact whose talk is over, its agent in wrap-up."""
    hotline.on_duty()
    hotline.talk("pbx1-1.1")
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    return "pbx1-1.1"


async def test_the_outcome_ends_the_wrap_up(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    contact = await wrapping_up(hotline)
    answer = await agent.post(f"/api/v1/contacts/{contact}/outcome", json={"outcome": "enquiry.bill"})
    assert answer.json()["state"] == "idle"


async def test_the_note_is_kept_beside_the_outcome(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    contact = await wrapping_up(hotline)
    note = "客户询问账单"
    await agent.post(f"/api/v1/contacts/{contact}/outcome", json={"outcome": "enquiry.bill", "note": note})
    async with hotline.parts.database.reading() as session:
        row = await session.scalar(select(Note))
    assert row is not None
    assert (row.contact, row.agent, row.note) == (contact, "1001", note)


async def test_an_outcome_must_be_one_of_the_plans(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    contact = await wrapping_up(hotline)
    answer = await agent.post(f"/api/v1/contacts/{contact}/outcome", json={"outcome": "enquiry.nothing"})
    assert refusal(answer) == "the plan has no outcome 'enquiry.nothing'"


@pytest.mark.parametrize("note", ["", "a word"])
async def test_nobody_closes_the_contact_of_another(hotline: Hotline, note: str) -> None:
    contact = await wrapping_up(hotline)
    other = await hotline.signed_in("1002")
    answer = await other.post(f"/api/v1/contacts/{contact}/outcome", json={"outcome": "enquiry.bill", "note": note})
    assert "agent '1002'" in refusal(answer)


async def test_a_contact_that_is_not_there_is_refused_by_name(agent: httpx.AsyncClient) -> None:
    answer = await agent.post("/api/v1/contacts/nobody/outcome", json={"outcome": "enquiry.bill"})
    assert "there is no contact 'nobody'" in refusal(answer)


async def test_what_he_owes_at_the_cap_is_listed_until_he_saves_it(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    contact = await wrapping_up(hotline)
    until = hotline.loop.floor.agents["1001"].wrap_up_until
    assert until is not None
    hotline.loop.tell(e.TimePassed(at=until))
    (owed,) = (await agent.get("/api/v1/agents/me/missing-outcomes")).json()
    assert (owed["contact"], owed["queue"]) == (contact, "service")
    await agent.post(f"/api/v1/contacts/{contact}/outcome", json={"outcome": "void.test"})
    assert (await agent.get("/api/v1/agents/me/missing-outcomes")).json() == []


async def test_an_agent_the_plan_lacks_is_told_so(hotline: Hotline) -> None:
    from cti.people.roles import Role
    from tests.cti.api.hotline import PASSWORD

    await hotline.parts.users.add("7777", name="x", role=Role.AGENT, password=PASSWORD, at=1)
    stranger = await hotline.signed_in("7777")
    assert refusal(await on_phone(stranger)) == "the plan has no agent '7777'"
