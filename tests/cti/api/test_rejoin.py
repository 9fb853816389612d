"""The page comes back into the talk."""

from acd import commands as c
from acd import events as e
from tests.cti.api.hotline import Hotline


async def test_an_agent_rejoins_the_talk_he_is_in(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    hotline.on_duty()
    offer = hotline.talk()
    answer = await agent.post("/api/v1/agents/me/rejoin")
    assert (answer.status_code, answer.json()["state"]) == (200, "talking")
    ring = hotline.phones.released[-1]
    assert isinstance(ring, c.RingRejoin)
    assert (ring.offer, ring.extension) == (offer, "8001")


async def test_who_talks_with_nobody_has_nothing_to_rejoin(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    hotline.on_duty()
    answer = await agent.post("/api/v1/agents/me/rejoin")
    assert (answer.status_code, answer.json()["detail"]) == (409, "there is no talk to rejoin")
    hotline.call()
    hotline.queue("pbx1-1.1")
    answer = await agent.post("/api/v1/agents/me/rejoin")
    assert (answer.status_code, "not in a talk" in answer.json()["detail"]) == (409, True)


async def test_the_desk_sees_until_when_the_caller_waits(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    hotline.on_duty()
    offer = hotline.talk()
    hotline.loop.tell(e.AgentLegLost(at=hotline.now(), offer=offer))
    lost_at = hotline.loop.floor.at
    view = hotline.parts.views.agent("1001")
    assert view.rejoin_until == lost_at + 8000
    again = (await agent.post("/api/v1/agents/me/rejoin")).json()
    assert again["rejoin_until"] >= lost_at + 8000
    leg = hotline.loop.floor.offers[offer].rejoin
    assert leg is not None
    hotline.loop.tell(e.RejoinAnswered(at=hotline.now(), offer=offer, leg=leg))
    assert hotline.parts.views.agent("1001").rejoin_until is None
