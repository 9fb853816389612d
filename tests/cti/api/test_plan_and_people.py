"""The plan and the people, changed through the API: checked, versioned, effective at once, and on record."""

from dataclasses import asdict, replace
from typing import Any

import httpx
import pytest_asyncio

from cti.problems import Problem
from tests.cti.api.hotline import Hotline


@pytest_asyncio.fixture
async def boss(hotline: Hotline) -> httpx.AsyncClient:
    return await hotline.signed_in("boss")


async def in_force(client: httpx.AsyncClient) -> dict[str, Any]:
    values: dict[str, Any] = (await client.get("/api/v1/plan")).json()
    return values


async def test_everybody_reads_the_plan_but_the_seed_of_the_draw(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    assert (await in_force(boss))["sampling"]["seed"]
    agents = await in_force(await hotline.signed_in("1001"))
    assert "sampling" not in agents
    changed = await in_force(boss)
    changed["agents"]["1002"]["numbers"] = ["+8613800000002"]
    assert (await boss.put("/api/v1/plan", json=changed)).status_code == 200
    assert (await in_force(await hotline.signed_in("1001")))["agents"]["1002"]["numbers"] == ["138****0002"]
    assert agents["queues"]["service"]["label"] == {"zh-CN": "综合服务", "en": "Service"}


async def test_a_change_is_effective_at_once_and_on_record(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    plan = await in_force(boss)
    plan["queues"]["service"]["ring_s"] = 22
    saved = await boss.put("/api/v1/plan", json=plan)
    assert saved.json()["version"] == plan["version"] + 1
    assert hotline.loop.floor.plan.queues["service"].ring_ms == 22_000
    assert hotline.loop.floor.plan.version == plan["version"] + 1
    (line, _) = (await boss.get("/api/v1/plan/history")).json()
    assert (line["who"], line["what"]) == ("boss", "queues.service.ring_s: 15 -> 22")
    assert (await hotline.parts.audit.newest(who="boss"))[0].act == "change_plan"


async def test_a_plan_that_cannot_be_names_key_and_mend(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    plan = await in_force(boss)
    plan["access_numbers"]["95000"]["queue"] = "servise"
    answer = await boss.put("/api/v1/plan", json=plan)
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {
            "place": "plan: access_numbers.95000.queue",
            "what": "there is no queue 'servise'",
            "mend": "did you mean 'service'?",
        }
    ]
    assert hotline.loop.floor.plan.version == plan["version"]


async def test_two_who_change_it_at_once_do_not_overwrite_each_other(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    plan = await in_force(boss)
    plan["pop_ms"] = 200
    await boss.put("/api/v1/plan", json=plan)
    plan["pop_ms"] = 300
    answer = await boss.put("/api/v1/plan", json=plan)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:hotline:problem:changed-meanwhile")
    assert hotline.loop.floor.plan.pop_ms == 200


async def test_a_queue_in_which_contacts_wait_cannot_be_taken_away(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    hotline.call()
    hotline.queue("pbx1-1.1", "repair")
    plan = await in_force(boss)
    del plan["queues"]["repair"]
    answer = await boss.put("/api/v1/plan", json=plan)
    assert answer.status_code == 409
    assert "contacts of queue 'repair' wait" in answer.json()["detail"]
    assert (await in_force(boss))["version"] == plan["version"]


async def test_what_a_flow_names_cannot_be_taken_away(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    told = Problem("main.yaml:9: steps.broken.queue", "there is no queue 'repair'", "keep it in the plan")
    hotline.app.state.parts = replace(hotline.parts, lacking=lambda plan: () if "repair" in plan.queues else (told,))
    plan = await in_force(boss)
    del plan["queues"]["repair"]
    answer = await boss.put("/api/v1/plan", json=plan)
    assert answer.status_code == 422
    assert answer.json()["problems"] == [asdict(told)]
    assert hotline.loop.floor.plan.version == plan["version"]


async def test_saving_what_is_in_force_changes_nothing(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    plan = await in_force(boss)
    facts = hotline.loop.floor.number
    assert (await boss.put("/api/v1/plan", json=plan)).json()["version"] == plan["version"]
    assert hotline.loop.floor.number == facts


async def test_a_change_is_rehearsed_and_nothing_is_changed(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    plan = await in_force(boss)
    plan["queues"]["service"]["ring_s"] = 22
    facts = hotline.loop.floor.number
    told = (await boss.post("/api/v1/plan/changes", json=plan)).json()
    assert told == {"version": plan["version"], "changes": ["queues.service.ring_s: 15 -> 22"]}
    assert (await in_force(boss))["queues"]["service"]["ring_s"] == 15
    assert hotline.loop.floor.number == facts


async def test_a_rehearsal_is_refused_as_the_change_would_be(hotline: Hotline, boss: httpx.AsyncClient) -> None:
    plan = await in_force(boss)
    old = plan | {"version": plan["version"] + 7}
    wrong = plan | {"agent_order": ["oldest"]}
    hotline.call()
    hotline.queue("pbx1-1.1", "repair")
    waited_for = plan | {"queues": {name: one for name, one in plan["queues"].items() if name != "repair"}}
    for wanted, status in ((old, 409), (wrong, 422), (waited_for, 409)):
        rehearsed = await boss.post("/api/v1/plan/changes", json=wanted)
        changed = await boss.put("/api/v1/plan", json=wanted)
        assert (rehearsed.status_code, changed.status_code) == (status, status)
        assert rehearsed.json() == changed.json()


async def test_people_are_listed_without_their_passwords(boss: httpx.AsyncClient) -> None:
    people = (await boss.get("/api/v1/users")).json()
    assert [one["login"] for one in people] == ["1001", "1002", "boss", "ear", "root"]
    assert "password" not in str(people)


async def test_an_admin_lets_somebody_in_who_then_signs_in(hotline: Hotline) -> None:
    admin = await hotline.signed_in("root")
    new = {"login": "1003", "name": "坐席丙", "role": "agent", "password": "a password for tests"}
    answer = await admin.post("/api/v1/users", json=new)
    assert (answer.status_code, answer.json()["agent"]) == (201, "1003")
    assert (await hotline.signed_in("1003")) is not None
    (entry, *_) = await hotline.parts.audit.newest(subject="1003")
    assert (entry.who, entry.act) == ("root", "add_user")


async def test_a_short_password_and_a_taken_login_are_refused(hotline: Hotline) -> None:
    admin = await hotline.signed_in("root")
    short = await admin.post("/api/v1/users", json={"login": "x", "role": "inspector", "password": "short"})
    assert "use 12 to 128" in short.json()["detail"]
    taken = await admin.post(
        "/api/v1/users", json={"login": "boss", "role": "inspector", "password": "a password for tests"}
    )
    assert (taken.status_code, "taken" in taken.json()["detail"]) == (422, True)
