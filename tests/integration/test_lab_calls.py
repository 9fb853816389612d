"""The generated dialplan on a real Asterisk: whatever hotline does, the caller is neither lost nor believed."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from config.asterisk import Timings
from config.asterisk.cel import CallEvent
from config.lab import Installation, Lab, start
from tests.fakes.flow_server import FlowCall, FlowServer, break_off, hang, leave
from tests.fakes.rtp import touch_tones
from tests.fakes.sip_peer import Dialog, SipPeer
from tests.integration.ari import Ari
from tests.integration.calls import history


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lab(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """A lab that gives up soon and apologises in one word."""
    folder = tmp_path_factory.mktemp("calls") / "pbx7"
    timings = Timings(flow=2, dead_man=2, tries=3, pause=0.1)
    async with await start(folder, installation=installation, timings=timings, apology=("vm-goodbye",)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def peer(lab: Lab) -> AsyncIterator[SipPeer]:
    peer = await SipPeer.open(lab.spec.ports.sip)
    yield peer
    peer.close()


async def over(call: Dialog) -> None:
    """Wait until Asterisk has ended the answered call."""
    async with asyncio.timeout(20):
        assert await call.established() == 200
        await call.ended.wait()


async def ask_ami(lab: Lab, action: str) -> str:
    """The answer to one AMI action, and all that came with it until we logged off."""
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.spec.ports.ami)
    login = f"Login\r\nUsername: {lab.spec.ami.user}\r\nSecret: {lab.spec.ami.secret}"
    for each in (login, action, "Logoff"):
        writer.write(f"Action: {each}\r\n\r\n".encode())
    async with asyncio.timeout(10):
        answer = await reader.read(-1)
    writer.close()
    return answer.decode().partition("Authentication accepted\r\n\r\n")[2]


def types(events: list[CallEvent]) -> list[str]:
    return [event.type for event in events]


async def test_with_nobody_there_the_flow_is_tried_and_then_the_fallback_apologises(lab: Lab, peer: SipPeer) -> None:
    await over(peer.invite("95500", caller="13800000101"))
    events = await history(lab, "13800000101")
    assert types([event for event in events if event.type != "APP_END"]) == [
        "CHAN_START",
        "HOTLINE_CONTACT",
        "APP_START",
        "APP_START",
        "APP_START",
        "HOTLINE_FALLBACK",
        "ANSWER",
        "HOTLINE_FALLBACK_END",
        "HANGUP",
        "CHAN_END",
        "LINKEDID_END",
    ]
    assert {event.application for event in events if event.type == "APP_START"} == {"AGI"}


async def test_the_contact_is_named_in_the_log_beside_the_sip_call_id(lab: Lab, peer: SipPeer) -> None:
    call = peer.invite("95500", caller="13800000102")
    await over(call)
    (row,) = [event for event in await history(lab, "13800000102") if event.type == "HOTLINE_CONTACT"]
    contact, _, call_id = json.loads(row.extra)["extra"].partition(" ")
    assert contact == row.uniqueid
    assert contact.startswith("pbx7-")
    assert call_id == call.call_id


@pytest.mark.parametrize("number", ["95500", "8", "+8657187654321", "*98", "hotline-main", "400-123-4567", "h1"])
async def test_every_number_dialled_arrives_as_it_was_dialled(lab: Lab, peer: SipPeer, number: str) -> None:
    seen: list[str] = []

    async def flow(call: FlowCall) -> None:
        seen.append(await call.variable("HOTLINE_DIALLED"))
        await leave("hangup")(call)

    async with FlowServer.on(lab.spec.ports.agi, flow):
        await over(peer.invite(number))
    assert seen == [number]


async def test_a_flow_that_says_hang_up_is_believed(lab: Lab, peer: SipPeer) -> None:
    async with FlowServer.on(lab.spec.ports.agi, leave("hangup")) as server:
        await over(peer.invite("95500", caller="13800000103"))
    assert len(server.calls) == 1
    assert "HOTLINE_FALLBACK" not in types(await history(lab, "13800000103"))


async def test_a_flow_that_says_nothing_is_entered_again_with_the_next_try(lab: Lab, peer: SipPeer) -> None:
    tries: list[tuple[str, str, str]] = []

    async def flow(call: FlowCall) -> None:
        await call.command("ANSWER")
        names = ("HOTLINE_TRY", "HOTLINE_CONTACT", "HOTLINE_SINCE")
        first, contact, since = [await call.variable(name) for name in names]
        tries.append((first, contact, since))

    async with FlowServer.on(lab.spec.ports.agi, break_off, flow, flow):
        await over(peer.invite("95500", caller="13800000104"))
    assert [each[0] for each in tries] == ["1", "2"]
    assert tries[0][1:] == tries[1][1:]


async def test_the_contacts_time_is_that_of_its_arrival_in_milliseconds(lab: Lab, peer: SipPeer) -> None:
    since: list[int] = []

    async def flow(call: FlowCall) -> None:
        since.append(int(await call.variable("HOTLINE_SINCE")))
        await leave("hangup")(call)

    async with FlowServer.on(lab.spec.ports.agi, break_off, flow):
        await over(peer.invite("95500", caller="13800000105"))
    events = {event.type: event.at // 1000 for event in await history(lab, "13800000105")}
    assert events["CHAN_START"] <= since[0] <= events["HOTLINE_CONTACT"]


async def test_a_hung_flow_server_does_not_hold_the_caller(lab: Lab, peer: SipPeer) -> None:
    async with FlowServer.on(lab.spec.ports.agi, hang) as server:
        await over(peer.invite("95500", caller="13800000106"))
        assert len(server.calls) == 1
    assert types(await history(lab, "13800000106")).count("HOTLINE_FALLBACK") == 1


async def test_a_caller_who_hangs_up_ends_a_hung_flow(lab: Lab, peer: SipPeer) -> None:
    gone = asyncio.Event()

    async def flow(call: FlowCall) -> None:
        await call.command("ANSWER")
        await hang(call)
        gone.set()

    async with FlowServer.on(lab.spec.ports.agi, flow):
        call = peer.invite("95500", caller="13800000107")
        assert await call.established() == 200
        call.hang_up()
        await history(lab, "13800000107")
        async with asyncio.timeout(5):
            await gone.wait()


async def test_without_an_application_the_queue_falls_back_and_the_route_arrives_whole(lab: Lab, peer: SipPeer) -> None:
    route = "queue%3Dmain%26tier%3Dvip%26skill%3Dzh"
    async with FlowServer.on(lab.spec.ports.agi, leave("queue", HOTLINE_ROUTE=route)) as server:
        await over(peer.invite("95500", caller="13800000108"))
    events = await history(lab, "13800000108")
    stasis = [event.arguments for event in events if event.type == "APP_START" and event.application == "Stasis"]
    assert len(server.calls) == len(stasis) == 3
    application, kind, contact, since, given = stasis[0].split(",")
    assert (application, kind, contact, given) == ("hotline", "queue", events[0].uniqueid, route)
    assert since.isdecimal()
    assert len(set(stasis)) == 1
    assert types(events).count("HOTLINE_FALLBACK") == 1


async def test_an_application_that_goes_silent_loses_the_caller_to_the_dead_mans_time(lab: Lab, peer: SipPeer) -> None:
    async with (
        Ari.of(lab) as ari,
        FlowServer.on(lab.spec.ports.agi, leave("queue", HOTLINE_ROUTE="q"), leave("hangup")) as server,
    ):
        call = peer.invite("95500", caller="13800000109")
        started = await ari.event("StasisStart")
        assert started["args"][0] == "queue"
        await over(call)
        assert [each.environment["agi_uniqueid"] for each in server.calls] == [started["args"][1]] * 2


async def test_a_renewed_dead_mans_time_keeps_the_caller_and_zero_ends_it(lab: Lab, peer: SipPeer) -> None:
    async with Ari.of(lab) as ari, FlowServer.on(lab.spec.ports.agi, leave("queue", HOTLINE_ROUTE="q")) as server:
        call = peer.invite("95500", caller="13800000110")
        channel = (await ari.event("StasisStart"))["channel"]["id"]
        await ari.post(f"channels/{channel}/variable", variable="TIMEOUT(absolute)", value="0")
        # Longer than the dead man's time of 2 s; what is played is what we wait for.
        await ari.post(f"channels/{channel}/play", media="sound:vm-goodbye,sound:vm-goodbye,sound:vm-goodbye")
        await ari.event("PlaybackFinished")
        assert not call.ended.is_set()
        await ari.delete(f"channels/{channel}")
        await over(call)
    assert len(server.calls) == 1


async def test_a_caller_in_the_fallback_can_be_brought_home_into_the_queue(lab: Lab, peer: SipPeer) -> None:
    async with Ari.of(lab) as ari:
        call = peer.invite("95500", caller="13800000111")
        # The fallback answers.
        assert await call.established() == 200
        channel = next(event.channel for event in reversed(lab.call_events()) if event.number == "13800000111")
        answer = await ask_ami(
            lab, f"Redirect\r\nChannel: {channel}\r\nContext: hotline-queue\r\nExten: s\r\nPriority: 1"
        )
        assert "Response: Success" in answer
        await ari.event("StasisStart")
        call.hang_up()
        await history(lab, "13800000111")


@pytest.mark.parametrize(
    "name",
    [
        r"x\" ${SYSTEM(touch pwned)} ${SHELL(touch pwned)} \r\nEXEC System touch pwned",
        "1,2)&Goto(x) $[1 + 1] ;|`touch pwned`",
        "\u5f20\u4e09 \x01\x7f",
    ],
)
async def test_a_callers_name_does_not_come_in(lab: Lab, peer: SipPeer, name: str) -> None:
    caller = f"138000002{len(name):02}"
    seen: dict[str, str] = {}

    async def flow(call: FlowCall) -> None:
        seen.update(call.environment)
        await leave("queue", HOTLINE_ROUTE="q")(call)

    async with FlowServer.on(lab.spec.ports.agi, flow):
        await over(peer.invite("95500", caller=caller, name=name))
    assert seen["agi_calleridname"] == "unknown"
    assert all(key.startswith("agi_") for key in seen)
    assert types(await history(lab, caller)).count("HOTLINE_CONTACT") == 1
    assert not list(lab.folder.rglob("pwned"))


async def test_a_header_with_a_line_break_in_it_is_dropped_and_the_next_caller_served(lab: Lab, peer: SipPeer) -> None:
    peer.invite("95500", caller="13800000113", name="x\r\n EXEC System touch pwned")
    async with FlowServer.on(lab.spec.ports.agi, leave("hangup")):
        await over(peer.invite("95500", caller="13800000114"))
    assert not [event for event in lab.call_events() if event.number == "13800000113"]
    assert not list(lab.folder.rglob("pwned"))


async def test_ami_sends_no_events_and_runs_no_commands(lab: Lab) -> None:
    assert "Event: " not in await ask_ami(lab, "Ping")
    assert "Permission denied" in await ask_ami(lab, "Command\r\nCommand: core show version")
    assert "Permission denied" in await ask_ami(lab, "Originate\r\nChannel: Local/s@hotline-in\r\nApplication: System")


@pytest.mark.parametrize(
    ("number", "kept"), [("1$[1+1]", "11+1"), ("1,${EXTEN}", "1EXTEN"), ("1)&2", "12"), ("0" * 79, "0" * 79)]
)
async def test_of_a_dialled_number_what_a_number_may_hold_is_kept(
    lab: Lab, peer: SipPeer, number: str, kept: str
) -> None:
    seen: list[str] = []

    async def flow(call: FlowCall) -> None:
        seen.append(await call.variable("HOTLINE_DIALLED"))
        await leave("hangup")(call)

    escaped = number.replace("$", "%24").replace("[", "%5B").replace("]", "%5D").replace("{", "%7B").replace("}", "%7D")
    async with FlowServer.on(lab.spec.ports.agi, flow):
        await over(peer.invite(escaped))
    assert seen == [kept]


@pytest.mark.parametrize("way", ["rfc4733", "info", "inband"])
async def test_digits_are_heard_however_the_carrier_sends_them(lab: Lab, peer: SipPeer, way: str) -> None:
    pressed: list[str] = []
    listening = asyncio.Event()

    async def flow(call: FlowCall) -> None:
        await call.command("ANSWER")
        listening.set()
        for _ in range(3):
            code = (await call.command("WAIT FOR DIGIT 4000")).partition("result=")[2]
            pressed.append(chr(int(code)) if code.isdecimal() and int(code) else "-")
        await leave("hangup")(call)

    async with FlowServer.on(lab.spec.ports.agi, flow):
        call = peer.invite("95500", events=way != "inband")
        assert await call.established() == 200
        await listening.wait()
        if way == "rfc4733":
            await peer.rtp.press("15#")
        elif way == "inband":
            await peer.rtp.play(touch_tones("15#"))
        else:
            for digit in "15#":
                call.send("INFO", ["Content-Type: application/dtmf-relay"], f"Signal={digit}\r\nDuration=100\r\n")
                await call.response("INFO")
        async with asyncio.timeout(15):
            await call.ended.wait()
    assert "".join(pressed) == "15#"
