"""The crowd: so many callers at a time, each that leaves followed by another, drawn by a seed."""

import asyncio
import random
from collections.abc import Callable

from config.lab.chaos.plan import BACK, BACK_KEY, SPOKEN, STRAIGHT, VIP
from config.lab.peers.log import Event
from config.lab.peers.process import CallThere, PeersError, PeersProcess, PhoneThere
from config.lab.peers.script import CallPlan, Digits, Ringing

OVER = ("hung_up", "remote_hung_up", "failed")
_BETWEEN_S = 0.08
"""Between two calls placed: a crowd that comes all at once would measure nothing but that."""
_NUMBERS = 200
"""So many numbers call, again and again, and as many others ask to be called back: the peers' SIP stack has room for a
thousand identities, of which the latter have two each, and never lets one go."""


class CrowdMissing(Exception):
    """The callers did not come together; says how many did."""


class LiveCalls:
    """The calls of some peers that have begun, with the event `begin`, and are not over."""

    def __init__(self, peers: PeersProcess, begin: str) -> None:
        self.there: dict[str, CallThere] = {}
        """By SIP Call-ID, oldest first."""
        self._peers = peers
        self._begin = begin
        self._changed = asyncio.Event()
        self.forget = peers.listen(self._take)
        """Ends the listening."""

    def _take(self, event: Event) -> None:
        if event["event"] == self._begin:
            call_id = event["call_id"]
            self.there[call_id] = CallThere(peers=self._peers, peer=event["peer"], call_id=call_id)
        elif event["event"] in OVER:
            self.there.pop(event["call_id"], None)
        else:
            return
        self._changed.set()

    async def until(self, true: Callable[[int], bool]) -> None:
        """Wait until this is true of how many there are."""
        while not true(len(self.there)):
            self._changed.clear()
            await self._changed.wait()

    async def hang_up(self, share: float, chance: random.Random) -> int:
        """Let this share of them be hung up by their peers now; how many were."""
        calls = list(self.there.values())
        chosen = chance.sample(calls, round(share * len(calls)))
        done = await asyncio.gather(*(call.hang_up() for call in chosen), return_exceptions=True)
        for error in done:
            # A call that ends in this very moment cannot be hung up any more.
            if isinstance(error, BaseException) and not isinstance(error, PeersError):
                raise error
        return sum(error is None for error in done)


class Crowd:
    """Keeps `size` callers in the house between `gather` and `disperse`."""

    def __init__(self, callers: PeersProcess, server: str, size: int, chance: random.Random) -> None:
        """`server`: where they call, HOST:PORT."""
        self.calls = LiveCalls(callers, "dialled")
        self.placed = 0
        self.may_call = asyncio.Event()
        """Cleared while there is nobody to call."""
        self.may_call.set()
        self._callers = callers
        self._server = server
        self._size = size
        self._chance = chance
        self._asked_back = 0
        self._phones: dict[str, PhoneThere] = {}
        """On which they are called back, by number."""
        self._trouble = ""
        self._calling: asyncio.Task[None] | None = None

    async def gather(self, deadline_s: float) -> None:
        """Begin to call; returns when as many as wanted are there. Raises CrowdMissing."""
        self._calling = asyncio.create_task(self._keep_calling())
        await self.full(deadline_s)

    async def full(self, deadline_s: float) -> None:
        """Wait until as many as wanted are there. Raises CrowdMissing."""
        try:
            async with asyncio.timeout(deadline_s):
                await self.calls.until(lambda there: there >= self._size)
        except TimeoutError:
            there, why = len(self.calls.there), self._trouble or "ask for fewer"
            raise CrowdMissing(f"{there} of {self._size} callers after {deadline_s:g} s: {why}") from None

    async def disperse(self, deadline_s: float) -> None:
        """Place no more calls and wait until the last is over; the check tells of those that are not by then."""
        if self._calling is not None:
            self._calling.cancel()
            await asyncio.gather(self._calling, return_exceptions=True)
        try:
            async with asyncio.timeout(deadline_s):
                await self.calls.until(lambda there: not there)
        except TimeoutError:
            return
        finally:
            self.calls.forget()

    async def _keep_calling(self) -> None:
        while True:
            await self.calls.until(lambda there: there < self._size)
            await self.may_call.wait()
            plan = self._draw()
            try:
                if plan.digits:
                    await self._plug_in(plan)
                await self._callers.place(plan)
                self.placed += 1
            except PeersError as error:
                # A call that was not placed is none; if no other is either, callers will be missing.
                self._trouble = f"a call was not placed: {error}"
            await asyncio.sleep(_BETWEEN_S)

    async def _plug_in(self, plan: CallPlan) -> None:
        """The phone on which he is called back."""
        ringing = Ringing(ring_s=round(self._chance.uniform(0.2, 3.0), 2), talk_s=plan.talk_s)
        phone = self._phones.get(plan.caller)
        if phone is not None:
            await phone.behave(ringing)
        else:
            self._phones[plan.caller] = await self._callers.plug_in(f"+86{plan.caller}", of="customer", ringing=ringing)

    def _draw(self) -> CallPlan:
        chance = self._chance
        impatient = chance.random() < 0.1
        number = chance.choices((STRAIGHT, SPOKEN, VIP, BACK), (40, 35, 15, 10))[0]
        asks_back = number == BACK or (number == STRAIGHT and chance.random() < 0.15)
        self._asked_back += asks_back
        return CallPlan(
            number=number,
            caller=f"138{self._asked_back % _NUMBERS:08d}" if asks_back else f"139{self.placed % _NUMBERS:08d}",
            server=self._server,
            # A second press is for who was not in the queue yet.
            digits=tuple(Digits(press=BACK_KEY, delay_s=d) for d in (chance.uniform(0.5, 4), 6)) if asks_back else (),
            patience_s=round(chance.uniform(4, 15) if impatient else chance.uniform(60, 90), 2),
            talk_s=round(min(30.0, 2.0 + chance.expovariate(1 / 5)), 2),
        )
