"""An agent consults a colleague from his desk."""

from collections.abc import Callable, Sequence

import pytest

from acd import commands as c
from acd import events as e
from tests.cti.api.hotline import Hotline
from tests.cti.api.pages import Browser, Page


async def _talking(hotline: Hotline) -> int:
    """1001 talks, 1002 is free; the offer."""
    if not hotline.loop.floor.agents["1001"].on_duty:
        hotline.on_duty()
    offer = hotline.talk()
    hotline.on_duty("1002", "8002")
    return offer


async def test_the_colleague_is_rung_and_both_desks_say_who_consults_whom(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    offer = await _talking(hotline)
    view = (await agent.post(f"/api/v1/offers/{offer}/consult", json={"agent": "1002"})).json()
    assert (view["state"], view["consults"], view["consult_since"]) == ("hold", "1002", None)
    assert hotline.parts.views.agent("1002").consulted_by == "1001"
    assert isinstance(hotline.phones.released[-1], c.RingAgent)


async def test_a_queue_means_whoever_is_free_there(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    offer = await _talking(hotline)
    answer = await agent.post(f"/api/v1/offers/{offer}/consult", json={"queue": "service"})
    assert answer.json()["consults"] == "1002"


async def test_the_caller_goes_on_with_a_colleague_who_picked_up(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    offer = await _talking(hotline)
    await agent.post(f"/api/v1/offers/{offer}/consult", json={"agent": "1002"})
    refused = await agent.post(f"/api/v1/offers/{offer}/handover")
    assert (refused.status_code, "no colleague is there" in refused.json()["detail"]) == (409, True)
    hotline.loop.tell(e.OfferAnswered(at=hotline.now(), offer=hotline.offer_of("1002")))
    assert hotline.parts.views.agent("1001").consult_since is not None
    assert (await agent.post(f"/api/v1/offers/{offer}/handover")).json()["state"] == "wrap_up"
    assert hotline.parts.views.agent("1002").state == "talking"


async def test_the_colleague_is_let_go_and_the_caller_taken_back(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    offer = await _talking(hotline)
    await agent.post(f"/api/v1/offers/{offer}/consult", json={"agent": "1002"})
    assert (await agent.delete(f"/api/v1/offers/{offer}/consult")).json()["state"] == "hold"
    assert hotline.parts.views.agent("1002").state == "idle"
    assert (await agent.put(f"/api/v1/offers/{offer}/hold", json={"on": False})).json()["state"] == "talking"
    again = await agent.delete(f"/api/v1/offers/{offer}/consult")
    assert (again.status_code, "there is no consult" in again.json()["detail"]) == (409, True)


async def test_wishes_that_mean_nobody_are_refused_in_words(hotline: Hotline) -> None:
    agent, other = await hotline.signed_in("1001"), await hotline.signed_in("1002")
    offer = await _talking(hotline)
    for colleague, why in (
        ({"agent": "1001"}, "agent '1001' is talking"),
        ({"agent": "1002", "queue": "service"}, "one of the two"),
        ({}, "one of the two"),
    ):
        answer = await agent.post(f"/api/v1/offers/{offer}/consult", json=colleague)
        assert (answer.status_code, why in answer.json()["detail"]) == (409, True), answer.text
    theirs = await other.post(f"/api/v1/offers/{offer}/consult", json={"agent": "1002"})
    assert "no talk of agent '1002'" in theirs.json()["detail"]


async def test_an_open_list_shows_who_is_on_a_phone_and_then_what_changed(hotline: Hotline, agent: Browser) -> None:
    await _talking(hotline)
    colleagues = await agent.open("colleagues")
    first = await colleagues.next()
    name = hotline.parts.plan().agents["1002"].name
    assert (first["type"], first["whole"]) == ("colleagues", True)
    assert {one["agent"]: one["state"] for one in first["colleagues"]} == {"1001": "talking", "1002": "idle"}
    assert first["colleagues"][1] == {
        "agent": "1002",
        "name": name,
        "state": "idle",
        "queues": ["service", "billing"],
    }
    # What concerns no colleague is not pushed: the next frame is of who went away and of who came.
    hotline.call("pbx1-2.1")
    hotline.loop.tell(e.IntentChanged(at=hotline.now(), agent="1002", intent=e.Intent.NOT_READY, reason="break"))
    hotline.on_duty("1004", "8004")
    frame = await colleagues.next()
    assert not frame["whole"]
    assert {one["agent"]: one["state"] for one in frame["colleagues"]} == {"1002": "away", "1004": "idle"}
    hotline.loop.tell(e.AgentSignedOut(at=hotline.now(), agent="1004"))
    assert (await colleagues.next())["gone"] == ["1004"]


def _answer(hotline: Hotline, colleague: int) -> e.OfferAnswered:
    return e.OfferAnswered(at=hotline.now(), offer=colleague)


def _expire(hotline: Hotline, colleague: int) -> e.TimePassed:
    expires_at = hotline.loop.floor.offers[colleague].expires_at
    assert expires_at is not None
    return e.TimePassed(at=expires_at)


def _refuse(hotline: Hotline, colleague: int) -> e.OfferFailed:
    return e.OfferFailed(at=hotline.now(), offer=colleague, cause=e.OfferFailure.REJECTED)


def _hang_up(hotline: Hotline, colleague: int) -> e.AgentHungUp:
    return e.AgentHungUp(at=hotline.now(), offer=colleague)


@pytest.mark.parametrize(
    ("course", "why"),
    [((_expire,), "expired"), ((_refuse,), "rejected"), ((_answer, _hang_up), "hung_up")],
    ids=["expired", "rejected", "hung_up"],
)
async def test_the_desk_is_told_why_a_consult_is_over(
    hotline: Hotline, desk: Page, course: Sequence[Callable[[Hotline, int], e.Event]], why: str
) -> None:
    offer = await _talking(hotline)
    hotline.loop.tell(e.ConsultAsked(at=hotline.now(), offer=offer, to="agent:1002"))
    colleague = hotline.offer_of("1002")
    for step in course:
        hotline.loop.tell(step(hotline, colleague))
    ended = await desk.until("consult_ended")
    assert (ended["offer"], ended["colleague"], ended["why"]) == (offer, "1002", why)
    assert (ended["agent"]["state"], ended["agent"]["consults"]) == ("hold", None)


async def test_a_consult_that_is_handed_over_has_not_come_to_nothing(hotline: Hotline, desk: Page) -> None:
    offer = await _talking(hotline)
    hotline.loop.tell(e.ConsultAsked(at=hotline.now(), offer=offer, to="agent:1002"))
    hotline.loop.tell(_answer(hotline, hotline.offer_of("1002")))
    hotline.loop.tell(e.AgentHungUp(at=hotline.now(), offer=offer, to=e.CONSULTED))
    assert (await desk.until("talk_ended"))["cause"] == "handed_over"
    assert "consult_ended" not in [frame["type"] for frame in desk.seen]


async def test_a_contact_that_was_handed_over_is_among_the_own_contacts_of_both(hotline: Hotline) -> None:
    offer = await _talking(hotline)
    hotline.loop.tell(e.ConsultAsked(at=hotline.now(), offer=offer, to="agent:1002"))
    hotline.loop.tell(_answer(hotline, hotline.offer_of("1002")))
    hotline.loop.tell(e.AgentHungUp(at=hotline.now(), offer=offer, to=e.CONSULTED))
    await hotline.written()
    for login in ("1001", "1002"):
        mine = (await (await hotline.signed_in(login)).get("/api/v1/agents/me/contacts")).json()["contacts"]
        assert [one["contact"] for one in mine] == ["pbx1-1.1"], login
