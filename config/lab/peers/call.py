"""One call of a peer: it plays its tone, listens, presses keys, and logs what happens."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine

import baresip

from config.lab.peers import tones
from config.lab.peers.ear import Ear
from config.lab.peers.log import Log, epoch_ms
from config.lab.peers.script import Digits
from config.lab.peers.stack import PeerError

_AHEAD_BYTES = 6400  # 0.4 s of sound queued ahead of the wire
_READ_BYTES = 32768


class CallOver(Exception):
    """The call ended while something was still to be done in it."""


class PeerCall:
    """A call from its first ring to its end; made by `station.Station` and `phone.Phone`."""

    def __init__(self, *, peer: str, call: baresip.Call, call_id: str, contact: str, tone_hz: int, log: Log) -> None:
        self.peer = peer
        self.call_id = call_id
        self.contact = contact
        self.answered_at = 0
        """Epoch ms; 0 until the call is answered."""
        self.over = False
        self.ear = Ear()
        self._call = call
        self._log = log
        self._sound = tones.one_second(tone_hz)
        self._offset = 0
        self._keys_as_sound = b""
        self._we_ended = False
        self._change = asyncio.Event()
        self._timers: list[asyncio.TimerHandle] = []
        self._tasks: set[asyncio.Task[None]] = set()
        call.on(self._take)

    def _note(self, event: str, **fields: object) -> None:
        named = {"call_id": self.call_id, **({"contact": self.contact} if self.contact else {})}
        self._log.write(self.peer, event, **named, **fields)

    def _take(self, event: baresip.StackEvent) -> None:
        match event.event:
            case baresip.Event.CALL_RINGING:
                self._note("ringing")
            case baresip.Event.CALL_ESTABLISHED:
                self._answered()
            case baresip.Event.CALL_DTMF_START if event.text:
                self._note("received_digit", digit=event.text)
            case baresip.Event.CALL_CLOSED:
                self._close(event.text or "")
            case _:
                return
        self._changed()

    def _changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    def catch_up(self, answered: bool, closed: str | None) -> None:
        """What became of the call before it could be listened to, as `Stack.so_far` has it."""
        if answered:
            self._answered()
        if closed is not None:
            self._close(closed)
        self._changed()

    def _answered(self) -> None:
        if not self.answered_at:
            self.answered_at = epoch_ms()
            self._note("answered")
            self.pump()

    def _close(self, reason: str) -> None:
        if self.over:
            return
        self.over = True
        for timer in self._timers:
            timer.cancel()
        status = int(reason[:3]) if reason[:3].isdigit() and reason[3:4] in ("", " ") else 0
        outgoing_refused = not self.answered_at and not self._we_ended and self.peer.startswith("caller")
        if outgoing_refused:
            self._note("failed", status=status, reason=reason[4:] if status else reason)
            return
        spans = [[span.tone_hz, span.since, span.until] for span in self.ear.finish()]
        self._note(
            "hung_up" if self._we_ended else "remote_hung_up", answered_at=self.answered_at, reason=reason, tones=spans
        )

    def pump(self) -> None:
        """Play the next piece of tone and listen to what came; called every 100 ms while the call lives."""
        if self.over:
            return
        try:
            state = self._call.audio.info()
            if state.rx_ready and (pcm := self._call.audio.read(_READ_BYTES)):
                self._listen(pcm)
            if state.tx_ready and state.tx_buffered < _AHEAD_BYTES:
                self._play(_AHEAD_BYTES - state.tx_buffered)
        except (baresip.AudioNotActive, baresip.AudioRestarted):
            return  # no media yet, or a re-INVITE has just replaced it: the next tick finds the new streams

    def _play(self, size: int) -> None:
        if self._keys_as_sound:
            written = self._call.audio.write(self._keys_as_sound[:size])
            self._keys_as_sound = self._keys_as_sound[written:]
            return
        chunk = self._sound[self._offset : self._offset + size]
        self._offset = (self._offset + self._call.audio.write(chunk)) % len(self._sound)

    def _listen(self, pcm: bytes) -> None:
        changes = self.ear.feed(pcm, epoch_ms())
        for change in changes:
            span = change.span
            match change.what:
                case "tone":
                    self._note("heard", tone_hz=span.tone_hz, since=span.since)
                case "no_tone":
                    self._note("unheard", tone_hz=span.tone_hz, since=span.since, until=span.until)
                case _:
                    self._note(change.what)
        if changes:
            self._changed()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something about this call. Raises CallOver when the call ends first."""
        while not true():
            if self.over:
                raise CallOver
            await self._change.wait()

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something in that many seconds unless the call is over by then."""
        self._timers.append(asyncio.get_running_loop().call_later(seconds, do))

    def hang_up(self) -> None:
        """End the call; its end is logged when the stack reports it."""
        self._spawn(self._end())

    def reject(self) -> None:
        """Answer 486 to a call that rings here."""
        self._note("rejected")
        self._we_ended = True
        self._spawn(self._call.reject())

    def answer(self) -> None:
        """Answer a call that rings here."""
        # video=True adds none to a call that was offered none; video=False sends a needless re-INVITE 0.1 s later.
        self._spawn(self._call.answer(video=True))

    async def _end(self) -> None:
        self._we_ended = True
        self.pump()
        await self._call.hangup()

    async def press(self, digits: str, how: str = "rtpevent") -> None:
        """Press keys; returns when the last was sent. Raises PeerError: the call is over, or no such key."""
        try:
            if how == "inband":
                self._keys_as_sound += tones.dtmf(digits)
                self._call.audio.flush_tx()
            else:
                await self._call.send_dtmf(digits)
        except (ValueError, baresip.BaresipError) as error:
            raise PeerError(f"{self.peer}: cannot press {digits!r}: {error}") from error
        self._note("digits", digits=digits, how=how)

    async def hold(self, on: bool) -> None:
        """Put the other side on hold by a re-INVITE, or take it back. Raises PeerError."""
        await self._in_call("hold" if on else "resume", self._call.hold() if on else self._call.resume())
        self._note("held" if on else "resumed")

    async def hand_over(self, to: "PeerCall") -> None:
        """Have the other side of this call talk with that of another one (REFER with Replaces). Raises PeerError."""
        self._we_ended = to._we_ended = True
        await self._in_call("transfer", self._call.attended_transfer(to._call))

    async def _in_call(self, what: str, work: Awaitable[None]) -> None:
        try:
            await work
        except baresip.BaresipError as error:
            raise PeerError(f"{self.peer}: cannot {what}: {error}") from error

    def hang_up_after_answer(self, seconds: float) -> None:
        """End the call that many seconds after it is answered."""
        self._spawn(self._hang_up_after(lambda: self.answered_at != 0, seconds))

    def be_patient(self, patience_s: float | None, talk_s: float | None) -> None:
        """Give up when no tone is heard within `patience_s` from now; hang up `talk_s` after the first is heard."""
        if patience_s is not None:
            self.later(patience_s, lambda: self._give_up(patience_s))
        if talk_s is not None:
            self._spawn(self._hang_up_after(self._has_heard_someone, talk_s))

    def _has_heard_someone(self) -> bool:
        spans = (*self.ear.spans, self.ear.current)
        return any(span is not None and span.tone_hz in tones.AGENT_TONES for span in spans)

    def _give_up(self, waited_s: float) -> None:
        if not self._has_heard_someone():
            self._note("gave_up", waited_s=waited_s)
            self.hang_up()

    async def _hang_up_after(self, moment: Callable[[], bool], seconds: float) -> None:
        with contextlib.suppress(CallOver):
            await self.until(moment)
            self.later(seconds, self.hang_up)

    def follow(self, steps: tuple[Digits, ...], how: str) -> None:
        """Press the digits of a plan, each when its moment has come, once the call is answered."""
        self._spawn(self._follow(steps, how))

    async def _follow(self, steps: tuple[Digits, ...], how: str) -> None:
        with contextlib.suppress(CallOver):
            await self.until(lambda: self.answered_at != 0)
            for step in steps:
                if step.when != "at_once":
                    await self.until(lambda: self.ear.sounding)
                if step.when == "silence":
                    await self.until(lambda: not self.ear.sounding)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(step.delay_s):
                        await self.until(lambda: False)
                await self.press(step.press, how)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except (baresip.BaresipError, PeerError) as error:
            if not self.over and not isinstance(error, baresip.StaleHandleError):
                self._note("trouble", reason=str(error))
