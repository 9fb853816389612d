"""The ARI link with a real Asterisk: the same behaviour on the WebSocket and, as for old releases, over HTTP."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy
import pytest
import pytest_asyncio
import soundfile

from config.lab import Lab
from config.lab.proxy import TcpProxy
from ivr.ari.errors import AriConflict, AriDown, AriError, AriNotFound, AriRefused, AriTimeout
from ivr.ari.generated import (
    AnyEvent,
    Channel,
    ChannelEnteredBridge,
    PlaybackFinished,
    PlaybackStarted,
    StasisEnd,
    StasisStart,
)
from ivr.ari.inbox import AriEvent
from ivr.ari.link import AriLink
from ivr.ari.operation import Operation
from ivr.ari.version import Rest
from ivr.reconnect import LinkState

APP = "test-ari"
CONTEXT = "test-ari"
WAIT_S = 10.0
EVENTS = (StasisStart, StasisEnd, ChannelEnteredBridge, PlaybackStarted, PlaybackFinished)

both_ways = pytest.mark.parametrize("rest", ["websocket", "http"])
_numbers = itertools.count(1)


class Application:
    """A link as application `test-ari`, and what it was told."""

    def __init__(self, lab: Lab, rest: Rest | None, port: int | None = None, heartbeat_s: float = 30.0) -> None:
        self.told: asyncio.Queue[Any] = asyncio.Queue()
        self.seen: list[AriEvent] = []
        self.link = AriLink(
            lab.name,
            f"http://127.0.0.1:{port or lab.spec.ports.http}/ari",
            lab.spec.ari.user,
            lab.spec.ari.secret,
            APP,
            allowed_events=EVENTS,
            on_event=self._on_event,
            on_up=lambda: self.told.put_nowait("up"),
            on_down=self.told.put_nowait,
            rest=rest,
            heartbeat_s=heartbeat_s,
        )
        self.ari = self.link.ari
        self._news = asyncio.Condition()

    def _on_event(self, event: AriEvent) -> None:
        self.seen.append(event)
        self._waker = asyncio.ensure_future(self._wake())

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def start(self) -> None:
        await self.link.start()
        async with asyncio.timeout(WAIT_S):
            assert await self.told.get() == "up"

    async def until(self, condition: Callable[[AnyEvent], bool]) -> Any:
        """The first event for which the condition holds, seen already or to come."""
        async with asyncio.timeout(WAIT_S), self._news:
            while True:
                for event in self.seen:
                    if isinstance(event, EVENTS) and condition(event):
                        return event
                await self._news.wait()

    async def call(self, channel_id: str | None = None) -> str:
        """Place a call whose near half is in the application; the far half answers and waits."""
        number = next(_numbers)
        near = channel_id or f"near-{number}"
        await self.ari.channels.originate(
            f"Local/wait@{CONTEXT}/n", app=APP, channel_id=near, other_channel_id=f"far-{number}"
        )
        await self.until(lambda event: isinstance(event, StasisStart) and event.channel.id == near)
        return near


MakeApplication = Callable[..., Application]


@pytest_asyncio.fixture
async def make(asterisk: Lab) -> AsyncIterator[MakeApplication]:
    """Make applications; afterwards no call and no bridge is left."""
    for priority, step in enumerate(("Answer", "Wait(120)"), start=1):
        await asterisk.command(f"dialplan add extension wait,{priority},{step} into {CONTEXT}")
    await asterisk.command(f"dialplan add extension home,1,Stasis({APP}) into {CONTEXT}")
    made: list[Application] = []

    def make(rest: Rest | None = None, port: int | None = None, heartbeat_s: float = 30.0) -> Application:
        made.append(Application(asterisk, rest, port, heartbeat_s))
        return made[-1]

    yield make
    for each in made:
        await each.link.stop()
    last = Application(asterisk, None)
    await last.start()
    for channel in await last.ari.channels.list():
        await drop(last.ari.channels.hangup(channel.id))
    for bridge in await last.ari.bridges.list():
        await drop(last.ari.bridges.destroy(bridge.id))
    await last.link.stop()


@pytest.fixture(scope="module")
def prompt(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A minute of silence, as ARI names a sound."""
    path = tmp_path_factory.mktemp("prompts") / "minute"
    soundfile.write(f"{path}.wav", numpy.zeros(60 * 8000), 8000, subtype="PCM_16")
    return f"sound:{path}"


async def drop(operation: Operation[None]) -> None:
    with suppress(AriNotFound):
        await operation


async def test_it_comes_up_on_the_websocket_with_its_filter_set(make: MakeApplication) -> None:
    application = make()
    await application.start()
    assert application.link.rest == "websocket"
    told = await application.ari.applications.get(APP)
    wanted = {each.__name__ for each in EVENTS}
    assert {each["type"] for each in told.events_allowed} == wanted | {"ApplicationReplaced", "RESTResponse"}


async def test_a_thousand_requests_at_once_are_answered_in_order(make: MakeApplication) -> None:
    application = make()
    await application.start()
    answered: list[int] = []

    async def ask(number: int) -> None:
        ping = await application.ari.asterisk.ping()
        assert ping.ping == "pong"
        answered.append(number)

    await asyncio.gather(*(ask(number) for number in range(1000)))
    assert answered == list(range(1000))
    assert application.link.counts.requests == 1001


@both_ways
async def test_requests_about_one_channel_are_done_in_order(rest: Rest, make: MakeApplication) -> None:
    application = make(rest)
    await application.start()
    channel = await application.call()
    failed: list[AriError] = []
    variables = application.ari.channels
    application.link.send(
        *(variables.set_channel_var(channel, "NUMBER", value=str(number)) for number in range(100)),
        on_error=lambda operation, error: failed.append(error),
    )
    assert (await variables.get_channel_var(channel, "NUMBER")).value == "99"
    assert failed == []


@both_ways
async def test_a_call_comes_in_plays_is_bridged_and_ends(rest: Rest, make: MakeApplication, prompt: str) -> None:
    application = make(rest)
    await application.start()
    ari = application.ari
    one, two = await application.call(), await application.call()
    await ari.channels.answer(one)

    playing = await ari.channels.play_with_id(one, f"play-{one}", [prompt])
    assert playing.target_uri == f"channel:{one}"
    await application.until(lambda event: isinstance(event, PlaybackStarted) and event.playback.id == playing.id)
    await ari.playbacks.stop(playing.id)
    await application.until(lambda event: isinstance(event, PlaybackFinished) and event.playback.id == playing.id)

    bridge = await ari.bridges.create_with_id(f"talk-{one}", type="mixing")
    await ari.bridges.add_channel(bridge.id, [one, two])
    for channel in (one, two):

        def entered(event: AnyEvent, channel: str = channel) -> bool:
            return isinstance(event, ChannelEnteredBridge) and event.channel is not None and event.channel.id == channel

        await application.until(entered)
    assert sorted((await ari.bridges.get(bridge.id)).channels) == sorted([one, two])
    await ari.bridges.destroy(bridge.id)
    await ari.channels.hangup(one, reason="normal")
    await application.until(lambda event: isinstance(event, StasisEnd) and event.channel.id == one)


@both_ways
async def test_a_prompt_is_ended_and_the_caller_bridged_in_one_batch(
    rest: Rest, make: MakeApplication, prompt: str
) -> None:
    application = make(rest)
    await application.start()
    ari = application.ari
    channel = await application.call()
    await ari.channels.play_with_id(channel, f"play-{channel}", [prompt])
    failed: list[AriError] = []
    application.link.send(
        ari.playbacks.stop(f"play-{channel}"),
        ari.bridges.create_with_id(f"talk-{channel}", type="mixing"),
        ari.bridges.add_channel(f"talk-{channel}", [channel]),
        on_error=lambda operation, error: failed.append(error),
    )
    await application.until(lambda event: isinstance(event, ChannelEnteredBridge))
    assert failed == []


@both_ways
async def test_what_asterisk_refuses_has_its_kind(rest: Rest, make: MakeApplication) -> None:
    application = make(rest)
    await application.start()
    ari = application.ari
    await ari.bridges.create_with_id("talk-twice", type="mixing")
    channel = await application.call()
    far = channel.replace("near", "far")
    refused: list[tuple[Operation[Any], type[AriError], int]] = [
        (ari.channels.answer("nobody"), AriNotFound, 404),
        (ari.playbacks.stop("nothing"), AriNotFound, 404),
        (ari.bridges.add_channel("nothing", [channel]), AriNotFound, 404),
        (ari.bridges.add_channel("talk-twice", ["nobody"]), AriNotFound, 400),
        (ari.channels.get_channel_var(channel, "NEVER_SET"), AriNotFound, 404),
        (ari.bridges.create(type="mixing", bridge_id="talk-twice"), AriConflict, 409),
        (ari.channels.answer(far), AriConflict, 409),
        (ari.channels.continue_in_dialplan(far), AriConflict, 409),
    ]
    for operation, kind, status in refused:
        with pytest.raises(kind) as caught:
            await operation
        assert isinstance(caught.value, AriRefused)
        assert (caught.value.status, type(caught.value)) == (status, kind), operation
        assert caught.value.message
    # 500, or 409 from a thread of Asterisk's that has met a doubled id before (see AriConflict).
    with pytest.raises(AriRefused):
        await ari.channels.originate("PJSIP/nobody", app=APP)


@both_ways
async def test_any_text_arrives_as_it_was_given(rest: Rest, make: MakeApplication) -> None:
    application = make(rest)
    await application.start()
    odd = f"a b/c?d&e#{rest}%2F"
    value = 'x" \r\n${SYSTEM(id)} , ; 张三 %00 \\'
    channel = await application.call(odd)
    assert channel == odd
    await application.ari.channels.set_channel_var(odd, "NOTE", value=value)
    assert (await application.ari.channels.get_channel_var(odd, "NOTE")).value == value
    await application.ari.channels.set_channel_vars(odd, variables={"OTHER": value})
    assert (await application.ari.channels.get_channel_var(odd, "OTHER")).value == value
    got: Channel = await application.ari.channels.get(odd)
    assert got.id == odd


@both_ways
async def test_a_cut_line_comes_back_and_the_calls_are_still_there(
    rest: Rest, asterisk: Lab, make: MakeApplication
) -> None:
    async with TcpProxy.to(asterisk.spec.ports.http) as line:
        application = make(rest, line.port)
        await application.start()
        channel = await application.call()
        line.cut()
        async with asyncio.timeout(WAIT_S):
            assert "the WebSocket was cut" in await application.told.get()
            assert await application.told.get() == "up"
        assert channel in {each.id for each in await application.ari.channels.list()}
        await application.ari.channels.hangup(channel)
        await application.until(lambda event: isinstance(event, StasisEnd) and event.channel.id == channel)
        assert application.link.reconnects == 1
        await application.link.stop()


async def test_a_line_that_passes_nothing_any_more_is_given_up(asterisk: Lab, make: MakeApplication) -> None:
    async with TcpProxy.to(asterisk.spec.ports.http) as line:
        application = make(None, line.port, heartbeat_s=0.2)
        await application.start()
        line.stall()
        asking = asyncio.create_task(application.ari.asterisk.ping().within(WAIT_S))
        with pytest.raises(AriDown, match="No PONG received") as caught:
            await asking
        assert caught.value.sent
        line.cut()
        async with asyncio.timeout(WAIT_S):
            assert "No PONG received" in await application.told.get()
            assert await application.told.get() == "up"
        await application.link.stop()


async def test_who_opens_the_application_last_has_it(make: MakeApplication) -> None:
    first, second = make(), make()
    await first.start()
    channel = await first.call()
    await second.start()
    async with asyncio.timeout(WAIT_S):
        assert await first.told.get() == f"another program opened the application {APP!r}: one of the two must stop"
    assert first.link.state is LinkState.WAITING
    await second.ari.channels.hangup(channel)
    await second.until(lambda event: isinstance(event, StasisEnd) and event.channel.id == channel)


async def test_half_a_frame_and_then_silence_is_given_up_and_comes_back(asterisk: Lab, make: MakeApplication) -> None:
    async with TcpProxy.to(asterisk.spec.ports.http) as line:
        application = make(None, line.port, heartbeat_s=0.2)
        await application.start()
        # Of the answer's text; its frame is never whole.
        line.stall(after=40)
        with pytest.raises(AriDown) as caught:
            await application.ari.asterisk.ping().within(WAIT_S)
        assert caught.value.sent
        line.cut()
        async with asyncio.timeout(WAIT_S):
            assert "No PONG received" in await application.told.get()
            assert await application.told.get() == "up"
        assert (await application.ari.asterisk.ping()).ping == "pong"
        await application.link.stop()


async def test_a_channel_that_blocks_the_line_costs_deadlines_and_nothing_else(
    make: MakeApplication, tmp_path: Path
) -> None:
    """Asterisk does requests one by one, and some wait in the channel's thread until what is played there has ended."""
    soundfile.write(f"{tmp_path / 'short'}.wav", numpy.zeros(2 * 8000), 8000, subtype="PCM_16")
    application = make("websocket")
    await application.start()
    ari, counts = application.ari, application.link.counts
    blocking, other = await application.call(), await application.call()
    await ari.bridges.create_with_id("talk-blocked", type="mixing")
    await ari.channels.play_with_id(blocking, "play-blocked", [f"sound:{tmp_path / 'short'}"])
    await application.until(lambda event: isinstance(event, PlaybackStarted) and event.playback.id == "play-blocked")
    late = [
        asyncio.create_task(each.within(0.3))
        for each in (
            ari.bridges.add_channel("talk-blocked", [blocking]),
            ari.channels.set_channel_var(other, "DONE", value="yes"),
        )
    ]
    ended = await asyncio.gather(*late, return_exceptions=True)
    assert [type(each) for each in ended] == [AriTimeout, AriTimeout]
    assert all(isinstance(each, AriTimeout) and each.sent for each in ended)
    assert counts.timeouts == 2
    # The line is the same; what had expired is done in its turn, and its answers are nobody's any more.
    assert (await ari.channels.get_channel_var(other, "DONE").within(WAIT_S)).value == "yes"
    assert (counts.late, application.link.reconnects) == (2, 0)
    assert (await ari.bridges.get("talk-blocked")).channels == [blocking]
