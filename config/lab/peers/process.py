"""Peers in a process of their own, driven from here: for tests and the demo.

async with PeersProcess(log=folder / "peers.jsonl") as peers:
    await peers.plug_in("8003", password="…", server="127.0.0.1:5070")
    call = await peers.dial("95000", caller="13800001234", server="127.0.0.1:5070")
    await call.wait_for("heard", deadline_s=5)
    await call.hang_up()
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import msgspec

from config.lab.peers.log import Event
from config.lab.peers.ports import free_sip_port
from config.lab.peers.script import CallPlan, PhonePlan, Ringing

_START_S = 10.0
_ANSWER_S = 40.0
_STOP_S = 8.0
_LAST_WORDS = 20
_REPOSITORY = Path(__file__).parents[3]


class PeersError(Exception):
    """The peers' process refused a command, or is gone; has its last words where there are any."""


class NeverHappened(Exception):
    """A peer's event did not come in time; lists what came instead."""


class PeersProcess:
    """SIP peers in a child process; several may run side by side."""

    def __init__(
        self,
        *,
        log: Path | None = None,
        sip_port: int | None = None,
        rtp_ports: tuple[int, int] = (20000, 31998),
        authorities: Path | None = None,
    ) -> None:
        """`authorities`: who may sign for a server that is reached over TLS (PEM)."""
        self.sip_port = sip_port or free_sip_port()
        self.events: list[Event] = []
        """Everything that happened, oldest first."""
        self._log = log
        self._authorities = authorities
        self._rtp_ports = rtp_ports
        self._child: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._sent = 0
        self._listeners: set[Callable[[Event], None]] = set()
        self._complaints: list[str] = []

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, hanging up."""
        await self.stop()

    async def start(self) -> None:
        """Start the child and wait until its SIP stack listens. Raises PeersError."""
        command = [sys.executable, "-m", "config.lab.peers", "control", "--sip-port", str(self.sip_port)]
        command += ["--rtp-ports", f"{self._rtp_ports[0]}-{self._rtp_ports[1]}"]
        if self._log is not None:
            command += ["--log", str(self._log)]
        if self._authorities is not None:
            command += ["--authorities", str(self._authorities)]
        self._answers[0] = asyncio.get_running_loop().create_future()
        self._child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(_REPOSITORY)},
            # Ctrl-C in a terminal goes to the whole group; the peers end when their pipe does.
            start_new_session=True,
        )
        assert self._child.stdout is not None
        assert self._child.stderr is not None
        loop = asyncio.get_running_loop()
        complaints = loop.create_task(self._read_complaints(self._child.stderr))
        self._readers = [complaints, loop.create_task(self._read(self._child.stdout, complaints))]
        await self._answer(0, _START_S)

    async def stop(self) -> None:
        """Hang up everything, end the child and wait for it."""
        if self._child is None:
            return
        assert self._child.stdin is not None
        self._child.stdin.close()
        try:
            async with asyncio.timeout(_STOP_S):
                await self._child.wait()
        except TimeoutError:
            self._child.kill()
        await self._reap()

    async def kill(self) -> None:
        """End the child at once: its phones vanish without a word, as in a power cut."""
        if self._child is not None:
            self._child.kill()
            await self._reap()

    async def _reap(self) -> None:
        assert self._child is not None
        await self._child.wait()
        await asyncio.gather(*self._readers)
        self._child = None

    async def _read(self, lines: asyncio.StreamReader, complaints: asyncio.Task[None]) -> None:
        while line := await lines.readline():
            said: dict[str, Any] = json.loads(line)
            if "n" in said:
                answer = self._answers.pop(said["n"], None)
                if answer is not None and not answer.done():
                    answer.set_result(said)
                continue
            self.events.append(said)
            for listener in list(self._listeners):
                listener(said)
        await complaints
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(PeersError(f"the peers' process ended. {' '.join(self._complaints)}".strip()))
        self._answers.clear()

    async def _read_complaints(self, lines: asyncio.StreamReader) -> None:
        while line := await lines.readline():
            self._complaints = [*self._complaints[-_LAST_WORDS:], line.decode(errors="replace").rstrip()]

    async def _answer(self, number: int, deadline_s: float) -> dict[str, Any]:
        try:
            async with asyncio.timeout(deadline_s):
                answer = await self._answers[number]
        except TimeoutError as error:
            raise PeersError(f"the peers' process gave no answer in {deadline_s:g} s") from error
        if "error" in answer:
            raise PeersError(answer["error"])
        return answer

    async def _do(self, verb: str, **fields: object) -> dict[str, Any]:
        if self._child is None or self._child.returncode is not None:
            raise PeersError(f"the peers' process is not running. {' '.join(self._complaints)}".strip())
        assert self._child.stdin is not None
        self._sent += 1
        number = self._sent
        self._answers[number] = asyncio.get_running_loop().create_future()
        self._child.stdin.write(json.dumps({"n": number, "do": verb, **fields}).encode() + b"\n")
        return await self._answer(number, _ANSWER_S)

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Have `listener` called with each event from now on; returns what ends it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    async def wait_for(self, event: str, *, deadline_s: float, since: int = 0, **fields: object) -> Event:
        """The first event of that name whose fields are equal to those given, past or to come.

        `since` is an index into `events`: earlier ones do not count. Raises NeverHappened.
        """

        def fits(candidate: Event) -> bool:
            return candidate["event"] == event and all(candidate.get(name) == value for name, value in fields.items())

        for candidate in self.events[since:]:
            if fits(candidate):
                return candidate
        came: asyncio.Future[Event] = asyncio.get_running_loop().create_future()

        def take(candidate: Event) -> None:
            if fits(candidate) and not came.done():
                came.set_result(candidate)

        stop = self.listen(take)
        try:
            async with asyncio.timeout(deadline_s):
                return await came
        except TimeoutError:
            happened = "; ".join(f"{e['peer']} {e['event']}" for e in self.events[since:][-30:]) or "nothing"
            raise NeverHappened(f"no {event} with {fields} in {deadline_s:g} s; happened: {happened}") from None
        finally:
            stop()

    async def plug_in(
        self,
        extension: str,
        *,
        password: str = "",
        server: str = "",
        ringing: Ringing | None = None,
        tone_hz: int | None = None,
        of: Literal["agent", "customer"] = "agent",
        encrypted: bool = False,
    ) -> "PhoneThere":
        """A phone; with a password it is registered when this returns. Raises PeersError."""
        plan = PhonePlan(
            extension=extension,
            password=password,
            server=server,
            ringing=ringing or Ringing(),
            tone_hz=tone_hz,
            of=of,
            encrypted=encrypted,
        )
        answer = await self._do("plug_in", plan=msgspec.to_builtins(plan))
        return PhoneThere(peers=self, peer=answer["peer"], extension=extension, tone_hz=answer["tone_hz"])

    async def place(self, plan: CallPlan) -> "CallThere":
        """Place a call now, whatever its `at_s` says. Raises PeersError."""
        answer = await self._do("dial", plan=msgspec.to_builtins(plan))
        return CallThere(peers=self, peer=answer["peer"], call_id=answer["call_id"])

    async def dial(self, number: str, *, caller: str, **plan: Any) -> "CallThere":
        """Place a call now; further arguments are those of `script.CallPlan`. Raises PeersError."""
        return await self.place(CallPlan(number=number, caller=caller, **plan))

    async def cpu_seconds(self) -> float:
        """Processor time the peers have used."""
        return float((await self._do("cpu"))["seconds"])

    async def ask(self, verb: str, **fields: object) -> dict[str, Any]:
        """Send one of `control.Control`'s commands; what it answers. Raises PeersError."""
        return await self._do(verb, **fields)

    async def tell(self, verb: str, **fields: object) -> None:
        """Send one of `control.Control`'s commands that have no result. Raises PeersError."""
        await self._do(verb, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallThere:
    """One end of a call in the peers' process."""

    peers: PeersProcess
    peer: str
    call_id: str

    async def wait_for(self, event: str, *, deadline_s: float, since: int = 0, **fields: object) -> Event:
        """As `PeersProcess.wait_for`, of this call."""
        return await self.peers.wait_for(
            event, deadline_s=deadline_s, since=since, peer=self.peer, call_id=self.call_id, **fields
        )

    async def hang_up(self) -> None:
        """End the call. Raises PeersError when it is over."""
        await self.peers.tell("hang_up", peer=self.peer, call_id=self.call_id)

    async def answer(self) -> None:
        """Answer a ringing call of a phone whose `ringing` lets it ring."""
        await self.peers.tell("answer", peer=self.peer, call_id=self.call_id)

    async def hold(self, on: bool) -> None:
        """Press the hold key. Raises PeersError."""
        await self.peers.tell("hold", peer=self.peer, call_id=self.call_id, on=on)

    async def hand_over(self, to: "CallThere") -> None:
        """Have the other side talk with that of another call of this phone; returns once they do. Raises PeersError."""
        await self.peers.tell("hand_over", peer=self.peer, call_id=self.call_id, to=to.call_id)

    async def send_digits(self, digits: str, how: str = "rtpevent") -> None:
        """Press keys; returns when the last was sent. `how`: rtpevent, inband, or info when the plan says so."""
        await self.peers.tell("press", peer=self.peer, call_id=self.call_id, digits=digits, how=how)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneThere:
    """A phone in the peers' process."""

    peers: PeersProcess
    peer: str
    extension: str
    tone_hz: int

    async def wait_for(self, event: str, *, deadline_s: float, since: int = 0, **fields: object) -> Event:
        """As `PeersProcess.wait_for`, of this phone."""
        return await self.peers.wait_for(event, deadline_s=deadline_s, since=since, peer=self.peer, **fields)

    async def rings(self, *, deadline_s: float, since: int = 0, **fields: object) -> CallThere:
        """Wait until it rings; the call. Its contact id is in the `ringing` event."""
        event = await self.wait_for("ringing", deadline_s=deadline_s, since=since, **fields)
        return CallThere(peers=self.peers, peer=self.peer, call_id=event["call_id"])

    async def dial(self, number: str) -> CallThere:
        """Call a number from this phone. Raises PeersError."""
        answer = await self.peers.ask("dial_from", peer=self.peer, number=number)
        return CallThere(peers=self.peers, peer=self.peer, call_id=answer["call_id"])

    async def behave(self, ringing: Ringing) -> None:
        """What it does from its next call on."""
        await self.peers.tell("ringing", peer=self.peer, ringing=msgspec.to_builtins(ringing))

    async def register(self) -> None:
        """Register again. Raises PeersError."""
        await self.peers.tell("register", peer=self.peer)

    async def leave(self) -> None:
        """Unregister. Raises PeersError."""
        await self.peers.tell("leave", peer=self.peer)
