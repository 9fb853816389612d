"""All the peers of one process: places calls, plugs in phones, and keeps the sound of every call flowing."""

import asyncio
import contextlib
import resource
from pathlib import Path
from typing import TYPE_CHECKING

import baresip

from config.lab.peers import tones
from config.lab.peers.call import PeerCall
from config.lab.peers.log import Log
from config.lab.peers.phone import Phone
from config.lab.peers.script import CallPlan, PhonePlan
from config.lab.peers.stack import PeerError, Stack

if TYPE_CHECKING:
    from baresip.ua import UserAgent

_TICK_S = 0.1
_LONGEST_NUMBER = 64


class Station:
    """The peers of this process. `start` it, `stop` it."""

    def __init__(self, *, sip_port: int, rtp_ports: tuple[int, int], log: Log, authorities: Path | None = None) -> None:
        self.phones: dict[str, Phone] = {}
        """By peer name."""
        self.calls: dict[str, PeerCall] = {}
        """Calls that are not over, by SIP Call-ID and peer: a call between two peers of ours has two ends."""
        self._sip_port = sip_port
        self._rtp_ports = rtp_ports
        self._authorities = authorities
        self._log = log
        self._stack = Stack()
        self._callers: dict[tuple[str, str, str, str, bool], UserAgent] = {}
        self._dialled = 0
        self._clock: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        """Start the SIP stack. Raises PeerError."""
        await self._stack.start(self._sip_port, self._rtp_ports, self._authorities)
        self._clock = asyncio.get_running_loop().create_task(self._keep_sounding())

    async def stop(self) -> None:
        """End every call and the stack."""
        for call in list(self.calls.values()):
            call.hang_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self._idle.wait()
        if self._clock is not None:
            self._clock.cancel()
        await self._stack.stop()

    async def _keep_sounding(self) -> None:
        # The clock of the sound card that these phones do not have.
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for key, call in list(self.calls.items()):
                if call.over:
                    del self.calls[key]
                else:
                    call.pump()
            if not self.calls:
                self._idle.set()
            due = max(due + _TICK_S, loop.time())
            await asyncio.sleep(due - loop.time())

    def _join(self, call: PeerCall) -> None:
        self.calls[f"{call.call_id} {call.peer}"] = call
        self._idle.clear()

    async def all_over(self) -> None:
        """Wait until no call is left."""
        await self._idle.wait()

    def phone(self, peer: str) -> Phone:
        """A phone that is plugged in. Raises PeerError."""
        found = self.phones.get(peer)
        if found is None:
            raise PeerError(f"{peer}: is not plugged in")
        return found

    def call(self, peer: str, call_id: str) -> PeerCall:
        """A call that is not over. Raises PeerError."""
        found = self.calls.get(f"{call_id} {peer}")
        if found is None or found.over:
            raise PeerError(f"{peer}: has no call {call_id}; it is over or never was")
        return found

    async def plug_in(self, plan: PhonePlan, server: str = "") -> Phone:
        """A phone, registered if the plan has a password; `server` is for plans without. Raises PeerError."""
        server = plan.server or server or f"127.0.0.1:{self._sip_port}"
        peer = f"{plan.of}-{plan.extension}"
        if peer in self.phones:
            raise PeerError(f"{peer}: is plugged in already")
        agent = await self._stack.identity(
            user=plan.extension,
            server=server,
            password=plan.password,
            register=bool(plan.password),
            encrypted=plan.encrypted,
        )
        its_tone = tones.agent_tone if plan.of == "agent" else tones.caller_tone
        tone_hz = plan.tone_hz or its_tone(len(self.phones))
        phone = Phone(
            plan, server=server, tone_hz=tone_hz, stack=self._stack, agent=agent, log=self._log, joined=self._join
        )
        self.phones[peer] = phone
        self._log.write(peer, "plugged_in", server=server, tone_hz=tone_hz)
        if plan.password:
            await phone.register()
            if plan.leave_after_s is not None:
                phone.leave_after(plan.leave_after_s)
        return phone

    async def dial_at(self, plan: CallPlan, server: str) -> None:
        """Place a call when its `at_s` has passed from now; `server` is for a plan without. Raises PeerError."""
        await asyncio.sleep(plan.at_s)
        await self.dial(plan, server)

    async def dial(self, plan: CallPlan, server: str = "") -> PeerCall:
        """Place a call now; returns when the INVITE is on its way. Raises PeerError."""
        if not plan.number or len(plan.number) > _LONGEST_NUMBER or any(c in " \r\n<>;@" for c in plan.number):
            raise PeerError(f"{plan.caller}: {plan.number!r} cannot be dialled")
        number = self._dialled
        self._dialled += 1
        server = plan.server or server or f"127.0.0.1:{self._sip_port}"
        identity = (plan.caller, server, plan.name, plan.dtmf, plan.encrypted)
        caller = self._callers.get(identity)
        if caller is None:
            caller = await self._stack.identity(
                user=plan.caller, server=server, name=plan.name, dtmf=plan.dtmf, encrypted=plan.encrypted
            )
            self._callers[identity] = caller
        tone_hz = plan.tone_hz or tones.caller_tone(number)
        transport = ";transport=tls" if plan.encrypted else ""
        try:
            outgoing = await caller.dial(f"sip:{plan.number}@{server}{transport}", headers=plan.headers)
        except (ValueError, baresip.BaresipError) as error:
            raise PeerError(f"caller-{number}: cannot dial {plan.number} at {server}: {error}") from error
        call_id = self._stack.call_id(outgoing)
        self._log.write(
            f"caller-{number}",
            "dialled",
            call_id=call_id,
            number=plan.number,
            caller=plan.caller,
            name=plan.name,
            tone_hz=tone_hz,
        )
        call = PeerCall(
            peer=f"caller-{number}", call=outgoing, call_id=call_id, contact="", tone_hz=tone_hz, log=self._log
        )
        self._join(call)
        call.follow(plan.digits, plan.dtmf)
        call.be_patient(plan.patience_s, plan.talk_s)
        call.catch_up(*self._stack.so_far(outgoing))
        return call


def cpu_seconds() -> float:
    """Processor time this process has used, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
