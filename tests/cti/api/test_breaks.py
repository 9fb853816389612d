"""Breaks under a cap, over the API: asked for, waited for, allowed; on record when a supervisor steps in."""

from tests.cti.api.hotline import Hotline


async def test_who_asks_while_the_cap_is_reached_waits_until_a_supervisor_lets_him(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    plan = (await boss.get("/api/v1/plan")).json()
    plan["reasons"]["break"]["is_break"] = True
    plan["breaks"] = {"caps": {"all": {"label": {"zh-CN": "全体", "en": "All"}, "most": 0}}}
    assert (await boss.put("/api/v1/plan", json=plan)).status_code == 200
    agent = await hotline.signed_in("1001")
    extension = plan["phones"][0]
    assert (await agent.post("/api/v1/agents/me/sign-in", json={"extension": extension})).status_code == 200
    refused = await agent.put("/api/v1/agents/me/intent", json={"intent": "not_ready", "reason": "break"})
    assert refused.status_code == 409
    asked = (await agent.post("/api/v1/agents/me/break", json={"reason": "break"})).json()
    assert (asked["break_place"], asked["break_reason"]) == (1, "break")
    assert (await agent.post("/api/v1/agents/1001/break/allow")).status_code == 403
    allowed = (await boss.post("/api/v1/agents/1001/break/allow")).json()
    assert (allowed["intent"], allowed["reason"], allowed["break_place"]) == ("not_ready", "break", None)
    trail = await hotline.parts.audit.newest(subject="1001")
    assert [entry.act for entry in trail if "break" in entry.act] == ["allow break"]
