"""One Asterisk's fallback: told what the plan wants of it, its callers fetched home, its calls read back from the log.

While hotline is away the dialplan does as its global variables say: the queue of last resort with the phones of those
who were ready, a number, a message, at last the apology. Each call that ended there left a line in the call event log.
"""

import asyncio
import csv
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from acd import events as e
from acd.contact import ContactState
from acd.floor import Floor
from cti.journal.loop import FloorLoop
from ivr.ami.errors import AmiError
from ivr.ari.errors import AriError
from ivr.ari.generated import Ari, Channel
from ivr.ari.operation import Operation
from ivr.gateway.look import Seen
from ivr.numbers import normalise

CONTEXT = "hotline-fallback"
"""Of the dialplan."""
HOME = "home"
"""Its extension that brings a caller back to the queue, or to his flow."""
ENDED = "HOTLINE_FALLBACK_END"
TALKED = "HOTLINE_FALLBACK_TALK"
"""Somebody has answered; its text is the contact."""
READY = "HOTLINE_READY"
MOST_PHONES = 400
"""The queue of last resort rings so many at most: a dialplan variable holds 4,096 bytes."""
MESSAGE, ANSWERED = "message", "answered"
LOOK_BACK = 64 * 2**20
"""So many bytes of a log are looked through at a start."""

_AT, _CHANNEL, _NUMBER, _DIALLED, _EXTRA = 1, 3, 7, 8, 12
"""Columns of the log."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackCall:
    """A call that ended in the fallback."""

    contact: str
    channel: str
    access: str
    caller: str
    since: int
    """When it came there, ms."""
    ended_at: int
    """Microseconds since the epoch, as the log has it."""
    talked_from: int | None
    """When somebody had answered, ms."""
    end: str
    """answered, message, announcement, apology or abandoned."""
    who: str
    """Who answered: an interface or a number; else empty."""
    sip_call_id: str

    @property
    def detail(self) -> str:
        """What became of it, in words for the records."""
        by = f" by {self.who}" if self.who else ""
        return f"{self.end}{by}, {(self.ended_at // 1000 - self.since) / 1000:.0f} s in the fallback"

    @property
    def talk(self) -> e.InFallback | None:
        """The talk he had there; of one whose beginning is not in the log it is not known when, but after he came."""
        if self.end != ANSWERED:
            return None
        party = self.who.removeprefix("PJSIP/").removeprefix("in-").removeprefix("out-")
        return e.InFallback(party=party, talked_from=self.since if self.talked_from is None else self.talked_from)


class FallbackLog:
    """The call event log of one Asterisk, read onward from where it was read last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = 0
        self._offset = 0
        self._talks: dict[str, int] = {}
        """Contact -> when somebody answered, ms: of those that have not ended yet."""

    def read(self, after: int) -> list[FallbackCall]:
        """Calls that ended later than `after` (µs) and were not returned before. Blocks; raises OSError."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            stat = self._path.stat()
            if stat.st_ino != self._file or stat.st_size < self._offset:
                self._file, self._offset = stat.st_ino, max(0, stat.st_size - LOOK_BACK)
            file.seek(self._offset)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        marks = (ENDED.encode(), TALKED.encode())
        lines = [line for line in whole.split(b"\n") if any(mark in line for mark in marks)]
        return [call for line in lines for call in self._take(line) if call.ended_at > after]

    def _take(self, line: bytes) -> Iterator[FallbackCall]:
        row = next(csv.reader([line.decode("utf-8", "replace")]))
        if len(row) <= _EXTRA or row[0] not in (ENDED, TALKED):
            return
        try:
            said = str(json.loads(row[_EXTRA])["extra"])
            seconds, _, fraction = row[_AT].partition(".")
            at = int(seconds) * 1_000_000 + int(fraction.ljust(6, "0"))
        except (ValueError, KeyError, TypeError):
            # Cut off by a crash of Asterisk: the call is found by its channel, which is gone.
            return
        if row[0] == TALKED:
            self._talks[said] = at // 1000
        else:
            yield from _ended(row, said, at, self._talks.pop(said.partition(" ")[0], None))


def _ended(row: Sequence[str], said: str, at: int, talked_from: int | None) -> Iterator[FallbackCall]:
    try:
        contact, since, ended, *call_id = said.split(" ")
        end, _, who = ended.partition(":")
        came = int(since)
    except ValueError:
        return
    yield FallbackCall(
        contact=contact,
        channel=row[_CHANNEL],
        access=row[_DIALLED],
        caller=normalise(row[_NUMBER]).value,
        since=came,
        ended_at=at,
        talked_from=talked_from,
        end=end,
        who=who,
        sip_call_id="".join(call_id),
    )


class Fallback:
    """What one exchange has to do with it."""

    def __init__(
        self,
        log_file: FallbackLog | None,
        redirect: Callable[[str, str, str], Awaitable[None]],
        wanted: Callable[[], Mapping[str, str]],
        message: Callable[[FallbackCall], Awaitable[e.InFallback | None]],
    ) -> None:
        """`log_file` None: this Asterisk's log is not ours to read.

        `redirect` sends a channel, by name, to a context and extension, wherever it is, and raises AmiError. `wanted`:
        the dialplan's global variables by the plan in force. `message` gives the message left there, if it can be read.
        """
        self.log_file = log_file
        self._redirect = redirect
        self._wanted = wanted
        self._message = message
        self._told: dict[str, str] = {}

    def forget(self) -> None:
        """The link is down: Asterisk may have been restarted, and is told everything again."""
        self._told = {}

    def told(self, ari: Ari, floor: Floor) -> list[Operation[None]]:
        """The requests that let Asterisk know what has changed since it was told last."""
        before, self._told = self._told, variables(floor, self._wanted())
        changed = {name: value for name, value in self._told.items() if before.get(name) != value}
        return [ari.asterisk.set_global_var(name, value=value) for name, value in changed.items()]

    async def read(self, loop: FloorLoop, asterisk: str) -> None:
        """Tell the floor of calls that ended there; after the channels were listed, so that none slips through."""
        if self.log_file is None:
            return
        after = loop.floor.state.fallback_read.get(asterisk, 0)
        try:
            calls = await asyncio.to_thread(self.log_file.read, after)
        except OSError as error:
            log.error("the fallback's log cannot be read", asterisk=asterisk, error=str(error))
            return
        for call in calls:
            there = await self._message(call) if call.end == MESSAGE else call.talk
            for event in ends(loop.floor, asterisk, call, there, loop.now()):
                loop.tell_if_fits(event)

    async def fetch_home(self, ari: Ari, seen: Seen) -> int:
        """Bring those who wait in its queue back to ours, and not whom somebody has answered; how many."""
        talking = {channel for bridge in seen.bridges.values() for channel in bridge.channels}
        fetched = 0
        for channel in seen.channels.values():
            if channel.id in talking or not await waits_there(ari, channel):
                continue
            try:
                await self._redirect(channel.name, CONTEXT, HOME)
                fetched += 1
            except AmiError as error:
                # The next look tries again.
                log.warning("not fetched from the fallback", channel=channel.id, error=str(error))
        return fetched


def variables(floor: Floor, wanted: Mapping[str, str]) -> dict[str, str]:
    """All global variables the fallback goes by: what the plan wants, and the phones of agents who are ready."""
    ready = [
        agent.extension
        for agent in floor.agents.values()
        if agent.intent is e.Intent.READY and agent.extension and agent.extension not in floor.state.unreachable
    ]
    return {**wanted, READY: "-".join(ready[:MOST_PHONES])}


def is_there(channel: Channel) -> bool:
    """Whether a caller is in the fallback."""
    return channel.dialplan.context == CONTEXT


async def waits_there(ari: Ari, channel: Channel) -> bool:
    """Whether he waits in the queue of last resort and nobody has answered; asked of Asterisk at this moment."""
    if not is_there(channel) or channel.dialplan.app_name != "Queue":
        return False
    try:
        answered = await ari.channels.get_channel_var(channel.id, "MEMBERINTERFACE")
        return not answered.value
    except AriError:
        # Not set, or he is gone: then there is nothing to redirect either.
        return True


def ends(floor: Floor, asterisk: str, call: FallbackCall, there: e.InFallback | None, now: int) -> list[e.Event]:
    """A call that ended in the fallback, as the floor hears of it: one it never knew, or one that is still open there.

    Nothing for a contact whose end is known already.
    """
    contact = floor.contacts.get(call.contact)
    if contact is not None and contact.state not in (ContactState.IVR, ContactState.WAITING, ContactState.OFFERED):
        return []
    came = e.ContactStarted(
        at=now,
        contact=call.contact,
        asterisk=asterisk,
        channel=call.channel,
        access=call.access,
        caller=call.caller,
        sip_call_id=call.sip_call_id,
    )
    ended = e.ContactEnded(
        at=now,
        contact=call.contact,
        cause=e.EndCause.FALLBACK,
        detail=call.detail,
        seen_until=call.ended_at // 1000,
        log_position=call.ended_at,
        in_fallback=there,
    )
    return [ended] if contact is not None else [came, ended]
