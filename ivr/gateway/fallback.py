"""One Asterisk's fallback: told what the plan wants of it, its callers fetched home, its calls read back from the log.

While hotline is away the dialplan does as its global variables say: the queue of last resort with the phones of those
who were ready, a number, a message, at last the apology. Each call that ended there left a line in the call event log.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from acd import events as e
from acd.contact import ContactState
from acd.floor import Floor
from cti.journal.loop import FloorLoop
from ivr.ami.errors import AmiError
from ivr.ari.errors import AriError
from ivr.ari.generated import Ari, Channel
from ivr.ari.operation import Operation
from ivr.gateway.fallback_log import LOST, MESSAGE, FallbackCall, FallbackLog
from ivr.gateway.look import RESTARTED, Seen

CONTEXT = "hotline-fallback"
"""Of the dialplan."""
HOME = "home"
"""Its extension that brings a caller back to the queue, or to his flow."""
READY = "HOTLINE_READY"
_AT_ONCE = 8
"""So many are being fetched home at a time."""
MOST_PHONES = 400
"""The queue of last resort rings so many at most: a dialplan variable holds 4,096 bytes."""

log = structlog.get_logger()


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

    async def read(self, loop: FloorLoop, asterisk: str, began_at: int) -> None:
        """Tell the floor of calls that ended there; after the channels were listed, so that none slips through.

        `began_at`: since when Asterisk runs, ms.
        """
        if self.log_file is None:
            return
        after = loop.floor.state.fallback_read.get(asterisk, 0)
        try:
            calls = await asyncio.to_thread(self.log_file.read, after, began_at * 1000)
        except OSError as error:
            log.error("the fallback's log cannot be read", asterisk=asterisk, error=str(error))
            return
        for call in calls:
            there = await self._message(call) if call.end == MESSAGE else call.talk
            for event in ends(loop.floor, asterisk, call, there, loop.now()):
                loop.tell_if_fits(event)

    async def fetch_home(self, ari: Ari, seen: Seen) -> int:
        """Bring those who wait in its queue back to ours, and not whom somebody has answered; how many.

        Who came first goes first. Some at a time: one by one, a hundred would hold up the start, and all at once, some
        would be answered before they are sent home.
        """
        talking = {channel for bridge in seen.bridges.values() for channel in bridge.channels}
        there = [each for each in seen.channels.values() if each.id not in talking and is_there(each)]
        turn = asyncio.Semaphore(_AT_ONCE)

        async def fetch(channel: Channel) -> bool:
            async with turn:
                return await waits_there(ari, channel) and await self._sent_home(channel)

        return sum(await asyncio.gather(*(fetch(each) for each in sorted(there, key=lambda one: one.creationtime))))

    async def _sent_home(self, channel: Channel) -> bool:
        try:
            await self._redirect(channel.name, CONTEXT, HOME)
        except AmiError as error:
            # The next look tries again.
            log.warning("not fetched from the fallback", channel=channel.id, error=str(error))
            return False
        return True


def variables(floor: Floor, wanted: Mapping[str, str]) -> dict[str, str]:
    """All global variables the fallback goes by: what the plan wants, and the phones of agents who are ready.

    A number outside is no phone of Asterisk's, and its queue asks nobody to press 1: a mailbox would answer.
    """
    ready = [
        agent.extension
        for agent in floor.agents.values()
        if agent.intent is e.Intent.READY
        and agent.extension
        and not agent.outside
        and agent.extension not in floor.state.unreachable
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
    lost = call.end == LOST
    if lost and contact is not None:
        # The look finds it among those it knows.
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
        cause=e.EndCause.LOST if lost else e.EndCause.FALLBACK,
        detail=RESTARTED if lost else call.detail,
        seen_until=call.ended_at // 1000,
        log_position=call.ended_at,
        in_fallback=there,
    )
    return [ended] if contact is not None else [came, ended]
