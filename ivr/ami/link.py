"""The link to one Asterisk's manager interface: actions with deadlines, no events, connected again when it is lost."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn

from ivr.ami.codec import AmiDecoder, AmiFrame, Fields, encode
from ivr.ami.errors import AmiDown, AmiError, AmiFieldError, AmiProtocolError, AmiTimeout, refusal
from ivr.reconnect import LinkLost, LinkState, Reconnect, Reconnecting, first_of

CONNECT_S = 5.0
DEADLINE_S = 5.0
KEEP_ALIVE_S = 10.0

_numbers = itertools.count(1)


@dataclass(slots=True)
class AmiCounts:
    """What an AMI link has seen since the process began, for the metrics."""

    actions: int = 0
    """Actions sent, log-ins and keep-alives included."""
    refused: int = 0
    """Actions Asterisk answered with an error."""
    timeouts: int = 0
    """Actions without an answer within their deadline."""
    late: int = 0
    """Answers nobody waited for any more."""
    events: int = 0
    """Events that came although they are off, dropped."""
    stray: int = 0
    """Lines that were no field, skipped."""


@dataclass(slots=True)
class _Asked:
    """An action under way; nobody waits for the answer to a keep-alive."""

    action: str
    answer: asyncio.Future[AmiFrame] | None


class AmiLink(Reconnecting):
    """One Asterisk's manager: make it, `start` it, `await link.redirect(...)`; `counts` is for the metrics.

    Every action raises `AmiRefused` (`AmiNoChannel` for a channel that is gone), `AmiTimeout`, `AmiDown`, or
    `AmiFieldError` before anything is sent. None of the listeners may block.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        user: str,
        secret: str,
        *,
        on_up: Callable[[], None] = lambda: None,
        on_down: Callable[[str], None] = lambda reason: None,
        keep_alive_s: float = KEEP_ALIVE_S,
    ) -> None:
        self.name = name
        self.counts = AmiCounts()
        self._host = host
        self._port = port
        self._user = user
        self._secret = secret
        self._keep_alive_s = keep_alive_s
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[str, _Asked] = {}
        place = f"AMI of {name!r} at {host}:{port}"
        self._reconnect = Reconnect(place, self._serve, on_up=on_up, on_down=on_down)

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        await self._reconnect.start()

    async def stop(self) -> None:
        """Close the connection; actions under way fail with `AmiDown`."""
        await self._reconnect.stop()

    async def wait_up(self, deadline_s: float) -> None:
        """Return once it is up; raises `LinkLost` with the newest reason after `deadline_s` seconds."""
        await self._reconnect.wait_up(deadline_s)

    async def action(
        self, name: str, *, deadline_s: float = DEADLINE_S, **fields: str | int | list[str] | None
    ) -> AmiFrame:
        """Ask for one action and wait for its answer; a field that is None is left out, a list is repeated."""
        if self.state is not LinkState.UP:
            raise AmiDown(name, f"the link is down: {self.reason}", sent=False)
        return await self._ask(name, fields, deadline_s)

    async def redirect(self, channel: str, context: str, exten: str, priority: int = 1) -> None:
        """Send a channel to a place in the dialplan, wherever it is; ARI can only do that for channels in Stasis."""
        await self.action("Redirect", Channel=channel, Context=context, Exten=exten, Priority=priority)

    async def mixmonitor(self, channel: str, file: str = "", options: str = "") -> None:
        """Record a channel: `file` for the mix (may be empty), `options` the application's, `br(RX.wav)t(TX.wav)`."""
        for field, value in (("File", file), ("Options", options)):
            # Asterisk joins them by commas, and the third argument of MixMonitor is a shell command.
            if "," in value:
                raise AmiFieldError(f"AMI field {field}: a comma would begin MixMonitor's next argument: {value!r}")
        await self.action("MixMonitor", Channel=channel, File=file, Options=options or None)

    async def stop_mixmonitor(self, channel: str) -> None:
        """Stop the recording of a channel."""
        await self.action("StopMixMonitor", Channel=channel)

    async def mixmonitor_mute(
        self, channel: str, *, muted: bool, direction: Literal["read", "write", "both"] = "both"
    ) -> None:
        """Pause or go on: muted audio is written as silence, so the time stays aligned."""
        await self.action("MixMonitorMute", Channel=channel, Direction=direction, State=int(muted))

    async def _serve(self, up: Callable[[], None]) -> NoReturn:
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(self._host, self._port)
        except TimeoutError:
            raise LinkLost(f"no answer within {CONNECT_S:g} s") from None
        except OSError as error:
            told = f"cannot reach it ({error}): is Asterisk running, and is this manager.conf's port?"
            raise LinkLost(told) from None
        self._writer = writer
        reason = "stopped"
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._log_in(up))
                await self._read(reader)
        except* (LinkLost, AmiProtocolError, OSError) as group:
            reason = str(first_of(group))
        finally:
            self._writer = None
            writer.close()
            waiting, self._waiting = self._waiting, {}
            for asked in waiting.values():
                if asked.answer is not None and not asked.answer.done():
                    asked.answer.set_exception(AmiDown(asked.action, reason, sent=True))
        raise LinkLost(reason)

    async def _log_in(self, up: Callable[[], None]) -> None:
        try:
            await self._ask("Login", {"Username": self._user, "Secret": self._secret, "Events": "off"}, DEADLINE_S)
        except AmiError as error:
            raise LinkLost(
                f"{error}: user {self._user!r} and its secret must be those in manager.conf, section [{self._user}]"
            ) from None
        up()

    async def _read(self, reader: asyncio.StreamReader) -> NoReturn:
        decoder = AmiDecoder()
        asked = False
        while True:
            try:
                async with asyncio.timeout(self._keep_alive_s):
                    data = await reader.read(1 << 16)
            except TimeoutError:
                if asked:
                    raise LinkLost(f"no answer to Ping within {self._keep_alive_s:g} s") from None
                asked = True
                self._write("Ping", {}, None)
                continue
            if not data:
                raise LinkLost("Asterisk closed the connection")
            asked = False
            for frame in decoder.feed(data):
                self._take(frame)
            self.counts.stray += decoder.stray
            decoder.stray = 0

    def _take(self, frame: AmiFrame) -> None:
        if frame.get("Response") is None:
            self.counts.events += 1
            return
        asked = self._waiting.pop(frame.get("ActionID") or "", None)
        if asked is None:
            self.counts.late += 1
        elif asked.answer is not None and not asked.answer.done():
            if frame.get("Response") == "Error":
                self.counts.refused += 1
                asked.answer.set_exception(refusal(asked.action, frame.get("Message") or "no reason given"))
            else:
                asked.answer.set_result(frame)

    async def _ask(self, name: str, fields: Fields, deadline_s: float) -> AmiFrame:
        answer: asyncio.Future[AmiFrame] = asyncio.get_running_loop().create_future()
        action_id = self._write(name, fields, answer)
        try:
            async with asyncio.timeout(deadline_s):
                return await answer
        except TimeoutError:
            self.counts.timeouts += 1
            raise AmiTimeout(name, deadline_s) from None
        finally:
            self._waiting.pop(action_id, None)

    def _write(self, name: str, fields: Fields, answer: asyncio.Future[AmiFrame] | None) -> str:
        action_id = str(next(_numbers))
        block = encode(name, action_id, fields)
        if self._writer is None:
            raise AmiDown(name, "the connection is lost", sent=False)
        self._waiting[action_id] = _Asked(name, answer)
        self._writer.write(block)
        self.counts.actions += 1
        return action_id
