"""A SIP phone, an agent's or a customer's: registers, rings, answers or does not, and logs each INVITE's contact id."""

import asyncio
from collections.abc import Callable

import baresip
from baresip.ua import UserAgent

from config.lab.peers.call import PeerCall
from config.lab.peers.log import Log
from config.lab.peers.script import PhonePlan, Ringing
from config.lab.peers.stack import CONTACT_HEADER, PeerError, Stack


class Phone:
    """One extension. `ringing` may be changed at any time and holds for the next call."""

    def __init__(
        self,
        plan: PhonePlan,
        server: str,
        tone_hz: int,
        stack: Stack,
        agent: UserAgent,
        log: Log,
        joined: Callable[[PeerCall], None],
    ) -> None:
        self.peer = f"{plan.of}-{plan.extension}"
        self.ringing: Ringing = plan.ringing
        self.tone_hz = tone_hz
        self._server = server
        self._stack = stack
        self._agent = agent
        self._log = log
        self._joined = joined
        self._leaving: list[asyncio.Task[None]] = []
        agent.on_incoming(self._ring)

    async def register(self) -> None:
        """Register with the server. Raises PeerError with the SIP status when it refuses."""
        try:
            await self._agent.register()
        except baresip.BaresipError as error:
            raise PeerError(f"{self.peer}: does not register with {self._server}: {error}") from error
        self._log.write(self.peer, "registered", server=self._server)

    async def leave(self) -> None:
        """Unregister; calls that are up go on. Raises PeerError."""
        try:
            await self._agent.unregister()
        except baresip.BaresipError as error:
            raise PeerError(f"{self.peer}: does not unregister from {self._server}: {error}") from error
        self._log.write(self.peer, "unregistered", server=self._server)

    def leave_after(self, seconds: float) -> None:
        """Unregister that many seconds from now; what goes wrong is logged."""
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: self._leaving.append(loop.create_task(self._leave_or_log())))

    async def _leave_or_log(self) -> None:
        try:
            await self.leave()
        except PeerError as error:
            self._log.write(self.peer, "trouble", reason=str(error))

    async def dial(self, number: str) -> PeerCall:
        """Call a number, beside a call that it has or not. Raises PeerError."""
        try:
            outgoing = await self._agent.dial(f"sip:{number}@{self._server}")
        except (ValueError, baresip.BaresipError) as error:
            raise PeerError(f"{self.peer}: cannot dial {number} at {self._server}: {error}") from error
        call_id = self._stack.call_id(outgoing)
        self._log.write(self.peer, "dialled", call_id=call_id, number=number, tone_hz=self.tone_hz)
        call = PeerCall(peer=self.peer, call=outgoing, call_id=call_id, contact="", tone_hz=self.tone_hz, log=self._log)
        self._joined(call)
        call.catch_up(*self._stack.so_far(outgoing))
        return call

    def _ring(self, incoming: baresip.Call) -> None:
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        call = PeerCall(
            peer=self.peer,
            call=incoming,
            call_id=self._stack.call_id(incoming),
            contact=headers.get(CONTACT_HEADER.lower(), ""),
            tone_hz=self.tone_hz,
            log=self._log,
        )
        self._log.write(
            self.peer,
            "ringing",
            call_id=call.call_id,
            contact=call.contact,
            number=incoming.peer or "",
            tone_hz=self.tone_hz,
        )
        self._joined(call)
        ringing = self.ringing
        match ringing.act:
            case "busy":
                call.reject()
            case "answer":
                call.later(ringing.ring_s, call.answer)
        if ringing.talk_s is not None:
            call.hang_up_after_answer(ringing.talk_s)
