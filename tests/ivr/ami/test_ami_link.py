"""The AMI link against a server that speaks AMI: how it logs in, asks, fails and comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from ivr.ami.errors import AmiDown, AmiFieldError, AmiNoChannel, AmiRefused, AmiTimeout
from ivr.ami.link import AmiLink
from ivr.reconnect import LinkLost, LinkState
from tests.fakes.ami_peer import GREETING, SECRET, USER, WAIT_S, Action, AmiPeer, error, success

MakeLink = Callable[..., Awaitable[AmiLink]]


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[AmiPeer]:
    peer = AmiPeer()
    await peer.open()
    yield peer
    await peer.close()


@pytest_asyncio.fixture
async def make_link(peer: AmiPeer) -> AsyncIterator[MakeLink]:
    links: list[AmiLink] = []

    async def make(*, up: bool = True, secret: str = SECRET, **more: Any) -> AmiLink:
        link = AmiLink("pbx", "127.0.0.1", peer.port, USER, secret, **more)
        links.append(link)
        await link.start()
        if up:
            await link.wait_up(WAIT_S)
        return link

    yield make
    for link in links:
        await link.stop()


def silent_but_for_ping(action: Action) -> bytes | None:
    return success(action) if action["Action"] == "Ping" else None


async def test_answers_find_their_actions_in_whatever_order_they_come(peer: AmiPeer, make_link: MakeLink) -> None:
    link = await make_link()
    held: list[Action] = []

    def hold(action: Action) -> bytes | None:
        held.append(action)
        return b"".join(filter(None, map(success, reversed(held)))) if len(held) == 3 else None

    peer.reply = hold
    answers = await asyncio.gather(*(link.action("UserEvent", UserEvent=name) for name in "abc"))
    assert [frame.get("ActionID") for frame in answers] == [action["ActionID"] for action in held]


@pytest.mark.parametrize(
    ("do", "action"),
    [
        (
            lambda link: link.redirect("PJSIP/t-01", "hotline-in", "95000"),
            {"Action": "Redirect", "Channel": "PJSIP/t-01", "Context": "hotline-in", "Exten": "95000", "Priority": "1"},
        ),
        (
            lambda link: link.mixmonitor("c1", options="br(/a/rx.wav)t(/a/tx.wav)"),
            {"Action": "MixMonitor", "Channel": "c1", "File": "", "Options": "br(/a/rx.wav)t(/a/tx.wav)"},
        ),
        (lambda link: link.stop_mixmonitor("c1"), {"Action": "StopMixMonitor", "Channel": "c1"}),
        (
            lambda link: link.mixmonitor_mute("c1", muted=True),
            {"Action": "MixMonitorMute", "Channel": "c1", "Direction": "both", "State": "1"},
        ),
        (
            lambda link: link.mixmonitor_mute("c1", muted=False, direction="read"),
            {"Action": "MixMonitorMute", "Channel": "c1", "Direction": "read", "State": "0"},
        ),
    ],
)
async def test_what_it_is_for(
    do: Callable[[AmiLink], Awaitable[None]], action: Action, peer: AmiPeer, make_link: MakeLink
) -> None:
    await do(await make_link())
    asked = peer.actions[-1]
    asked.pop("ActionID")
    assert asked == action


async def test_a_refusal_is_an_error_with_asterisks_words(peer: AmiPeer, make_link: MakeLink) -> None:
    link = await make_link()
    peer.reply = lambda action: error(action, "No such channel")
    with pytest.raises(AmiNoChannel, match=r"^StopMixMonitor: No such channel$"):
        await link.stop_mixmonitor("c1")
    peer.reply = lambda action: error(action, "Permission denied")
    with pytest.raises(AmiRefused, match=r"^Command: Permission denied$"):
        await link.action("Command", Command="core show version")
    assert link.counts.refused == 2


@pytest.mark.parametrize(("file", "options"), [("a.wav,b,rm -rf x", ""), ("a.wav", "b,rm -rf x")])
async def test_a_recording_cannot_start_a_command(file: str, options: str, peer: AmiPeer, make_link: MakeLink) -> None:
    link = await make_link()
    before = len(peer.actions)
    with pytest.raises(AmiFieldError, match="a comma would begin MixMonitor's next argument"):
        await link.mixmonitor("c1", file, options)
    with pytest.raises(AmiFieldError, match="a line break"):
        await link.redirect("c1\r\nAction: Logoff", "a", "b")
    assert len(peer.actions) == before


async def test_an_action_without_an_answer_ends_at_its_deadline_and_its_late_answer_is_counted(
    peer: AmiPeer, make_link: MakeLink
) -> None:
    link = await make_link()
    peer.reply = lambda action: None
    with pytest.raises(AmiTimeout, match=r"^StopMixMonitor: no answer within 0\.05 s$"):
        await link.action("StopMixMonitor", deadline_s=0.05, Channel="c1")
    peer.push(success(peer.actions[-1]) or b"")
    peer.reply = success
    await link.stop_mixmonitor("c2")
    assert (link.counts.timeouts, link.counts.late) == (1, 1)


async def test_events_and_stray_lines_are_counted_and_dropped(peer: AmiPeer, make_link: MakeLink) -> None:
    link = await make_link()
    peer.push(b"Event: FullyBooted\r\nActionID: 1\r\n\r\nnonsense\r\n\xff\xfe\r\n\r\n")
    await link.stop_mixmonitor("c1")
    assert (link.counts.events, link.counts.stray, link.state) == (1, 2, LinkState.UP)


async def test_a_lost_line_fails_what_was_under_way_and_comes_back(peer: AmiPeer, make_link: MakeLink) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    link = await make_link(on_up=lambda: told.put_nowait("up"), on_down=told.put_nowait)
    peer.reply = lambda action: None
    asking = asyncio.create_task(link.stop_mixmonitor("c1"))
    await peer.until("StopMixMonitor")
    peer.push(b"Response: Succ")
    peer.cut()
    with pytest.raises(AmiDown) as caught:
        await asking
    assert caught.value.sent
    peer.reply = success
    async with asyncio.timeout(WAIT_S):
        assert [await told.get(), bool(await told.get()), await told.get()] == ["up", True, "up"]
    await link.stop_mixmonitor("c1")
    assert (link.reconnects, peer.opened) == (1, 2)


async def test_a_silent_line_is_asked_and_one_that_stays_silent_is_given_up(peer: AmiPeer, make_link: MakeLink) -> None:
    link = await make_link(keep_alive_s=0.05)
    await peer.until("Ping", times=3)
    assert (link.state, link.counts.late) == (LinkState.UP, 0)
    peer.reply = lambda action: None
    await peer.until("Login", times=2)
    assert link.counts.late == 0


async def test_no_asterisk_no_manager_wrong_secret_each_is_said_with_its_mend(
    peer: AmiPeer, make_link: MakeLink
) -> None:
    wrong = await make_link(up=False, secret="wrong")
    with pytest.raises(LinkLost, match=r"Authentication failed: user 'engine' .* manager\.conf, section \[engine\]"):
        await wrong.wait_up(0.3)
    with pytest.raises(AmiDown, match="Authentication failed") as caught:
        await wrong.stop_mixmonitor("c1")
    assert not caught.value.sent
    await wrong.stop()

    peer.greeting = b"HTTP/1.1 400 Bad Request\r\n"
    other = await make_link(up=False)
    with pytest.raises(LinkLost, match="no greeting of an Asterisk manager"):
        await other.wait_up(0.3)
    peer.greeting = GREETING
    await peer.close()
    with pytest.raises(LinkLost, match="is Asterisk running"):
        await other.wait_up(2)
    await peer.open()
    await other.wait_up(WAIT_S)


async def test_stopping_fails_what_was_under_way(peer: AmiPeer, make_link: MakeLink) -> None:
    link = await make_link()
    peer.reply = lambda action: None
    asking = asyncio.create_task(link.stop_mixmonitor("c1"))
    await peer.until("StopMixMonitor")
    await link.stop()
    with pytest.raises(AmiDown, match="stopped"):
        await asking
    assert link.state is LinkState.STOPPED
