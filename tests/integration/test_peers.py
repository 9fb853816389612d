"""The SIP peers against a real Asterisk: callers hear it, phones register and are told the contact."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from config.lab import Lab
from config.lab.peers.process import PeersError, PeersProcess
from ivr.phones import phone_objects

PASSWORD = "not-a-secret-here"


@pytest_asyncio.fixture
async def peers() -> AsyncIterator[PeersProcess]:
    async with PeersProcess() as peers:
        yield peers


@pytest_asyncio.fixture
async def ari(asterisk: Lab) -> AsyncIterator[aiohttp.ClientSession]:
    login = {"Authorization": aiohttp.encode_basic_auth(asterisk.spec.ari.user, asterisk.spec.ari.secret)}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{asterisk.spec.ports.http}/ari/", headers=login) as session:
        yield session


def sip(lab: Lab) -> str:
    return f"127.0.0.1:{lab.spec.ports.sip}"


@pytest_asyncio.fixture
async def extensions(ari: aiohttp.ClientSession) -> AsyncIterator[tuple[str, str]]:
    names = ("8801", "8802")
    phones = [phone for name in names for phone in phone_objects(name, PASSWORD)]
    for kind, name, fields in phones:
        body = {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}
        async with ari.put(f"asterisk/config/dynamic/res_pjsip/{kind}/{name}", json=body) as answer:
            assert answer.status == 200, await answer.text()
    yield names
    for kind, name, _ in reversed(phones):
        await ari.delete(f"asterisk/config/dynamic/res_pjsip/{kind}/{name}")


async def test_a_caller_hears_early_media_and_the_log_has_the_sip_call_id(asterisk: Lab, peers: PeersProcess) -> None:
    call = await peers.dial("95000", caller="13800001234", name="Li Lei", server=sip(asterisk))
    await call.wait_for("sound", deadline_s=10)
    await call.hang_up()
    await call.wait_for("hung_up", deadline_s=5)
    assert any(call.call_id in event.extra and event.number == "13800001234" for event in asterisk.call_events())


async def test_a_phone_registers_and_reads_the_contact_of_its_call(
    asterisk: Lab, peers: PeersProcess, ari: aiohttp.ClientSession, extensions: tuple[str, str]
) -> None:
    phone = await peers.plug_in(extensions[0], password=PASSWORD, server=sip(asterisk))
    call = {
        "endpoint": f"PJSIP/{extensions[0]}",
        "context": "hotline-agents",
        "extension": "1",
        "variables": {"PJSIP_HEADER(add,X-Hotline-Contact)": "lab-1700000000.7"},
    }
    async with ari.post("channels", json=call) as answer:
        assert answer.status == 200, await answer.text()
    ringing = await phone.wait_for("ringing", deadline_s=5)
    assert ringing["contact"] == "lab-1700000000.7"
    await phone.wait_for("remote_hung_up", deadline_s=10)
    await phone.leave()


async def test_two_phones_hear_each_other_through_a_bridge(
    asterisk: Lab, peers: PeersProcess, ari: aiohttp.ClientSession, extensions: tuple[str, str]
) -> None:
    one, two = [await peers.plug_in(name, password=PASSWORD, server=sip(asterisk)) for name in extensions]
    async with ari.ws_connect("events?app=peers-test"):
        await ari.post("bridges/peers-test", params={"type": "mixing"})
        for name in extensions:
            await ari.post(f"channels/to-{name}", params={"endpoint": f"PJSIP/{name}", "app": "peers-test"})
        for phone in (one, two):
            await phone.wait_for("answered", deadline_s=5)
        await ari.post(
            "bridges/peers-test/addChannel", params={"channel": ",".join(f"to-{name}" for name in extensions)}
        )
        await one.wait_for("heard", tone_hz=two.tone_hz, deadline_s=5)
        await two.wait_for("heard", tone_hz=one.tone_hz, deadline_s=5)
        await (await two.rings(deadline_s=1)).hang_up()
        ended = await two.wait_for("hung_up", deadline_s=5)
        assert [tone for tone, _, _ in ended["tones"]] == [one.tone_hz]
        await ari.delete(f"channels/to-{extensions[0]}")
        await one.wait_for("remote_hung_up", deadline_s=5)
        await ari.delete("bridges/peers-test")
    for phone in (one, two):
        await phone.leave()


async def test_a_wrong_password_is_refused_with_its_status(
    asterisk: Lab, peers: PeersProcess, extensions: tuple[str, str]
) -> None:
    with pytest.raises(PeersError, match=r"agent-8801: does not register .* 40[13]"):
        await peers.plug_in(extensions[0], password="another-secret", server=sip(asterisk))
