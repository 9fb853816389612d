"""What an agent looks back on is his own, masked, and put on record when it is a recording."""

import httpx
import pytest_asyncio

from acd import events as e
from tests.cti.api.hotline import Hotline
from tests.cti.api.test_records import MASKED, recorded


@pytest_asyncio.fixture
async def agent(hotline: Hotline) -> httpx.AsyncClient:
    """Agent 1001, who answered one contact and closed it."""
    hotline.on_duty()
    hotline.talk("pbx1-1.1")
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    hotline.loop.tell(e.OutcomeSaved(at=hotline.now(), contact="pbx1-1.1", agent="1001", outcome="enquiry.bill"))
    await hotline.written()
    return await hotline.signed_in("1001")


async def test_he_sees_the_contacts_he_answered_with_numbers_masked(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    hotline.call("pbx1-1.2")
    await hotline.written()
    (line,) = (await agent.get("/api/v1/agents/me/contacts")).json()["contacts"]
    assert (line["contact"], line["caller"], line["outcome"]) == ("pbx1-1.1", MASKED, "enquiry.bill")
    colleague = await hotline.signed_in("1002")
    assert (await colleague.get("/api/v1/agents/me/contacts")).json() == {"contacts": [], "next": None}


async def test_he_hears_his_own_recording_and_it_is_on_record(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    recording = await recorded(hotline, "pbx1-1.1")
    assert (await agent.get(f"/api/v1/agents/me/recordings/{recording}")).status_code == 200
    colleague = await hotline.signed_in("1002")
    assert (await colleague.get(f"/api/v1/agents/me/recordings/{recording}")).status_code == 404
    entries = (await (await hotline.signed_in("root")).get("/api/v1/audit")).json()
    heard = [one["who"] for one in entries if one["act"] == "hear_recording"]
    assert heard == ["1001"]


async def test_his_figures_are_his_alone(hotline: Hotline, agent: httpx.AsyncClient) -> None:
    figures = (await agent.get("/api/v1/agents/me/figures", params={"since": 0})).json()
    assert (figures["agent"], figures["offers"], figures["answered"]) == ("1001", 1, 1)
    colleague = await hotline.signed_in("1002")
    figures = (await colleague.get("/api/v1/agents/me/figures", params={"since": 0})).json()
    assert (figures["agent"], figures["offers"]) == ("1002", 0)
