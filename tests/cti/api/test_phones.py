"""An agent's phone: which there are, and what a page needs to be one."""

from dataclasses import replace

import pytest

from acd import events as e
from tests.cti.api.hotline import Hotline

SOCKET = "wss://pbx.example.cn:8089/ws"


@pytest.fixture
def with_socket(hotline: Hotline) -> Hotline:
    hotline.app.state.parts = replace(hotline.parts, phone_sockets=[SOCKET])
    return hotline


async def test_every_phone_says_its_kind_and_who_has_it(hotline: Hotline) -> None:
    agent = await hotline.signed_in("1001")
    await agent.post("/api/v1/agents/me/sign-in", json={"extension": "8002"})
    hotline.loop.tell(e.PhoneUnreachable(at=hotline.now(), extension="8101"))
    phones = {each["extension"]: each for each in (await agent.get("/api/v1/phones")).json()}
    assert list(phones) == list(hotline.parts.plan().phones)
    assert phones["8002"] == {"extension": "8002", "kind": "sip", "taken_by": "1001", "reachable": True}
    assert phones["8101"] == {"extension": "8101", "kind": "browser", "taken_by": None, "reachable": False}


async def test_a_page_gets_what_it_needs_to_be_its_agents_phone(with_socket: Hotline) -> None:
    agent = await with_socket.signed_in("1001")
    await agent.post("/api/v1/agents/me/sign-in", json={"extension": "8101"})
    phone = (await agent.get("/api/v1/agents/me/phone")).json()
    assert len(phone.pop("password")) >= 16
    assert phone == {
        "extension": "8101",
        "kind": "browser",
        "sip_uri": "sip:8101@pbx.example.cn",
        "ws_url": SOCKET,
        "user": "8101",
    }


async def test_a_phone_of_its_own_tells_the_page_no_password(with_socket: Hotline) -> None:
    agent = await with_socket.signed_in("1001")
    await agent.post("/api/v1/agents/me/sign-in", json={"extension": "8001"})
    phone = (await agent.get("/api/v1/agents/me/phone")).json()
    assert (phone["kind"], phone["password"]) == ("sip", "")


async def test_who_has_no_phone_is_told_to_take_one(with_socket: Hotline) -> None:
    agent = await with_socket.signed_in("1001")
    answer = await agent.get("/api/v1/agents/me/phone")
    assert (answer.status_code, answer.json()["detail"]) == (409, "sign in on a phone first")
