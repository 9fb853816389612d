"""A caller's line in Stasis (`ivr.flow.line.Line`): requests to ARI, answered by events."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.util import await_only

from ivr.ari.errors import AriConflict, AriDown, AriError, AriNotFound
from ivr.ari.generated import Ari, LiveRecording, Playback
from ivr.ari.operation import Operation
from ivr.flow.line import Away, CallerGone, Entered, LineFailed, LineLost, Party, Reached, Said, in_time, prepare_dial

PLAYING_S = 300.0
"""The longest that prompts may take together."""
SETTLE_S = 5.0
"""How long Asterisk may take to report a recording's end, beyond its longest time."""

GOING_S = 0.5
"""How long after a failed prompt a hang-up may be reported: Asterisk tells of the prompt first."""

T = TypeVar("T")


class StasisLine:
    """One channel in our application, as a line. Its methods are called in a greenlet; its events come on the loop."""

    def __init__(self, ari: Ari, channel: str, folder: Path) -> None:
        """`folder`: where messages are kept."""
        self._ari = ari
        self._channel = channel
        self._folder = folder
        self._keys: deque[str] = deque()
        self._changed = asyncio.Event()
        self._over: Exception | None = None
        self._played: dict[str, Playback] = {}
        self._recorded: dict[str, LiveRecording] = {}
        self._number = 0

    # --- events ------------------------------------------------------------------------------------------------------

    def key(self, digit: str) -> None:
        """The caller pressed a key."""
        self._keys.append(digit)
        self._changed.set()

    def played(self, playback: Playback) -> None:
        """A playback is over."""
        self._played[playback.id] = playback
        self._changed.set()

    def recorded(self, recording: LiveRecording) -> None:
        """A recording is over, or failed."""
        self._recorded[recording.name] = recording
        self._changed.set()

    def ends(self, why: Exception) -> None:
        """The caller is gone (CallerGone), or nothing is heard of Asterisk any more (LineLost)."""
        self._over = self._over or why
        self._changed.set()

    # --- the line ----------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """See `Line`."""
        await_only(self._ask(self._ari.channels.answer(self._channel)))

    def play(self, files: Sequence[str]) -> None:
        """See `Line`."""
        await_only(self._play(files))

    def digits(self, files: Sequence[str], *, most: int, first_s: float, between_s: float, ends: str) -> Entered:
        """See `Line`."""
        return await_only(self._digits(files, most, first_s, between_s, ends))

    def record(self, name: str, *, longest_s: int, silence_s: int) -> Said:
        """See `Line`. Asterisk keeps recordings of its own; the file is fetched from there."""
        return await_only(self._record(name, longest_s, silence_s))

    def dial(self, party: Party, *, ring_s: int, accept: Sequence[str]) -> Reached:
        """See `Line`: the dialplan dials."""
        prepare_dial(self.set, party, ring_s, accept)
        raise Away

    def get(self, name: str) -> str:
        """See `Line`."""
        try:
            return await_only(self._request(self._ari.channels.get_channel_var(self._channel, name))).value
        except (AriNotFound, LineFailed):
            # A variable that is not set, or a function that has nothing to say of this kind of channel; that the
            # channel is gone, an event tells.
            self._check()
            return ""

    def set(self, name: str, value: str) -> None:
        """See `Line`."""
        await_only(self._ask(self._ari.channels.set_channel_var(self._channel, name, value=value)))

    def wait(self, awaitable: Awaitable[T], within_s: float) -> T:
        """See `Line`."""
        return await_only(in_time(awaitable, within_s))

    def now(self) -> datetime:
        """See `Line`."""
        return datetime.now(UTC)

    # --- asking Asterisk ---------------------------------------------------------------------------------------------

    def _check(self) -> None:
        if self._over is not None:
            raise type(self._over)(*self._over.args)

    async def _request(self, operation: Operation[T]) -> T:
        """Send a request. Raises AriNotFound, and otherwise what `Line` says."""
        self._check()
        try:
            return await operation
        except AriNotFound:
            raise
        except AriConflict as conflict:
            raise CallerGone(f"the channel is not ours any more: {conflict}") from None
        except AriDown as down:
            raise LineLost(str(down)) from None
        except AriError as error:
            raise LineFailed(str(error)) from None

    async def _ask(self, operation: Operation[T]) -> T:
        try:
            return await self._request(operation)
        except AriNotFound as missing:
            raise CallerGone(str(missing)) from None

    async def _until(self, happened: "asyncio.Event", seconds: float) -> bool:
        """Wait for the next event; whether it came in time."""
        try:
            async with asyncio.timeout(seconds):
                await happened.wait()
        except TimeoutError:
            return False
        happened.clear()
        self._check()
        return True

    async def _failure(self, what: str) -> LineFailed:
        """The error to raise, unless it was the caller's hang-up that made it fail. Raises CallerGone, LineLost."""
        self._check()
        deadline = _later(GOING_S)
        while await self._until(self._changed, deadline - _later(0)):
            pass
        return LineFailed(what)

    async def _begin(self, files: Sequence[str]) -> str:
        """Start to play files; the playback's id."""
        self._number += 1
        name = f"{self._channel}.flow{self._number}"
        media = [f"sound:{file}" for file in files]
        await self._ask(self._ari.channels.play_with_id(self._channel, name, media))
        return name

    async def _finished(self, name: str, *, by_key: bool) -> None:
        """Wait for a playback's end; with `by_key` the first key ends it."""
        deadline = _later(PLAYING_S)
        while name not in self._played:
            if by_key and self._keys:
                with suppress(AriNotFound):
                    await self._request(self._ari.playbacks.stop(name))
                return
            if not await self._until(self._changed, deadline - _later(0)):
                raise LineFailed(f"a prompt of more than {PLAYING_S:g} s")
        if self._played.pop(name).state == "failed":
            raise await self._failure("Asterisk could not play a prompt; is the file there?")

    async def _play(self, files: Sequence[str]) -> None:
        if files:
            await self._finished(await self._begin(files), by_key=False)

    async def _digits(self, files: Sequence[str], most: int, first_s: float, between_s: float, ends: str) -> Entered:
        # As over FastAGI: what was pressed before the question is no answer to it.
        self._keys.clear()
        if files:
            await self._finished(await self._begin(files), by_key=True)
        taken, patience = "", first_s
        while len(taken) < most:
            key = await self._key(patience)
            if not key:
                return Entered(taken, timed_out=True)
            if key == ends:
                return Entered(taken, timed_out=False)
            taken, patience = taken + key, between_s
        return Entered(taken, timed_out=False)

    async def _key(self, seconds: float) -> str:
        deadline = _later(seconds)
        while not self._keys:
            if not await self._until(self._changed, deadline - _later(0)):
                return ""
        return self._keys.popleft()

    async def _record(self, name: str, longest_s: int, silence_s: int) -> Said:
        await self._ask(
            self._ari.channels.record(
                self._channel,
                name,
                "wav",
                max_duration_seconds=longest_s,
                max_silence_seconds=silence_s,
                if_exists="overwrite",
                beep=True,
                terminate_on="#",
            )
        )
        deadline = _later(longest_s + SETTLE_S)
        while name not in self._recorded:
            if not await self._until(self._changed, deadline - _later(0)):
                raise LineFailed("the end of a recording was not reported")
        recording = self._recorded.pop(name)
        if recording.state == "failed":
            raise await self._failure(f"not recorded: {recording.cause or 'no cause given'}")
        audio = await self._ask(self._ari.recordings.get_stored_file(name))
        await asyncio.to_thread((self._folder / f"{name}.wav").write_bytes, audio)
        with suppress(AriNotFound):
            await self._request(self._ari.recordings.delete_stored(name))
        return Said(f"{name}.wav", float(recording.duration or 0))


def _later(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds
