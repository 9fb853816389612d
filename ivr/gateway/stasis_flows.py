"""Flows that run in Stasis, of one Asterisk: a line for each channel, which its events are told."""

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.util import greenlet_spawn

from ivr.ari import generated as ari_events
from ivr.ari.errors import AriError
from ivr.ari.line import StasisLine
from ivr.flow.entry import Incoming
from ivr.flow.line import CallerGone, Line, LineLost

FLOW = "flow"
"""First argument of the application for a caller whose flow is to run."""
EVENTS: tuple[type[Any], ...] = (
    ari_events.ChannelDtmfReceived,
    ari_events.PlaybackFinished,
    ari_events.RecordingFinished,
    ari_events.RecordingFailed,
    ari_events.StasisEnd,
)

log = structlog.get_logger()


class StasisFlows:
    """Runs `entry` for each caller whom the dialplan sends to `Stasis(hotline,flow,CONTACT)`."""

    def __init__(self, entry: Callable[[Line, Incoming], None], folder: Path) -> None:
        """`folder`: where callers' messages of this Asterisk are kept."""
        self._entry = entry
        self._folder = folder
        self._lines: dict[str, StasisLine] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def channels(self) -> Collection[str]:
        """The channels whose flows run."""
        return self._lines.keys()

    def start(self, ari: ari_events.Ari, channel: ari_events.Channel) -> None:
        """Run the flow of a caller who has come in."""
        line = self._lines[channel.id] = StasisLine(ari, channel.id, self._folder)
        task = asyncio.get_running_loop().create_task(self._run(ari, channel, line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def on_event(self, event: Any) -> None:
        """An event of one of the channels; others are left alone."""
        match event:
            case ari_events.ChannelDtmfReceived(channel=channel, digit=digit):
                if line := self._lines.get(channel.id):
                    line.key(digit)
            case ari_events.PlaybackFinished(playback=playback):
                if line := self._lines.get(playback.target_uri.removeprefix("channel:")):
                    line.played(playback)
            case ari_events.RecordingFinished(recording=recording) | ari_events.RecordingFailed(recording=recording):
                if line := self._lines.get(recording.target_uri.removeprefix("channel:")):
                    line.recorded(recording)
            case ari_events.StasisEnd(channel=channel) | ari_events.ChannelDestroyed(channel=channel):
                if line := self._lines.get(channel.id):
                    line.ends(CallerGone("the caller hung up"))

    def lost(self) -> None:
        """Asterisk is not heard any more: every flow is broken; the dead man's time sends its caller in again."""
        for line in self._lines.values():
            line.ends(LineLost("the link to Asterisk is down"))

    async def _run(self, ari: ari_events.Ari, channel: ari_events.Channel, line: StasisLine) -> None:
        incoming = Incoming(channel=channel.id, dialled=channel.dialplan.exten, number=channel.caller.number)
        try:
            await greenlet_spawn(self._entry, line, incoming)
        except Exception as error:
            # Without its local variables, which hold the caller's digits.
            log.error("a flow in Stasis failed", channel=channel.id, error=type(error).__name__)
        finally:
            del self._lines[channel.id]
        try:
            await ari.channels.continue_in_dialplan(channel.id)
        except AriError:
            # Gone, or out of reach: the dead man's time sends him on.
            log.debug("a caller could not be sent on", channel=channel.id)
