"""The emergency switch over the API: what is prepared, the drill, the switch by who may, its crew, and what is told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from acd import events as e
from acd.errors import IllegalEvent
from cti.desk import absence, crews
from cti.desk.absence import Absence
from cti.desk.crews import Crews
from tests.cti.api.hotline import Hotline

PATH = "/api/v1/emergency/service"
FIRST, SECOND = "13900000001", "13900000002"


@pytest_asyncio.fixture
async def boss(hotline: Hotline) -> httpx.AsyncClient:
    """A supervisor, with a plan in which 1003 and 1002, in this order, are service's crew."""
    boss = await hotline.signed_in("boss")
    plan: dict[str, Any] = (await boss.get("/api/v1/plan")).json()
    for agent, number in (("1003", FIRST), ("1002", SECOND)):
        plan["agents"][agent]["numbers"] = [number]
    plan["groups"]["crew"] = {"label": {"zh-CN": "应急", "en": "Crew"}, "agents": ["1003", "1002"]}
    plan["queues"]["service"]["emergency"]["mobiles"] = ["crew"]
    plan["queues"]["billing"]["emergency"] = {"announcement": "prompt:unrecorded"}
    assert (await boss.put("/api/v1/plan", json=plan)).status_code == 200
    return boss


@pytest_asyncio.fixture
async def called(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crews]:
    monkeypatch.setattr(crews, "AGAIN_S", 0.0)
    made = Crews(hotline.loop, hotline.parts.plan)
    made.start()
    yield made
    made.stop()


async def put(boss: httpx.AsyncClient, path: str = PATH, **body: object) -> dict[str, Any]:
    answer = await boss.put(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def waits(hotline: Hotline, *contacts: str) -> None:
    for contact in contacts:
        hotline.queue(hotline.call(contact))


async def test_what_is_prepared_is_told_with_numbers_masked(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    service, billing = (await boss.get("/api/v1/emergency")).json()
    assert service["ways"] == ["mobiles", "queue", "announcement"]
    assert [one["turn"] for one in service["crew"]] == [0, 0], "they are of one group"
    assert [(one["agent"], one["number"]) for one in service["crew"]] == [
        ("1003", "139****0001"),
        ("1002", "139****0002"),
    ]
    assert (service["target"], service["announcement"]) == ("complaint", "flow:emergency")
    assert (billing["queue"], billing["ways"], billing["switched"]) == ("billing", ["announcement"], None)


async def test_a_drill_tells_what_would_happen_and_moves_nobody(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    hotline.on_duty("1001")
    waits(hotline, "pbx1-1.1", "pbx1-1.2", "pbx1-1.3")
    before = hotline.loop.floor.number
    drill = (await boss.get(f"{PATH}/drill?to=queue")).json()
    assert (drill["moved"], drill["rings"], drill["warnings"]) == (3, 1, ["nobody_there"])
    assert (await boss.get(f"{PATH}/drill")).json()["to"] == "mobiles"
    assert (await boss.get("/api/v1/emergency/billing/drill")).json()["warnings"] == ["no_sound"]
    assert (await boss.get(f"{PATH}/drill?on=false")).status_code == 409
    assert hotline.loop.floor.number == before
    await put(boss, on=True, to="queue")
    drill = (await boss.get(f"{PATH}/drill?on=false")).json()
    assert (drill["on"], drill["to"], drill["moved"]) == (False, "queue", 3)


async def test_it_is_on_record_who_switched_when_and_why(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    on = await put(boss, on=True, to="queue", why="fire alarm")
    assert (on["switched"]["to"], on["switched"]["who"], on["switched"]["why"]) == ("queue", "boss", "fire alarm")
    assert b'hotline_emergency_switched{queue="service",to="queue"} 1.0' in hotline.parts.metrics.text()
    board = {one.queue: one for one in hotline.parts.views.queues()}
    assert board["service"].switched is not None
    assert hotline.parts.views.agent("1001").switched[0].queue == "service"
    assert hotline.parts.views.agent("1006").switched == []
    off = await put(boss, on=False, why="all clear")
    assert off["switched"] is None
    trail = await hotline.parts.audit.newest(subject="service")
    assert [(one.who, one.act, one.detail) for one in trail] == [
        ("boss", "emergency", "off: queue all clear"),
        ("boss", "emergency", "on: queue fire alarm"),
    ]


async def test_without_the_right_a_plan_or_sense_it_is_refused(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    agent = await hotline.signed_in("1001")
    assert (await agent.put(PATH, json={"on": True})).status_code == 403
    assert (await boss.put("/api/v1/emergency/none", json={"on": True})).status_code == 404
    for path, body in (
        (PATH, {"on": False}),
        ("/api/v1/emergency/vip", {"on": True}),
        ("/api/v1/emergency/billing", {"on": True, "to": "mobiles"}),
    ):
        answer = await boss.put(path, json=body)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:hotline:problem:refused")
    plan = (await boss.get("/api/v1/plan")).json()
    await put(boss, on=True, to="queue")
    del plan["queues"]["service"]["emergency"]
    assert (await boss.put("/api/v1/plan", json=plan)).status_code == 409
    assert (await boss.get("/api/v1/plan")).json()["queues"]["service"]["emergency"]["queue"] == "complaint"


async def test_who_sits_at_his_desk_is_rung_on_his_mobile_phone_and_there_alone(
    hotline: Hotline, boss: httpx.AsyncClient, called: Crews
) -> None:
    floor = hotline.loop.floor
    hotline.on_duty("1003", "8003")
    hotline.call()
    hotline.queue("pbx1-1.1")
    hotline.talk("pbx1-1.1", "1003")
    hotline.on_duty("1002", "8002")
    waits(hotline, "pbx1-1.2", "pbx1-1.3")
    await put(boss, on=True, to="mobiles")
    free, talks = floor.agents["1002"], floor.agents["1003"]
    assert (free.extension, free.contact) == (SECOND, "pbx1-1.2")
    assert (talks.extension, talks.state) != (FIRST, "idle")
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    hotline.loop.tell(e.OutcomeSaved(at=hotline.now(), contact="pbx1-1.1", agent="1003", outcome="enquiry.bill"))
    await hotline.until(lambda: talks.extension == FIRST)
    assert talks.contact == "pbx1-1.3"
    offers = [floor.offers[number].extension for number in floor.offers]
    assert sorted(offers) == [FIRST, SECOND]


async def test_the_crew_is_called_up_rung_again_after_a_miss_and_let_go(
    hotline: Hotline, boss: httpx.AsyncClient, called: Crews
) -> None:
    floor = hotline.loop.floor
    hotline.on_duty("1001")
    waits(hotline, "pbx1-1.1", "pbx1-1.2")
    await put(boss, on=True, to="mobiles")
    first, second = floor.agents["1003"], floor.agents["1002"]
    assert [(one.extension, one.outside, one.called_up) for one in (first, second)] == [
        (FIRST, True, True),
        (SECOND, True, True),
    ]
    assert (first.contact, second.contact, floor.agents["1001"].state) == ("pbx1-1.1", "pbx1-1.2", "idle")
    failed = e.OfferFailed(at=hotline.now(), offer=hotline.offer_of("1003"), cause=e.OfferFailure.REJECTED)
    hotline.loop.tell(failed)
    assert first.set_aside == "rejected"
    await hotline.until(lambda: first.contact == "pbx1-1.1")
    hotline.loop.tell(e.OfferAnswered(at=hotline.now(), offer=hotline.offer_of("1003")))
    await put(boss, on=False)
    assert (first.extension, first.state, first.intent) == (FIRST, "talking", "logged_out")
    assert (second.extension, second.called_up) == (None, False)
    assert floor.agents["1001"].contact == "pbx1-1.2"


async def test_called_up_he_is_counted_on_by_the_queue_that_called_him_and_by_no_other(
    hotline: Hotline, boss: httpx.AsyncClient, called: Crews
) -> None:
    hotline.on_duty("1003")
    views = hotline.parts.views
    assert [views.on_duty(queue) for queue in ("service", "repair")] == [1, 1]
    await put(boss, on=True, to="mobiles")
    board = {one.queue: (one.idle, one.on_duty) for one in views.queues()}
    assert (board["service"], board["repair"]) == ((2, 2), (0, 0))
    assert {one.agent: one.queues for one in views.colleagues()} == {"1002": ["service"], "1003": ["service"]}
    hotline.call()
    hotline.queue("pbx1-1.1", queue="repair")
    assert hotline.loop.floor.contacts["pbx1-1.1"].state == "waiting"
    told = (await boss.get("/api/v1/contacts/pbx1-1.1/reasons", headers={"Accept-Language": "zh-CN"})).json()
    (elsewhere,) = [one for one in told["waiting"] if one["reason"] == "called_up"]
    assert (elsewhere["who"], elsewhere["text"][:3]) == (["1002", "1003"], "已应召")
    await put(boss, on=False)
    hotline.on_duty("1003")
    assert hotline.loop.floor.contacts["pbx1-1.1"].agent is None
    assert hotline.loop.floor.agents["1003"].contact == "pbx1-1.1"


async def test_who_talks_is_called_up_after_his_talk_and_an_agents_own_sign_in_on_his_number_stays(
    hotline: Hotline, boss: httpx.AsyncClient, called: Crews
) -> None:
    floor, now = hotline.loop.floor, hotline.now()
    hotline.talk("pbx1-1.1", "1003") if floor.agents["1003"].extension else hotline.on_duty("1003")
    waits(hotline, "pbx1-1.9")
    hotline.loop.tell(e.OfferAnswered(at=hotline.now(), offer=hotline.offer_of("1003")))
    hotline.loop.tell(e.AgentSignedIn(at=now, agent="1002", extension=SECOND, outside=True))
    await put(boss, on=True)
    assert floor.agents["1003"].extension == "8001"
    assert floor.agents["1002"].intent == "ready"
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.9", cause=e.EndCause.HUNG_UP))
    hotline.loop.tell(e.OutcomeSaved(at=hotline.now(), contact="pbx1-1.9", agent="1003", outcome="enquiry.bill"))
    assert (floor.agents["1003"].extension, floor.agents["1003"].state) == (FIRST, "idle")
    await put(boss, on=False)
    assert [floor.agents[one].extension for one in ("1003", "1002")] == [None, SECOND]


async def test_a_start_calls_up_whom_a_crash_left_out(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    await put(boss, on=True)
    assert hotline.loop.floor.agents["1003"].extension is None
    made = Crews(hotline.loop, hotline.parts.plan)
    made.start()
    assert hotline.loop.floor.agents["1003"].extension == FIRST
    made.stop()


async def test_on_his_mobile_phone_nobody_needs_a_page(
    hotline: Hotline, boss: httpx.AsyncClient, called: Crews, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "GONE_S", 0.0)
    await put(boss, on=True)
    gone = Absence(hotline.loop)
    gone.left("1003")
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(0.0, over.set)
    await over.wait()
    assert hotline.loop.floor.agents["1003"].intent == "ready"
    gone.stop()


async def test_what_leads_back_is_refused_in_words(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    plan = (await boss.get("/api/v1/plan")).json()
    plan["queues"]["complaint"]["emergency"] = {"queue": "service"}
    assert (await boss.put("/api/v1/plan", json=plan)).status_code == 200
    await put(boss, on=True, to="queue")
    with pytest.raises(IllegalEvent, match="back to itself"):
        hotline.loop.tell(
            e.EmergencySwitchedOn(at=hotline.now(), queue="complaint", to=e.EmergencyWay.QUEUE, who="boss")
        )
