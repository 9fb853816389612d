"""Volume: sipp's callers and phones, and what is said when sipp cannot work."""

from pathlib import Path

import pytest

from config.lab.peers.process import PeersProcess
from config.lab.peers.script import Ringing
from config.lab.peers.sipp import SippError
from config.lab.peers.volume import phone, place_calls


async def test_many_calls_are_answered_by_one_phone_and_counted() -> None:
    async with phone(ring_s=0.05) as server:
        done = await place_calls(server, "95000", calls=20, rate=20, talk_s=0.5)
    assert (done.placed, done.succeeded, done.failed) == (20, 20, 0)


async def test_its_tone_is_heard_and_its_names_are_sent_as_they_are() -> None:
    async with PeersProcess() as peers:
        agent = await peers.plug_in("8003")
        server = f"127.0.0.1:{peers.sip_port}"
        done = await place_calls(
            server,
            "8003",
            calls=1,
            rate=1,
            talk_s=1,
            tone_hz=1525,
            name='"x\\" ${SYSTEM(id)}"',
            first_caller=13912345678,
        )
        assert done.succeeded == 1
        assert "13912345678" in (await agent.wait_for("ringing", deadline_s=1))["number"]
        await agent.wait_for("heard", tone_hz=1525, deadline_s=1)


async def test_calls_that_the_other_side_ends_succeed_too() -> None:
    async with PeersProcess() as peers:
        await peers.plug_in("8003", ringing=Ringing(talk_s=0.2))
        done = await place_calls(f"127.0.0.1:{peers.sip_port}", "8003", calls=3, rate=10, talk_s=20)
    assert (done.succeeded, done.failed) == (3, 0)


async def test_refused_calls_are_counted_with_the_reason() -> None:
    async with PeersProcess() as peers:
        await peers.plug_in("8003", ringing=Ringing(act="busy"))
        done = await place_calls(f"127.0.0.1:{peers.sip_port}", "8003", calls=2, rate=10, talk_s=0.2)
    assert (done.succeeded, done.failed, done.failures) == (0, 2, {"unexpected message": 2})


async def test_a_missing_sipp_is_said_with_its_mend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SippError, match="apt-get install sip-tester"):
        await place_calls("127.0.0.1:9", "1", calls=1, rate=1, talk_s=0)


async def test_what_sipp_cannot_do_has_its_own_words() -> None:
    with pytest.raises(SippError, match="sipp ended with"):
        await place_calls("no such host", "1", calls=1, rate=1, talk_s=0)
