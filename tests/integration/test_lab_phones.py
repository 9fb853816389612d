"""An agent's phone, pushed through ARI into an Asterisk that goes on running."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from config.asterisk import Ports
from config.lab import Installation, Lab, start
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from ivr.ari.link import AriLink
from ivr.gateway.phones import Phones
from ivr.phones import TRANSFERS_TO_ARI, media_address, phone_objects
from tests.fakes.flow_server import FlowServer, leave
from tests.fakes.rtp import tones
from tests.fakes.sip_peer import Dialog, SipPeer
from tests.integration.ari import Ari
from tests.integration.calls import history

PASSWORD = "phone-secret-1"


async def push(ari: Ari, extension: str, *, webrtc: bool = False, transfers: bool = False) -> None:
    """Send the phone's objects as hotline does."""
    transport = await ari.get("asterisk/config/dynamic/res_pjsip/transport/udp")
    (bind,) = [field["value"] for field in transport if field["attribute"] == "bind"]
    for each in phone_objects(
        extension, PASSWORD, webrtc=webrtc, transfers_to_ari=transfers, media_address=media_address(bind)
    ):
        fields = [{"attribute": key, "value": value} for key, value in each.fields.items()]
        await ari.put(f"asterisk/config/dynamic/res_pjsip/{each.type}/{each.id}", {"fields": fields})


def offers_alaw_first(call: Dialog) -> bool:
    """Whether the call that came in offers A-law, as carriers deliver it, before anything else."""
    return call.invitation is not None and bool(
        re.search(r"^m=audio \d+ RTP/AVP 8 ", call.invitation.body, re.MULTILINE)
    )


def sockets_of(pid: int, ports: Ports) -> set[str]:
    """The addresses, as /proc/net writes them, on which the lab's own ports are open for UDP and listening for TCP."""
    found = set()
    for table in ("udp", "udp6", "tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            address, _, port = line.split()[1].partition(":")
            if ports.sip <= int(port, 16) <= ports.rtp_last and (table.startswith("udp") or line.split()[3] == "0A"):
                found.add(address)
    return found


async def remove(ari: Ari, extension: str) -> None:
    """Take the phone's objects away again."""
    for each in reversed(phone_objects(extension, PASSWORD)):
        await ari.delete(f"asterisk/config/dynamic/res_pjsip/{each.type}/{each.id}")


@pytest_asyncio.fixture(loop_scope="session")
async def phone(asterisk: Lab) -> AsyncIterator[SipPeer]:
    peer = await SipPeer.open(asterisk.spec.ports.sip)
    yield peer
    peer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def ari(asterisk: Lab) -> AsyncIterator[Ari]:
    async with Ari.of(asterisk) as connected:
        yield connected


async def test_a_pushed_phone_registers_and_rings_at_once(asterisk: Lab, ari: Ari, phone: SipPeer) -> None:
    assert await phone.register("8101", PASSWORD) >= 400
    await push(ari, "8101")
    assert await phone.register("8101", "another-password") == 401
    assert await phone.register("8101", PASSWORD) == 200
    await ari.post("channels", endpoint="PJSIP/8101", app="hotline", appArgs="agent", formats="alaw")
    call = await phone.incoming.get()
    assert offers_alaw_first(call)
    call.answer()
    started = await ari.event("StasisStart")
    assert started["args"] == ["agent"]
    assert sockets_of(asterisk.pid, asterisk.spec.ports) == {"0100007F"}
    await ari.delete(f"channels/{started['channel']['id']}")
    async with asyncio.timeout(10):
        await call.ended.wait()
    await remove(ari, "8101")
    assert await phone.register("8101", PASSWORD) >= 400


async def test_the_newest_registration_takes_over(asterisk: Lab, ari: Ari, phone: SipPeer) -> None:
    await push(ari, "8102")
    before = await SipPeer.open(asterisk.spec.ports.sip)
    assert await before.register("8102", PASSWORD) == 200
    assert await phone.register("8102", PASSWORD) == 200
    await ari.post("channels", endpoint="PJSIP/8102", app="hotline")
    call = await phone.incoming.get()
    assert before.incoming.empty()
    call.answer()
    await ari.delete(f"channels/{(await ari.event('StasisStart'))['channel']['id']}")
    before.close()
    await remove(ari, "8102")


async def test_a_phone_that_was_made_known_again_is_rung_where_it_registers_next_alone(
    installation: Installation, tmp_path: Path
) -> None:
    up = asyncio.Event()
    pages: set[str] = set()

    async def secrets(extensions: object) -> dict[str, str]:
        return {"8104": PASSWORD}

    async with await start(tmp_path / "lab", installation=installation) as lab:
        ports, ari = lab.spec.ports, lab.spec.ari
        link = AriLink(
            *(lab.name, f"http://127.0.0.1:{ports.http}/ari", ari.user, ari.secret, "hotline"),
            allowed_events=(),
            on_event=lambda event: None,
            on_up=up.set,
            on_down=lambda error: None,
        )
        journal = JournalFiles(tmp_path / "journal")
        phones = Phones(secrets, lambda: ("8104",), lambda: pages, FloorLoop(journal.open().floor, journal, Clock()))

        async def contacts() -> int:
            return (await lab.command("pjsip show contacts")).count("8104/sip:")

        await link.start()
        async with asyncio.timeout(10):
            await up.wait()
        await phones.bring_up(link, lambda event: None)
        before, after = [await SipPeer.open(ports.sip) for _ in range(2)]
        assert await before.register("8104", PASSWORD) == 200
        await phones.bring_up(link, lambda event: None)
        assert await contacts() == 1
        assert await after.register("8104", PASSWORD) == 200
        assert await contacts() == 1
        await link.ari.channels.originate("PJSIP/8104", app="hotline", channel_id="ring")
        async with asyncio.timeout(10):
            await after.incoming.get()
        assert before.incoming.empty()
        await link.ari.channels.hangup("ring")
        # A page from now on: another kind of phone, which registers anew.
        pages.add("8104")
        await phones.bring_up(link, lambda event: None)
        assert await contacts() == 0
        for peer in (before, after):
            peer.close()
        await link.stop()
        journal.close()


async def test_what_a_phone_transfers_by_itself_is_told_to_ari(asterisk: Lab, ari: Ari, phone: SipPeer) -> None:
    await push(ari, "8103", transfers=True)
    assert await phone.register("8103", PASSWORD) == 200
    await ari.post("channels", {"variables": TRANSFERS_TO_ARI}, endpoint="PJSIP/8103", app="hotline")
    call = await phone.incoming.get()
    call.answer()
    channel = (await ari.event("StasisStart"))["channel"]["id"]
    call.send("REFER", ["Refer-To: <sip:13800000009@127.0.0.1>"])
    transfer = await ari.event("ChannelTransfer")
    assert transfer["refer_to"]["requested_destination"]["destination"] == "13800000009"
    await ari.delete(f"channels/{channel}")
    await remove(ari, "8103")


async def test_a_phone_that_may_not_transfer_is_told_so_and_keeps_the_call(
    asterisk: Lab, ari: Ari, phone: SipPeer
) -> None:
    await push(ari, "8108")
    assert await phone.register("8108", PASSWORD) == 200
    await ari.post("channels", endpoint="PJSIP/8108", app="hotline")
    call = await phone.incoming.get()
    call.answer()
    channel = (await ari.event("StasisStart"))["channel"]["id"]
    call.send("REFER", ["Refer-To: <sip:13800000009@127.0.0.1>"])
    assert (await call.response("REFER")).status == 603
    assert (await ari.get(f"channels/{channel}"))["state"] == "Up"
    await ari.delete(f"channels/{channel}")
    await remove(ari, "8108")


async def test_a_phone_pushed_again_in_the_middle_of_a_call_keeps_it(asterisk: Lab, ari: Ari, phone: SipPeer) -> None:
    await push(ari, "8109")
    assert await phone.register("8109", PASSWORD) == 200
    await ari.post("channels", endpoint="PJSIP/8109", app="hotline")
    call = await phone.incoming.get()
    call.answer()
    channel = (await ari.event("StasisStart"))["channel"]["id"]
    await push(ari, "8109")
    await push(ari, "8109", transfers=True)
    assert (await ari.get(f"channels/{channel}"))["state"] == "Up"
    await ari.delete(f"channels/{channel}")
    await ari.post("channels", endpoint="PJSIP/8109", app="hotline")
    async with asyncio.timeout(10):
        (await phone.incoming.get()).answer()
    await ari.delete(f"channels/{(await ari.event('StasisStart'))['channel']['id']}")
    await remove(ari, "8109")


async def test_a_phone_that_dials_by_itself_is_refused(asterisk: Lab, ari: Ari, phone: SipPeer) -> None:
    await push(ari, "8104")
    assert await phone.register("8104", PASSWORD) == 200
    # An INVITE in the phone's name is asked for its password like a REGISTER.
    assert await phone.invite("13800000009", caller="8104").established() == 401
    await remove(ari, "8104")


async def test_a_browsers_phone_is_taken_too(asterisk: Lab, ari: Ari) -> None:
    await push(ari, "8105", webrtc=True)
    shown = await asterisk.command("pjsip show endpoint 8105")
    for line in ("media_encryption : dtls", "ice_support : true", "use_avpf : true", "rtcp_mux : true"):
        assert line in " ".join(shown.split())
    await remove(ari, "8105")


async def test_after_a_restart_of_asterisk_a_phone_pushed_again_rings_without_registering(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "again"
    async with await start(folder, installation=installation) as lab, Ari.of(lab) as ari:
        phone = await SipPeer.open(lab.spec.ports.sip)
        await push(ari, "8106")
        assert await phone.register("8106", PASSWORD) == 200
    async with await start(folder, installation=installation) as lab, Ari.of(lab) as ari:
        await push(ari, "8106")
        await ari.post("channels", endpoint="PJSIP/8106", app="hotline")
        async with asyncio.timeout(10):
            await phone.incoming.get()
    phone.close()


def loudest(path: Path) -> float:
    """The frequency a recording is loudest at, in Hz; 0 for silence."""
    samples, rate = soundfile.read(path)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples)) if np.max(np.abs(samples)) > 0.01 else 0.0


async def test_the_recording_has_the_caller_on_one_file_and_the_agent_on_the_other(
    asterisk: Lab, ari: Ari, phone: SipPeer
) -> None:
    await push(ari, "8107")
    assert await phone.register("8107", PASSWORD) == 200
    caller = await SipPeer.open(asterisk.spec.ports.sip)
    async with FlowServer.on(asterisk.spec.ports.agi, leave("queue", HOTLINE_ROUTE="q")):
        waiting = caller.invite("95500", caller="13800000301")
        assert await waiting.established() == 200
        queued = await ari.event("StasisStart")
    await ari.post("channels", endpoint="PJSIP/8107", app="hotline", originator=queued["channel"]["id"])
    ringing = await phone.incoming.get()
    assert offers_alaw_first(ringing)
    ringing.answer()
    answered = await ari.event("StasisStart")
    bridge = (await ari.post("bridges", type="mixing"))["id"]
    channels = [queued["channel"]["id"], answered["channel"]["id"]]
    await ari.post(f"bridges/{bridge}/addChannel", channel=",".join(channels))
    await asyncio.gather(caller.rtp.play(tones([440], 2)), phone.rtp.play(tones([1000], 2)))
    waiting.hang_up()
    await ari.delete(f"channels/{channels[1]}")
    await history(asterisk, "13800000301")
    contact = queued["args"][1]
    assert loudest(asterisk.recordings / f"{contact}.caller.wav") == pytest.approx(440, abs=5)
    assert loudest(asterisk.recordings / f"{contact}.agent.wav") == pytest.approx(1000, abs=5)
    assert len(caller.rtp.heard) > 0
    await ari.delete(f"bridges/{bridge}")
    caller.close()
    await remove(ari, "8107")
