"""One Asterisk as the floor sees it: its events told to the floor, the floor's commands sent to it.

Nothing here needs to be remembered: after a break the links come up, Asterisk is looked at, and what differs from the
floor is mended.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from acd import commands as c
from acd import events as e
from acd.contact import Contact, ContactState
from cti.journal.loop import FloorLoop
from ivr.ari.errors import AriConflict, AriDown, AriError
from ivr.ari.link import AriLink
from ivr.ari.operation import Operation
from ivr.gateway import names
from ivr.gateway.acceptance import Acceptance
from ivr.gateway.audio import AudioWatch
from ivr.gateway.callbacks import Callbacks, nobody_is_barred
from ivr.gateway.consults import Consults
from ivr.gateway.dialled import Dialled
from ivr.gateway.fallback import Fallback
from ivr.gateway.legs import leg_answered
from ivr.gateway.marks import Marks
from ivr.gateway.mending import Mending
from ivr.gateway.news import News
from ivr.gateway.orders import Orders
from ivr.gateway.phones import Phones
from ivr.gateway.requests import DEAD_MAN_S, dead_man
from ivr.gateway.sending import Sending
from ivr.gateway.stasis_flows import StasisFlows
from ivr.gateway.transfers import Transfers
from ivr.gateway.waiting import Say, Waiting, nothing_to_say
from ivr.prompts.book import AUTO_ANSWER_TONE

RENEW_S = 10.0
RENEWED_AT_ONCE = 50
"""Channels renewed in one turn of the loop: a thousand would hold it up, and Asterisk's answers to others."""
BETWEEN_S = 0.01
LOOK_S = 5.0
_FALLBACK_FACTS = (e.PlanChanged, e.EmergencySwitchedOn, e.EmergencySwitchedOff)
"""What changes what the fallback is to do; who is ready there is told when it is renewed."""

log = structlog.get_logger()


class Exchange:
    """The gateway to one Asterisk. `in_flow` tells which contacts' flows run in this process."""

    def __init__(
        self,
        name: str,
        node: str,
        loop: FloorLoop,
        connect: "Callable[[Exchange], AriLink]",
        phones: Phones,
        in_flow: Callable[[], set[str]],
        flows: StasisFlows,
        fallback: Fallback,
        trunk: str = "trunk",
        say: Say = nothing_to_say,
        shown: Callable[[str], str] = lambda access: access,
        barred: Callable[[str], Awaitable[bool]] = nobody_is_barred,
        access_numbers: Callable[[], Mapping[str, str]] = dict,
        call_log: Path | None = None,
    ) -> None:
        """`connect` makes the ARI link that calls `on_event`, `on_up` and `on_down`.

        `trunk` is the endpoint through which numbers outside are rung; `say` gives the files of what waiting callers,
        and whoever picks up outside, are told; `shown` gives the number that customers see who are called back for an
        access number, `barred` whether a number is on the black list; `access_numbers` are the plan's with their
        queues, where an agent's phone may send a caller, or ask whoever is free; `call_log` is its call event log, None
        when it is not ours to read.
        """
        self.name = name
        self.reconciled = asyncio.Event()
        """Set once Asterisk was compared with the floor since the link came up."""
        self._node = node
        self._loop = loop
        self._phones = phones
        self._phones_known = False
        self._care: asyncio.Task[None] | None = None
        self._flows = flows
        self._fallback = fallback
        self._sending = Sending(name, lambda: self.link)
        tone = str(AUTO_ANSWER_TONE.with_suffix(""))
        self._acceptance = Acceptance(node, self._sending.send_or, self._accepted, say, tone)
        self._queued = Waiting(loop, say)
        self._callbacks = Callbacks(
            loop,
            node,
            self._send_dial,
            trunk=trunk,
            phones=phones.known,
            shown=shown,
            barred=barred,
            say=lambda prompt, language: list(say(prompt, language, None)),
        )
        dialled = Dialled(loop, lambda: self.link)
        one = (name, node, loop, self._sending, Marks())
        may_transfer = partial(phones.may_transfer, name)
        self._orders = Orders(
            *one,
            acceptance=self._acceptance,
            queued=self._queued,
            callbacks=self._callbacks,
            trunk=trunk,
            may_transfer=may_transfer,
        )
        self._audio = AudioWatch(name, node, loop, self._sending)
        self._news = News(
            *one,
            flows=flows,
            acceptance=self._acceptance,
            queued=self._queued,
            callbacks=self._callbacks,
            dialled=dialled,
            phones=phones,
            fallback=fallback,
            audio=self._audio,
            transfers=Transfers(node, loop, self._sending, access_numbers, phones.known),
            consults=Consults(loop, self._sending, access_numbers, may_transfer),
            reconciled=self.reconciled,
        )
        self._mending = Mending(
            *one,
            news=self._news,
            orders=self._orders,
            queued=self._queued,
            acceptance=self._acceptance,
            dialled=dialled,
            phones=phones,
            fallback=fallback,
            in_flow=in_flow,
            waiting=self._waiting,
            call_log=call_log,
        )
        self.link = connect(self)

    def hold(self) -> None:
        """Let none of its contacts be offered until it was looked at again."""
        if self.name not in self._loop.floor.state.links_down:
            self._loop.tell_if_fits(e.LinkDown(at=self._loop.now(), asterisk=self.name))

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        await self.link.start()

    async def stop(self) -> None:
        """Close the link. Calls stay as they are."""
        await self.link.stop()

    @property
    def repairs(self) -> Counter[str]:
        """Differences mended, by what they were."""
        return self._mending.repairs

    def on_event(self, event: Any) -> None:
        """One ARI event, in the order Asterisk sent them."""
        self._news.on_event(event)

    def release(self, commands: Sequence[c.Command]) -> None:
        """Send commands, in order."""
        self._orders.release(commands)

    # --- the link ---

    def on_up(self) -> None:
        """The link is up: look, mend, then keep looking and keep the waiting callers' dead-man's time renewed."""
        self._care = asyncio.get_running_loop().create_task(self._take_care(), name=f"care for {self.name}")
        self._care.add_done_callback(self._care_ended)

    def on_down(self, reason: str) -> None:
        """The link is down."""
        self._flows.lost()
        self.reconciled.clear()
        self._mending.out_of_reach()
        self.hold()
        self._phones_known = False
        self._fallback.forget()
        if self._care is not None:
            self._care.cancel()
            self._care = None

    def read(self, number: int, fact: e.Fact) -> None:
        """Take a fact: a new plan may have another fallback, and new phones, which the next look makes known."""
        if isinstance(fact, e.PlanChanged):
            self._phones_known = False
        if isinstance(fact, _FALLBACK_FACTS) and self._care is not None:
            self._tell_fallback()

    def _care_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("no longer looking after Asterisk", asterisk=self.name, exc_info=error)

    async def _take_care(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_renewing())
            group.create_task(self._keep_looking())

    async def _keep_renewing(self) -> None:
        """Nothing may hold this up: a caller whose time runs out leaves the queue."""
        while True:
            self._tell_fallback()
            channels = [*(contact.channel for contact in self._waiting()), *self._flows.channels]
            for first in range(0, len(channels), RENEWED_AT_ONCE):
                self._renew(channels[first : first + RENEWED_AT_ONCE])
                await asyncio.sleep(BETWEEN_S)
            await asyncio.sleep(RENEW_S)

    async def _keep_looking(self) -> None:
        while True:
            try:
                seen = await self._mending.look(after_break=not self.reconciled.is_set())
                if not self.reconciled.is_set():
                    self.reconciled.set()
                    self._loop.tell_if_fits(e.LinkUp(at=self._loop.now(), asterisk=self.name))
                await self._audio.look(seen.bridges)
                if not self._phones_known:
                    self._phones_known = True
                    await self._phones.bring_up(self.link, self._loop.tell_if_fits)
            except AriError as error:
                self._phones_known = False
                log.warning("could not look at Asterisk", asterisk=self.name, error=str(error))
            except Exception:
                # A database that is away, a phone that cannot be made: the next look tries again.
                self._phones_known = False
                log.exception("could not look after Asterisk", asterisk=self.name)
            await asyncio.sleep(LOOK_S)

    def _renew(self, channels: Sequence[str]) -> None:
        """Renew the time of those who still wait: to him who talks by now it would be the end of his talk."""
        waiting = {contact.channel for contact in self._waiting()}.union(self._flows.channels)
        here = (channel for channel in channels if channel in waiting)
        self._sending.send(*(dead_man(self.link.ari, channel, DEAD_MAN_S) for channel in here))

    def _tell_fallback(self) -> None:
        self._sending.send(*self._fallback.told(self.link.ari, self._loop.floor))

    def _waiting(self) -> list[Contact]:
        states = (ContactState.WAITING, ContactState.OFFERED)
        return [
            each
            for each in self._loop.floor.contacts.values()
            if each.asterisk == self.name and each.state in states and not each.without_leg
        ]

    def _accepted(self, offer: int) -> None:
        self._loop.tell_if_fits(leg_answered(names.Leg(offer), self._loop.now()))

    def _send_dial(self, operation: Operation[Any]) -> None:
        self.link.send(operation, on_error=self._dial_refused)

    def _dial_refused(self, operation: Operation[Any], error: AriError) -> None:
        offer = names.customer_of(self._node, operation.uri.partition("?")[0].removeprefix("channels/"))
        if offer is not None and operation.method == "POST" and not isinstance(error, AriConflict | AriDown):
            self._callbacks.refused(offer, str(error))
        else:
            self._sending.ignore(operation, error)
