"""From a caller's key to the next prompt in his ear, with two hundred callers in the IVR, on an Asterisk of its own.

Eight of them are SIP calls whose sound is listened to: each prompt is a tone of its own, and the time runs from the
end of the key to the first 40 ms that hold the next prompt's tone. The others are SIP calls of sipp with sound both
ways, who press nothing and hear prompt after prompt.
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import quantiles

import numpy as np
import soundfile
import uvloop

from bench.report import Report, Row
from config.lab import Lab, find, start
from config.lab.launch import CACHE
from config.lab.peers.process import CallThere, PeersProcess
from config.lab.peers.tones import AGENT_TONES, SAMPLE_RATE, one_second
from config.lab.peers.volume import place_calls
from config.reactor import installed_reactor
from ivr.agi.line import serve
from ivr.agi.server import AgiServer
from ivr.flow.document import read
from ivr.flow.entry import FlowEntry
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, Surroundings
from ivr.flow.scripts.document import Given
from ivr.flow.scripts.play import Dialled, Notes
from ivr.flow.scripts.world import ScriptCustomers
from ivr.speech.kinds import Kind

CALLERS = 200
HEARD = 8
"""Callers whose sound is listened to."""
KEYS = 25
"""Keys of each of them."""
WITHIN_MS = 150.0
PROMPT_S = 12
STAY_S = 90.0
"""How long the others stay."""
TONES = {"one": AGENT_TONES[4], "other": AGENT_TONES[24]}
FLOW = """\
version: 1
languages: {zh-CN: {}}
start: answer
limit: 500
on: {error: bye, limit: bye}
steps:
  answer: {action: answer, next: one}
  one: {action: menu, prompts: [one], keys: {"1": other}, on: {timeout: other, invalid: other}}
  other: {action: menu, prompts: [other], keys: {"1": one}, on: {timeout: one, invalid: one}}
  bye: {action: hang-up}
"""


class Tones:
    """Prompts that are tones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name, hz in TONES.items():
            soundfile.write(
                folder / f"{name}.wav",
                np.frombuffer(one_second(hz) * PROMPT_S, np.int16),
                SAMPLE_RATE,
                subtype="PCM_16",
            )

    def files(self, prompt_id: str, language: str, values: Mapping[str, object] | None = None) -> Sequence[str]:
        """The tone's file."""
        return [str(self._folder / prompt_id)]

    def say(self, kind: Kind | str, value: object, language: str) -> Sequence[str]:
        """Nothing is read out here."""
        raise LookupError(kind)


def report() -> Report:
    """All of it."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        delays_ms = runner.run(_measure())
    cuts = quantiles(delays_ms, n=100)
    figures = {"keys": float(len(delays_ms)), "p50_ms": cuts[49], "p99_ms": cuts[98], "max_ms": max(delays_ms)}
    met = figures["p99_ms"] <= WITHIN_MS
    row = Row(name=f"{CALLERS} callers", figures=figures, target=f"p99 at most {WITHIN_MS:g} ms", is_met=met)
    return Report("keys", "from the end of a key to the next prompt in the caller's ear", [row])


async def _measure() -> list[float]:
    reactor = installed_reactor()
    installation = await asyncio.to_thread(find, CACHE.absolute(), print)
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        flow = Flow.model_validate({**read("bench.yaml", FLOW).data, "name": "bench"})
        access = Dialled("bench", "zh-CN", "standard", "service", "")
        around = Surroundings(prompts=Tones(folder), customers=ScriptCustomers(Given()), tiers=lambda: ("standard",))
        notes = Started(CALLERS - HEARD)
        entry = FlowEntry(lambda dialled: access, lambda: {"bench": flow}, around, notes)
        async with await start(folder / "lab", installation=installation) as lab, PeersProcess() as peers:
            server = AgiServer(serve(entry), reactor)
            await server.listen("127.0.0.1", lab.spec.ports.agi)
            try:
                async with asyncio.TaskGroup() as group:
                    crowd = CALLERS - HEARD
                    server_at = f"127.0.0.1:{lab.spec.ports.sip}"
                    group.create_task(place_calls(server_at, "95000", calls=crowd, rate=20, talk_s=STAY_S))
                    async with asyncio.timeout(STAY_S):
                        await notes.all_here.wait()
                    heard = [group.create_task(_caller(peers, lab, number)) for number in range(HEARD)]
            finally:
                await server.close()
            return [delay for each in heard for delay in each.result()]


class Started(Notes):
    """Says when so many callers are in the flow."""

    def __init__(self, wanted: int) -> None:
        super().__init__()
        self._wanted = wanted
        self.all_here = asyncio.Event()

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str, tier: str = "", held: bool = False) -> None:
        """One more."""
        self._wanted -= 1
        if self._wanted == 0:
            self.all_here.set()


async def _caller(peers: PeersProcess, lab: Lab, number: int) -> list[float]:
    """One SIP caller's delays, ms."""
    await asyncio.sleep(number * 0.2)
    call = await peers.dial("95000", caller=f"1380000{number:04}", server=f"127.0.0.1:{lab.spec.ports.sip}")
    await call.wait_for("heard", deadline_s=20, tone_hz=TONES["one"])
    delays_ms = []
    names = ("other", "one")
    for press in range(KEYS):
        await asyncio.sleep(1.0 + number * 0.05)
        delays_ms.append(await _one(peers, call, TONES[names[press % 2]]))
    await call.hang_up()
    return delays_ms


async def _one(peers: PeersProcess, call: CallThere, tone_hz: int) -> float:
    since = len(peers.events)
    await call.send_digits("1")
    pressed = await call.wait_for("digits", deadline_s=5, since=since)
    heard = await call.wait_for("heard", deadline_s=10, since=since, tone_hz=tone_hz)
    return float(heard["since"] - pressed["at"])
