"""Callbacks over the API: who waits, numbers as one may see them, asked for, moved, cancelled; all of it on record."""

import asyncio
import json
from typing import Any

import pytest
from httpx import AsyncClient

from acd import events as e
from tests.cti.api.hotline import Hotline

URL = "/api/v1/callbacks"


@pytest.fixture
async def boss(hotline: Hotline) -> AsyncClient:
    """The supervisor of a hotline whose queues call back."""
    boss = await hotline.signed_in("boss")
    plan = (await boss.get("/api/v1/plan")).json()
    for queue in ("service", "billing"):
        plan["queues"][queue]["callback"] = {"life_h": 1}
    assert (await boss.put("/api/v1/plan", json=plan)).status_code == 200
    return boss


def waits(hotline: Hotline, contact: str = "pbx1-1.1", caller: str = "13800005678", queue: str = "service") -> str:
    """Somebody waits who asked to be called back, and hung up."""
    hotline.call(contact, caller=caller)
    hotline.queue(contact, queue)
    hotline.loop.tell(e.CallbackAsked(at=hotline.now(), contact=contact, number=caller))
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact=contact, cause=e.EndCause.HUNG_UP))
    return contact


async def trail(hotline: Hotline) -> list[tuple[str, str, str]]:
    return [(one.who, one.act, one.subject) for one in await hotline.parts.audit.newest() if "plan" not in one.act]


async def test_pending_ones_in_the_order_of_their_places_with_numbers_masked(
    hotline: Hotline, boss: AsyncClient
) -> None:
    waits(hotline, "pbx1-1.2", "13900001234")
    first = (await boss.get(URL)).json()[0]
    assert (first["contact"], first["queue"], first["number"]) == ("pbx1-1.2", "service", "139****1234")
    assert (first["state"], first["tries"], first["barred"]) == ("callback", 0, False)
    assert first["next_try"] > first["asked_at"]
    assert first["until"] == first["asked_at"] + 3_600_000
    waits(hotline, "pbx1-1.1")
    assert [one["contact"] for one in (await boss.get(URL)).json()] == ["pbx1-1.2", "pbx1-1.1"]
    assert (await boss.get(URL, params={"queue": "billing"})).json() == []
    assert await trail(hotline) == []


async def test_whole_numbers_are_for_who_may_see_them_and_on_record(hotline: Hotline, boss: AsyncClient) -> None:
    waits(hotline)
    (shown,) = (await boss.get(URL, params={"whole": True})).json()
    assert shown["number"] == "13800005678"
    assert await trail(hotline) == [("boss", "see_number", "callbacks")]
    agent = await hotline.signed_in("1001")
    refused = await agent.get(URL, params={"whole": True})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:hotline:problem:not-allowed")


async def test_an_agent_deals_with_those_of_the_queues_he_serves(hotline: Hotline, boss: AsyncClient) -> None:
    plan = (await boss.get("/api/v1/plan")).json()
    plan["queues"]["billing"]["skills"] = {"billing": 10}
    plan["agents"]["1001"]["skills"].pop("billing", None)
    plan["skills"].setdefault("billing", {"label": {"zh-CN": "账单", "en": "Billing"}})
    assert (await boss.put("/api/v1/plan", json=plan)).status_code == 200
    waits(hotline, queue="billing")
    agent = await hotline.signed_in("1001")
    assert (await agent.get(URL)).json() == []
    assert (await agent.delete(f"{URL}/pbx1-1.1")).status_code == 404
    foreign = await agent.post(URL, json={"number": "13800000001", "access": "95000", "queue": "billing"})
    assert (foreign.status_code, foreign.json()["detail"]) == (409, "agent 1001 does not serve queue 'billing'")


async def test_a_number_is_asked_for_by_an_access_number_and_waits_from_now_on(
    hotline: Hotline, boss: AsyncClient
) -> None:
    agent = await hotline.signed_in("1001")
    wish = {"number": "138 0000 0001", "access": "95000", "queue": "service", "customer": "C1"}
    answer = await agent.post(URL, json=wish)
    assert answer.status_code == 201, answer.text
    asked = answer.json()
    assert (asked["queue"], asked["customer"], asked["number"]) == ("service", "C1", "138****0001")
    assert asked["since"] == asked["asked_at"]
    contact = hotline.loop.floor.contacts[asked["contact"]]
    assert (contact.asterisk, contact.access, contact.caller) == ("pbx1", "95000", "+8613800000001")
    assert await trail(hotline) == [("1001", "ask_callback", asked["contact"])]
    again = await agent.post(URL, json={**wish, "customer": None})
    assert (again.status_code, again.json()["type"]) == (409, "urn:hotline:problem:refused")
    await hotline.written()
    ledger = (await boss.get("/api/v1/ledger")).json()
    assert [one["contact"] for one in ledger["contacts"]] == [asked["contact"]]


async def test_a_caller_who_waits_keeps_his_place_and_is_let_go(hotline: Hotline, boss: AsyncClient) -> None:
    hotline.call()
    hotline.queue("pbx1-1.1")
    since = hotline.loop.floor.contacts["pbx1-1.1"].since
    asked = (await boss.post(URL, json={"contact": "pbx1-1.1"})).json()
    assert (asked["since"], asked["state"]) == (since, "callback")
    assert "LetGo" in [type(one).__name__ for one in hotline.phones.released]


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({}, "number"),
        ({"number": "13800000001"}, "access"),
        ({"number": "13800000001", "access": "1"}, "access"),
        ({"number": "nobody", "access": "95000"}, "number"),
    ],
)
async def test_a_wish_that_names_nobody_is_refused_with_its_mend(
    boss: AsyncClient, wish: dict[str, str], place: str
) -> None:
    answer = await boss.post(URL, json=wish)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["place"] == place
    assert problem["mend"]


async def test_a_queue_that_offers_no_callback_refuses(hotline: Hotline, boss: AsyncClient) -> None:
    answer = await boss.post(URL, json={"number": "13800000001", "access": "95000", "queue": "vip"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "queue 'vip' offers no callback")
    assert (await boss.post(URL, json={"contact": "pbx1-9.9"})).status_code == 404


async def test_it_moves_to_another_number_and_time_and_is_cancelled(hotline: Hotline, boss: AsyncClient) -> None:
    waits(hotline)
    later = hotline.now() + 600_000
    moved = (await boss.put(f"{URL}/pbx1-1.1", json={"number": "13900001234", "not_before": later})).json()
    assert (moved["number"], moved["next_try"]) == ("139****1234", later)
    assert (await boss.delete(f"{URL}/pbx1-1.1")).status_code == 204
    assert (await boss.get(URL)).json() == []
    assert (await boss.delete(f"{URL}/pbx1-1.1")).status_code == 404
    assert (await boss.put(f"{URL}/pbx1-1.1", json={"not_before": 1})).status_code == 404
    assert hotline.loop.floor.ledger.of("service").left == 1
    assert [act for _, act, _ in await trail(hotline)] == ["cancel_callback", "move_callback"]


async def test_the_pop_says_that_he_is_called_back_and_since_when_he_waits(hotline: Hotline, boss: AsyncClient) -> None:
    waits(hotline)
    await boss.put(f"{URL}/pbx1-1.1", json={"number": "13900001234", "not_before": 0})
    frames: list[dict[str, Any]] = []
    hotline.on_duty()
    hotline.parts.desks.open("1001", lambda text: frames.append(json.loads(text)), sees_numbers=False, after=None)
    (pop,) = [one["pop"] for one in frames if one["type"] in ("snapshot", "pop") and one["pop"]]
    asked_at = hotline.loop.floor.contacts["pbx1-1.1"].callback.asked_at  # type: ignore[union-attr]
    assert pop["callback"] == {"number": "139****1234", "asked_at": asked_at, "tries": 0}
    assert pop["since"] == hotline.loop.floor.contacts["pbx1-1.1"].since
    hotline.loop.tell(e.OfferAnswered(at=hotline.now(), offer=hotline.offer_of()))
    assert frames[-1]["agent"]["dialling"]
    hotline.loop.tell(e.CallbackAnswered(at=hotline.now(), offer=hotline.offer_of(), channel="PJSIP/back"))
    assert not frames[-1]["agent"]["dialling"]


async def test_the_board_lists_them_once_and_again_when_they_change(hotline: Hotline, boss: AsyncClient) -> None:
    waits(hotline)
    frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    hotline.parts.boards.open(lambda text: frames.put_nowait(json.loads(text)))
    first = await asyncio.wait_for(frames.get(), 10)
    assert [(one["contact"], one["number"]) for one in first["callbacks"]] == [("pbx1-1.1", "138****5678")]
    service = next(one for one in first["queues"] if one["queue"] == "service")
    assert (service["callbacks"], service["waiting"]) == (1, 0)
    hotline.on_duty("1004")
    assert (await asyncio.wait_for(frames.get(), 10))["callbacks"] is None
    await boss.delete(f"{URL}/pbx1-1.1")
    assert (await asyncio.wait_for(frames.get(), 10))["callbacks"] == []
