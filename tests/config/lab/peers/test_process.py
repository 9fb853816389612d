"""Callers and agents with audio, calling each other directly: no Asterisk in between."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from config.lab.peers import tones
from config.lab.peers.process import NeverHappened, PeersError, PeersProcess
from config.lab.peers.script import Digits, Ringing


@pytest_asyncio.fixture
async def peers(tmp_path: Path) -> AsyncIterator[PeersProcess]:
    async with PeersProcess(log=tmp_path / "peers.jsonl") as peers:
        yield peers


async def test_caller_and_agent_hear_each_other_and_the_agent_knows_the_contact(
    peers: PeersProcess, tmp_path: Path
) -> None:
    phone = await peers.plug_in("8003", ringing=Ringing(ring_s=0.2))
    call = await peers.dial("8003", caller="13800001234", name="Li Lei", headers={"X-Hotline-Contact": "lab-1700.5"})
    ringing = await phone.wait_for("ringing", deadline_s=5)
    assert ringing["contact"] == "lab-1700.5"
    assert ringing["call_id"] == call.call_id
    assert "13800001234" in ringing["number"]
    await call.wait_for("heard", tone_hz=phone.tone_hz, deadline_s=5)
    await phone.wait_for("heard", tone_hz=tones.caller_tone(0), deadline_s=5)
    await call.hang_up()
    ended = await call.wait_for("hung_up", deadline_s=5)
    assert [span[0] for span in ended["tones"]] == [phone.tone_hz]
    assert (await phone.wait_for("remote_hung_up", deadline_s=5))["contact"] == "lab-1700.5"
    lines = [json.loads(line) for line in (tmp_path / "peers.jsonl").read_text().splitlines()]
    assert lines == peers.events
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


async def test_caller_talks_for_its_time_and_hangs_up(peers: PeersProcess) -> None:
    await peers.plug_in("8003")
    call = await peers.dial("8003", caller="13800001234", talk_s=0.5)
    heard = await call.wait_for("heard", deadline_s=5)
    ended = await call.wait_for("hung_up", deadline_s=5)
    assert ended["at"] - heard["since"] >= 500


async def test_agent_ends_the_call_after_its_time(peers: PeersProcess) -> None:
    phone = await peers.plug_in("8003", ringing=Ringing(talk_s=0.3))
    call = await peers.dial("8003", caller="13800001234")
    await phone.wait_for("hung_up", deadline_s=5)
    assert (await call.wait_for("remote_hung_up", deadline_s=5))["answered_at"] > 0


async def test_caller_without_an_answer_loses_patience(peers: PeersProcess) -> None:
    phone = await peers.plug_in("8003", ringing=Ringing(act="ignore"))
    call = await peers.dial("8003", caller="13800001234", patience_s=0.4)
    await call.wait_for("gave_up", deadline_s=5)
    assert (await call.wait_for("hung_up", deadline_s=5))["answered_at"] == 0
    assert (await phone.wait_for("remote_hung_up", deadline_s=5))["answered_at"] == 0


async def test_busy_phone_answers_486(peers: PeersProcess) -> None:
    phone = await peers.plug_in("8003", ringing=Ringing(act="busy"))
    call = await peers.dial("8003", caller="13800001234")
    assert (await call.wait_for("failed", deadline_s=5))["status"] == 486
    await phone.wait_for("rejected", deadline_s=5)


async def test_phone_changes_its_mind_for_the_next_call(peers: PeersProcess) -> None:
    phone = await peers.plug_in("8003", ringing=Ringing(act="busy"))
    await (await peers.dial("8003", caller="13800001234")).wait_for("failed", deadline_s=5)
    await phone.behave(Ringing())
    await (await peers.dial("8003", caller="13800001235")).wait_for("answered", deadline_s=5)


@pytest.mark.parametrize("how", ["rtpevent", "info"])
async def test_digits_are_pressed_once_something_is_heard(peers: PeersProcess, how: str) -> None:
    phone = await peers.plug_in("8003")
    await peers.dial("8003", caller="13800001234", dtmf=how, digits=(Digits(press="1#"),))
    for digit in "1#":
        await phone.wait_for("received_digit", digit=digit, deadline_s=5)


async def test_digits_as_sound_interrupt_the_tone(peers: PeersProcess) -> None:
    phone = await peers.plug_in("8003")
    call = await peers.dial("8003", caller="13800001234")
    await phone.wait_for("heard", deadline_s=5)
    await call.send_digits("1234", how="inband")
    await phone.wait_for("unheard", deadline_s=5)
    await phone.wait_for("heard", since=len(peers.events) - 1, deadline_s=5)


async def test_phones_of_a_killed_process_vanish(peers: PeersProcess) -> None:
    async with PeersProcess() as others:
        await others.plug_in("8003", ringing=Ringing(act="ignore"))
        call = await peers.dial("8003", caller="13800001234", server=f"127.0.0.1:{others.sip_port}")
        await call.wait_for("ringing", deadline_s=5)
        await others.kill()
        with pytest.raises(PeersError, match="not running"):
            await others.plug_in("8004")


async def test_errors_name_the_peer_and_the_reason(peers: PeersProcess) -> None:
    with pytest.raises(PeersError, match="cannot be dialled"):
        await peers.dial("8003@evil", caller="13800001234")
    async with PeersProcess() as others:  # a SIP peer, but no registrar
        server = f"127.0.0.1:{others.sip_port}"
        with pytest.raises(PeersError, match=f"agent-8003: does not register with {server}: .* 501"):
            await peers.plug_in("8003", password="secret", server=server)
    with pytest.raises(PeersError, match="display name"):
        await peers.dial("8003", caller="13800001234", name='Li "Lei"')
    with pytest.raises(NeverHappened, match="happened"):
        await peers.wait_for("heard", deadline_s=0.1)


async def test_the_peers_processor_time_is_known(peers: PeersProcess) -> None:
    assert await peers.cpu_seconds() > 0


async def test_calls_of_one_process_have_tones_of_their_own(peers: PeersProcess) -> None:
    phones = [await peers.plug_in(f"80{number:02}") for number in range(4)]
    calls = [await peers.dial(phone.extension, caller="13800001234") for phone in phones]
    heard = [await call.wait_for("heard", deadline_s=5) for call in calls]
    assert [event["tone_hz"] for event in heard] == [phone.tone_hz for phone in phones]
    at_phones = [await phone.wait_for("heard", deadline_s=5) for phone in phones]
    assert [event["tone_hz"] for event in at_phones] == [tones.caller_tone(number) for number in range(4)]


async def test_a_refusal_that_comes_at_once_is_known_as_one(peers: PeersProcess) -> None:
    # Nobody has this number: the stack refuses before the caller's side is done with dialling.
    for number in range(20):
        call = await peers.dial("8999", caller=f"1380000{number:04}")
        assert call.call_id
        assert (await call.wait_for("failed", deadline_s=5))["status"] >= 400
