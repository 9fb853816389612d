"""The AMI link with a real Asterisk: what it is for, and what Asterisk refuses."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import soundfile

from config.lab import Lab
from config.lab.proxy import TcpProxy
from ivr.ami.errors import AmiDown, AmiFieldError, AmiNoChannel, AmiRefused
from ivr.ami.link import AmiLink
from ivr.ari.generated import StasisEnd, StasisStart
from ivr.ari.inbox import AriEvent
from ivr.ari.link import AriLink
from ivr.reconnect import LinkLost

APP = "test-ami"
CONTEXT = "test-ami"
WAIT_S = 10.0


def manager(lab: Lab, port: int | None = None, secret: str | None = None) -> AmiLink:
    return AmiLink(lab.name, "127.0.0.1", port or lab.spec.ports.ami, lab.spec.ami.user, secret or lab.spec.ami.secret)


@pytest_asyncio.fixture
async def link(asterisk: Lab) -> AsyncIterator[AmiLink]:
    link = manager(asterisk)
    await link.start()
    await link.wait_up(WAIT_S)
    yield link
    await link.stop()


class Caller:
    """A call whose near half is in the application `test-ami`."""

    def __init__(self, ari: AriLink, told: "asyncio.Queue[AriEvent]") -> None:
        self.ari = ari
        self._told = told
        self.channel = "caller-of-ami"

    async def next(self) -> AriEvent:
        async with asyncio.timeout(WAIT_S):
            return await self._told.get()


@pytest_asyncio.fixture
async def caller(asterisk: Lab) -> AsyncIterator[Caller]:
    for extension, steps in {
        "wait": ("Answer", "Milliwatt"),
        "home": (f"Stasis({APP},home)",),
        "elsewhere": ("Answer", "Wait(60)"),
    }.items():
        for priority, step in enumerate(steps, start=1):
            await asterisk.command(f"dialplan add extension {extension},{priority},{step} into {CONTEXT}")
    told: asyncio.Queue[AriEvent] = asyncio.Queue()
    spec = asterisk.spec
    ari = AriLink(
        asterisk.name,
        f"http://127.0.0.1:{spec.ports.http}/ari",
        spec.ari.user,
        spec.ari.secret,
        APP,
        allowed_events=(StasisStart, StasisEnd),
        on_event=told.put_nowait,
    )
    await ari.start()
    await ari.wait_up(WAIT_S)
    caller = Caller(ari, told)
    await ari.ari.channels.originate(f"Local/wait@{CONTEXT}/n", app=APP, channel_id=caller.channel)
    assert isinstance(await caller.next(), StasisStart)
    yield caller
    for channel in await ari.ari.channels.list():
        ari.send(ari.ari.channels.hangup(channel.id), on_error=lambda operation, error: None)
    await ari.ari.asterisk.ping()
    await ari.stop()


async def test_a_caller_outside_the_application_is_brought_home(link: AmiLink, caller: Caller) -> None:
    await link.redirect(caller.channel, CONTEXT, "elsewhere")
    assert isinstance(await caller.next(), StasisEnd)
    await link.redirect(caller.channel, CONTEXT, "home")
    back = await caller.next()
    assert isinstance(back, StasisStart)
    assert (back.channel.id, back.args) == (caller.channel, ["home"])


async def test_a_call_is_recorded_paused_and_recorded_no_more(
    link: AmiLink, caller: Caller, asterisk: Lab, tmp_path: Path
) -> None:
    file = asterisk.recordings / "ami.caller.wav"
    await link.mixmonitor(caller.channel, options=f"r({file})")
    await link.mixmonitor_mute(caller.channel, muted=True)
    await link.mixmonitor_mute(caller.channel, muted=False)
    # Asterisk makes the file with the first audio that comes.
    async with asyncio.timeout(WAIT_S):
        while True:
            if file.exists():
                break
            await asyncio.sleep(0.02)
    await link.stop_mixmonitor(caller.channel)
    assert soundfile.info(file).samplerate == 8000


async def test_what_asterisk_refuses_has_its_kind(link: AmiLink, caller: Caller) -> None:
    for action in (
        link.redirect("nobody", CONTEXT, "home"),
        link.mixmonitor("nobody", "x.wav"),
        link.stop_mixmonitor("nobody"),
        link.mixmonitor_mute("nobody", muted=True),
    ):
        with pytest.raises(AmiNoChannel):
            await action
    with pytest.raises(AmiRefused, match="MixMonitorMute: "):
        await link.mixmonitor_mute(caller.channel, muted=True)
    with pytest.raises(AmiRefused, match="StopMixMonitor: "):
        await link.stop_mixmonitor(caller.channel)
    with pytest.raises(AmiRefused, match="Redirect: "):
        await link.action("Redirect", Channel=caller.channel, Context=CONTEXT, Exten="home", Priority="never")
    with pytest.raises(AmiRefused, match="Invalid/unknown command"):
        await link.action("NoSuchAction")


async def test_the_user_may_do_no_more_than_it_must(link: AmiLink) -> None:
    with pytest.raises(AmiRefused, match="denied"):
        await link.action("Command", Command="core show version")
    with pytest.raises(AmiRefused, match="denied"):
        await link.action("Originate", Channel="Local/wait", Application="System", Data="id")


async def test_a_field_cannot_carry_a_second_action(link: AmiLink) -> None:
    before = link.counts.actions
    with pytest.raises(AmiFieldError):
        await link.redirect("nobody\r\n\r\nAction: Logoff", CONTEXT, "home")
    assert link.counts.actions == before
    await link.action("Ping")


async def test_no_event_is_sent_to_us(link: AmiLink, caller: Caller) -> None:
    await link.redirect(caller.channel, CONTEXT, "home")
    await caller.next()
    await link.action("Ping")
    assert (link.counts.events, link.counts.stray, link.counts.late) == (0, 0, 0)


async def test_a_cut_line_comes_back(asterisk: Lab) -> None:
    async with TcpProxy.to(asterisk.spec.ports.ami) as line:
        link = manager(asterisk, line.port)
        await link.start()
        await link.wait_up(WAIT_S)
        line.stall()
        asking = asyncio.create_task(link.action("Ping", deadline_s=WAIT_S))
        await asyncio.sleep(0)
        line.cut()
        with pytest.raises(AmiDown) as caught:
            await asking
        assert caught.value.sent
        await link.wait_up(WAIT_S)
        await link.action("Ping")
        assert link.reconnects == 1
        await link.stop()


async def test_a_wrong_secret_is_said_with_its_mend(asterisk: Lab) -> None:
    link = manager(asterisk, secret="not-the-secret")
    await link.start()
    with pytest.raises(LinkLost, match=r"Authentication failed: .* manager\.conf"):
        await link.wait_up(3)
    await link.stop()
