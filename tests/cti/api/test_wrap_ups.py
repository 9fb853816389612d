"""A supervisor prolongs and ends an agent's wrap-up over the API; both are on record."""

from acd import events as e
from tests.cti.api.hotline import Hotline


async def test_a_supervisor_prolongs_and_ends_a_wrap_up_on_record(hotline: Hotline) -> None:
    hotline.on_duty()
    offer = hotline.talk()
    hotline.loop.tell(e.AgentHungUp(at=hotline.now(), offer=offer))
    agent = hotline.loop.floor.agents["1001"]
    cap = agent.wrap_up_until
    boss, admin = await hotline.signed_in("boss"), await hotline.signed_in("root")
    more = await boss.post("/api/v1/agents/1001/wrap-up/more")
    assert (more.status_code, more.json()["state"]) == (200, "wrap_up")
    assert cap is not None
    assert (agent.wrap_up_until or 0) > cap
    end = await boss.post("/api/v1/agents/1001/wrap-up/end")
    assert (end.status_code, agent.state.value) == (200, "idle")
    again = await boss.post("/api/v1/agents/1001/wrap-up/end")
    assert again.status_code == 409
    acts = [(entry["who"], entry["act"]) for entry in (await admin.get("/api/v1/audit")).json()[:4]]
    assert ("boss", "prolong wrap-up") in acts
    assert ("boss", "end wrap-up") in acts
