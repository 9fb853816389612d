"""Scripts as real calls on a lab: a SIP caller dials in and sends keys, Asterisk plays; the same outcome must come.

The caller hears each prompt to its end before he acts, as on the virtual line. What the flow finds around it is the
script's; parties that a flow dials are the script's too, nobody is rung.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from config.lab import Lab, find, start
from config.lab.launch import CACHE
from config.lab.peers.process import CallThere, PeersError, PeersProcess
from config.reactor import installed_reactor
from ivr.agi.line import AgiLine
from ivr.agi.server import AgiServer
from ivr.agi.session import AgiSession
from ivr.flow.entry import Incoming
from ivr.flow.line import CallerGone, Entered, Line, Party, Reached, Said
from ivr.flow.scripts.document import Script
from ivr.flow.scripts.play import Cast, Outcome, Stage
from ivr.flow.scripts.virtual import VirtualLine, failing, keys_taken

AT_ONCE = 8
"""Calls at the same time."""
LONGEST_S = 180.0
"""A call that lasts longer has come to nothing."""
BEFORE_KEYS_S = 0.2

T = TypeVar("T")


class LiveLine:
    """An AGI line whose caller is a SIP peer that does what a script's caller would."""

    def __init__(self, line: Line, cast: Cast, call: CallThere, start: datetime) -> None:
        self._line = line
        self._cast = cast
        self._call = call
        # Takes the parts that are the script's: parties dialled, what is waited for, the moment.
        self._virtual = VirtualLine(cast.caller, cast.given, start, {})

    def answer(self) -> None:
        """See `Line`."""
        failing(self._cast.given, "answer")
        self._line.answer()

    def play(self, files: Sequence[str]) -> None:
        """See `Line`: each file is heard once Asterisk says that it was played to its end."""
        for file in files:
            failing(self._cast.given, file)
            self._line.play([file])
            self._cast.caller.hears(file)
            if self._cast.caller.hangs_up_now:
                self._cast.caller.acts()
                self._hang_up()

    def digits(self, files: Sequence[str], *, most: int, first_s: float, between_s: float, ends: str) -> Entered:
        """See `Line`."""
        self.play(files)
        turn = self._cast.caller.acts()
        if turn.hang_up:
            self._hang_up()
        keys, rest = keys_taken(turn.press or "", most, ends)
        if rest:
            self._cast.caller.pressed_in_vain(rest)
        if keys:
            self._later(self._press(keys))
        return self._line.digits([], most=most, first_s=first_s, between_s=between_s, ends=ends)

    def record(self, name: str, *, longest_s: int, silence_s: int) -> Said:
        """See `Line`: the caller's tone is what he says, a # ends it."""
        failing(self._cast.given, "record")
        turn = self._cast.caller.acts()
        if turn.hang_up:
            self._hang_up()
        self._later(self._press("#", turn.speak_s or 0.0))
        return self._line.record(name, longest_s=longest_s, silence_s=silence_s)

    def dial(self, party: Party, *, ring_s: int, accept: Sequence[str]) -> Reached:
        """See `Line`."""
        return self._virtual.dial(party, ring_s=ring_s, accept=accept)

    def get(self, name: str) -> str:
        """See `Line`."""
        return self._cast.variables["HOTLINE_TRY"] if name == "HOTLINE_TRY" else self._line.get(name)

    def set(self, name: str, value: str) -> None:
        """See `Line`."""
        self._line.set(name, value)

    def wait(self, awaitable: Awaitable[T], within_s: float) -> T:
        """See `Line`."""
        return self._virtual.wait(awaitable, within_s)

    def now(self) -> datetime:
        """See `Line`."""
        return self._virtual.now()

    def _hang_up(self) -> None:
        """Hang up and hear of it from Asterisk. Raises CallerGone."""
        self._later(self._call.hang_up())
        self._line.digits([], most=1, first_s=30, between_s=30, ends="")
        raise CallerGone

    async def _press(self, keys: str, after_s: float = 0.0) -> None:
        # Keys that come while no command runs are lost: the command is on its way when this begins.
        await asyncio.sleep(BEFORE_KEYS_S + after_s)
        await self._call.send_digits(keys)

    def _later(self, work: Any) -> None:
        asyncio.get_running_loop().create_task(work)


class LiveStage:
    """Scripts on a lab that runs, its AGI calls served here."""

    def __init__(self, stage: Stage, lab: Lab, peers: PeersProcess) -> None:
        self._stage = stage
        self._lab = lab
        self._peers = peers
        self._called: dict[str, asyncio.Future[tuple[Cast, CallThere]]] = {}
        self._over: dict[str, asyncio.Event] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    def serve(self, session: AgiSession) -> None:
        """What the AGI server runs for each call; one that comes a second time is let go."""
        line = AgiLine(session)
        call_id = line.get("CHANNEL(pjsip,call-id)")
        cast, call = session.wait(self._expected(call_id))
        over = self._over.setdefault(call_id, asyncio.Event())
        if over.is_set():
            line.set("HOTLINE_NEXT", "hangup")
            return
        live = LiveLine(line, cast, call, cast.at)
        said = session.environment
        cast.entry(live, Incoming(channel=said.uniqueid, dialled=said.dialled, number=said.caller_number))
        over.set()

    def _expected(self, call_id: str) -> asyncio.Future[tuple[Cast, CallThere]]:
        return self._called.setdefault(call_id, asyncio.get_running_loop().create_future())

    async def play(self, script: Script) -> list[Outcome]:
        """Every call of a script, several at once."""
        return list(await asyncio.gather(*(self._one(script, number) for number in range(len(script.calls)))))

    async def _one(self, script: Script, number: int) -> Outcome:
        async with self._room:
            cast = Cast(self._stage, script, number)
            server = f"127.0.0.1:{self._lab.spec.ports.sip}"
            call = await self._peers.dial(cast.dialled, caller=cast.call.caller or "anonymous", server=server)
            self._expected(call.call_id).set_result((cast, call))
            over = self._over.setdefault(call.call_id, asyncio.Event())
            try:
                async with asyncio.timeout(LONGEST_S):
                    await over.wait()
            except TimeoutError:
                cast.caller.problems.append(f"the call was not over after {LONGEST_S:g} s")
            # He may have hung up himself.
            with contextlib.suppress(PeersError):
                await call.hang_up()
            return cast.outcome()


async def played_live(stage: Stage, scripts: Sequence[Script], lab: Lab, reactor: Any) -> dict[str, list[Outcome]]:
    """Every call of these scripts on a lab that nothing else is connected to, by file."""
    async with PeersProcess() as peers:
        live = LiveStage(stage, lab, peers)
        server = AgiServer(live.serve, reactor)
        await server.listen("127.0.0.1", lab.spec.ports.agi)
        try:
            return {script.file: await live.play(script) for script in scripts}
        finally:
            await server.close()


async def on_own_lab(stage: Stage, scripts: Sequence[Script]) -> dict[str, list[Outcome]]:
    """The same on a lab of its own that ends with it. Raises LabError."""
    reactor = installed_reactor()
    installation = await asyncio.to_thread(find, CACHE.absolute(), print)
    with tempfile.TemporaryDirectory(prefix="hotline-live-") as folder:
        async with await start(Path(folder) / "lab", installation=installation) as lab:
            return await played_live(stage, scripts, lab, reactor)
