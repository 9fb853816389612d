"""Why a contact waits, why this agent, why not the others: over the API, in the reader's language."""

import pytest

from acd import events as e
from acd.plan import Preferred
from cti.journal import loop
from tests.cti.api.hotline import Hotline

CONTACT = "/api/v1/contacts/pbx1-1.1/reasons"


def by_reason(listed: list[dict[str, object]]) -> dict[str, object]:
    return {str(one["reason"]): one["who"] for one in listed}


async def test_a_waiting_contact_says_what_keeps_each_agent_from_it(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    hotline.call()
    hotline.queue("pbx1-1.1")
    hotline.call("pbx1-1.2")
    hotline.queue("pbx1-1.2")
    found = (await boss.get("/api/v1/contacts/pbx1-1.2/reasons")).json()
    assert (found["state"], found["ahead"], found["choices"]) == ("waiting", 1, [])
    assert found["text"].startswith("It waits: of the able agents nobody is on duty. 1 with the same need")
    reasons = by_reason(found["waiting"])
    assert "1001" in reasons["logged_out"]  # type: ignore[operator]
    assert sum(one["count"] for one in found["waiting"]) == len(hotline.loop.floor.agents)


async def test_each_choice_says_who_was_chosen_who_would_have_been_next_and_who_was_passed_over(
    hotline: Hotline,
) -> None:
    boss = await hotline.signed_in("boss")
    hotline.on_duty("1001", "8001")
    hotline.loop.tell(e.AgentSignedIn(at=hotline.now(), agent="1002", extension="8002"))
    hotline.talk()
    await hotline.written()
    found = (await boss.get(CONTACT)).json()
    assert (found["state"], found["text"]) == ("talking", "It talks with agent 1001.")
    (choice,) = found["choices"]
    assert (choice["agent"], choice["over_contacts"]) == ("1001", [])
    reasons = by_reason(choice["agents"])
    assert (reasons["chosen"], reasons["not_ready"]) == (["1001"], ["1002"])
    assert sum(one["count"] for one in choice["agents"]) == len(hotline.loop.floor.agents)


async def test_a_choice_of_long_ago_is_told_from_the_record(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = await hotline.signed_in("boss")
    hotline.on_duty()
    hotline.talk()
    await hotline.written()
    monkeypatch.setattr(loop, "LOOK_BACK", 1)
    (choice,) = (await boss.get(CONTACT)).json()["choices"]
    assert choice["agent"] == "1001"
    assert all(one["who"] == [] and one["count"] > 0 for one in choice["agents"])


async def test_it_speaks_chinese_to_who_reads_chinese(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    hotline.call()
    hotline.queue("pbx1-1.1")
    answer = await boss.get(CONTACT, headers={"Accept-Language": "zh-CN,en;q=0.5"})
    assert answer.headers["content-language"] == "zh-CN"
    assert answer.json()["text"] == "正在等待：合格坐席无人在岗。"
    assert "未签入" in {one["text"] for one in answer.json()["waiting"]}


async def test_a_contact_that_is_over_is_told_of_from_the_records(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    hotline.call()
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    await hotline.written()
    found = (await boss.get(CONTACT)).json()
    assert (found["state"], found["text"], found["choices"]) == (None, "It has ended.", [])
    assert (await boss.get("/api/v1/contacts/nobody/reasons")).status_code == 404


async def test_an_agent_who_gets_no_contact_learns_why(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    found = (await boss.get("/api/v1/agents/1001/reasons")).json()
    assert (found["standing"], found["text"]) == ("logged_out", "Agent 1001 gets no offer: he is not signed in.")
    hotline.on_duty()
    found = (await boss.get("/api/v1/agents/1001/reasons")).json()
    assert found["text"] == "Agent 1001 is idle; of those who wait there is nobody for him."
    hotline.talk()
    found = (await boss.get("/api/v1/agents/1001/reasons")).json()
    assert found["text"] == "Agent 1001 gets no other offer: contact pbx1-1.1 is his."
    assert (await boss.get("/api/v1/agents/9999/reasons")).status_code == 404


async def test_an_agent_sees_his_own_reasons_and_nobody_elses(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    hotline.on_duty()
    hotline.call()
    hotline.queue("pbx1-1.1", "vip")
    own = (await agent.get("/api/v1/agents/me/reasons")).json()
    assert own["agent"] == "1001"
    assert by_reason(own["waiting"]) == {"no_skill": ["pbx1-1.1"]}
    for others in ("/api/v1/agents/1002/reasons", CONTACT):
        assert (await agent.get(others)).status_code == 403


async def test_a_waiting_contact_tells_at_which_step_it_is_and_until_when(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    hotline.on_duty()
    hotline.talk("pbx1-1.9")
    hotline.call()
    hotline.queue("pbx1-1.1", preferred=(Preferred(agents=("1001",), for_ms=600_000),))
    found = (await boss.get(CONTACT)).json()
    step = found["step"]
    assert (step["step"], step["agents"], step["cause"]) == (-1, ["1001"], None)
    assert step["next_at"] - step["since"] == 600_000
    assert step["text"].startswith("It waits for its preferred agents first: 1001. The next one follows in ")
    assert set(by_reason(found["waiting"])) == {"talking", "not_preferred"}
    hotline.call("pbx1-1.2")
    hotline.queue("pbx1-1.2")
    assert (await boss.get("/api/v1/contacts/pbx1-1.2/reasons")).json()["step"] is None
