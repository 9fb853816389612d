"""A chaos run: a house full of calls, one blow after the other, and in the end what became of every call."""

import asyncio
import random
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from config.asterisk.spec import Timings
from config.demo.desk import DeskError
from config.demo.engine import EngineError
from config.demo.stage import LOOK_S, Seat, Stage, seats
from config.lab.chaos.blow import Blow, Fault, Target
from config.lab.chaos.crowd import Crowd, CrowdMissing, LiveCalls
from config.lab.chaos.judge import Finding, judge
from config.lab.chaos.past import past_in
from config.lab.chaos.patient import Patient
from config.lab.chaos.plan import PATIENT, SWITCHED, WRAP_UP_S, write_plan
from config.lab.errors import LabError
from config.lab.installation import Installation
from config.lab.peers.log import epoch_ms
from config.lab.peers.process import PeersError
from config.lab.peers.script import Ringing
from config.lab.peers.sipp import SippError
from config.lab.proxy import TcpProxy
from config.language import said

FLOWS = Path(__file__).parent / "flows"
LONG_S = 40.0
"""A blow of this length outlives the dead-man's time and the tries after it: who waited is in the fallback."""
TIMINGS = Timings(tries=4)
"""Of Asterisk: who comes during a long blow is in the fallback after six seconds."""
_LONG_EACH = 10
_SWITCHED_EACH = 3
"""So often a blow falls while a queue is switched over."""
_HANG_UP = 0.2
_FULL_S = 120.0
_LAST_CALL_S = 120.0
_SETTLED_S = 180.0
"""Whoever is to be called back is, some of them for the third time."""
_READY_S = 60.0
_BLOW_S = 360.0
OUR_TROUBLE = (CrowdMissing, DeskError, EngineError, LabError, PeersError, SippError, OSError, aiohttp.ClientError)
"""What may go wrong with a run itself: callers, desks, Asterisk or hotline did not come in time."""
_TRUNK_S = 30.0
_FIRST_AGENT = 2001
_HOLD_S, _BLOW_TAKES_S = 90.0, 10.0
"""Who waits throughout waits for so long, and so much longer for each blow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What to do: so many blows, at least so many live contacts at each, drawn by this seed."""

    kills: int
    contacts: int
    seed: int
    faults: tuple[Fault, ...] = (Fault.KILL,)
    """Which, each as often as the others, in an order that is drawn."""
    long: bool = True
    """Whether each tenth blow outlives the dead-man's time."""
    facts: int = 0
    """About so many facts of simulated calls are in the journal and the tables before the first call."""
    patient: int = 0
    """So many of the contacts wait throughout; then no blow is long, for the fallback would have them answered."""


def dealt(course: Course) -> Iterator[tuple[float, Fault, float]]:
    """The blows of a course: after how many seconds, which, how long (s). In each round every fault comes once."""
    chance = random.Random(course.seed)
    faults: list[Fault] = []
    for number in range(course.kills):
        if not faults:
            faults = chance.sample(course.faults, len(course.faults))
        is_long = course.long and not course.patient and number % _LONG_EACH == _LONG_EACH - 1
        seconds = round(chance.uniform(0.1, 2.5), 2)
        yield chance.uniform(0.5, 3.0), faults.pop(), LONG_S if is_long else seconds


class _ProxiedStage(Stage):
    """A stage whose hotline reaches Asterisk through lines that can be cut, and may have a past."""

    past_wanted = 0
    past = 0
    """Facts in the journal before the first call."""

    async def links(self) -> tuple[int, int]:
        ports = self.lab.spec.ports
        self.ari, self.ami = [
            await self._open.enter_async_context(TcpProxy.to(port)) for port in (ports.http, ports.ami)
        ]
        return self.ari.port, self.ami.port

    async def furnish(self, engine_folder: Path) -> None:
        """Give it a past."""
        if self.past_wanted:
            plan = self.folder / "plan.toml"
            self.past = await past_in(engine_folder, plan, self.lab.name, self.past_wanted, self._report)


async def chaos(folder: Path, installation: Installation, course: Course, report: Callable[[str], None]) -> Finding:
    """Run it in `folder`, which is emptied; `report` hears how far it is."""
    await asyncio.to_thread(shutil.rmtree, folder, True)
    await asyncio.to_thread(folder.mkdir, parents=True)
    chance = random.Random(course.seed)
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(_stage(folder, installation, course, report))
        began = time.time()
        run = _Run(stage, course, chance, report)
        stopped = ""
        try:
            await run.blows()
        except OUR_TROUBLE as error:
            # What was done until then is judged all the same.
            stopped = f"{type(error).__name__}: {error}"
            words = said("stopped after {} of {}: {}", "完成 {} 次（共 {} 次）后停止：{}")
            report(words.format(len(run.done), course.kills, stopped))
        finally:
            report(said("letting the last callers leave", "等待最后的来电结束"))
            await run.end()
        report(said("waiting for callbacks, outcomes and recordings", "等待回电、小结与录音"))
        since = round(began * 1000)
        await stage.settled(_SETTLED_S, since)
        await _outcomes_saved(stage, _SETTLED_S, since)
        return await judge(stage, run.done, run.placed, since, stage.past, stopped)


async def _outcomes_saved(stage: Stage, deadline_s: float, since: int) -> None:
    """Return when every talk has its outcome, or then."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + deadline_s
    while loop.time() < give_up:
        contacts = (await stage.ask("ledger", since=str(since)))["contacts"]
        if all(contact["outcome"] for contact in contacts if contact["talks"]):
            return
        await asyncio.sleep(LOOK_S)


def _stage(folder: Path, installation: Installation, course: Course, report: Callable[[str], None]) -> _ProxiedStage:
    count = max(3, (course.contacts - course.patient) // 3)
    people = seats([str(_FIRST_AGENT + number) for number in range(count)])
    people = [_alike(seat, number) for number, seat in enumerate(people)]
    plan = write_plan(folder / "plan.toml", [seat.agent for seat in people], [seat.extension for seat in people])
    stage = _ProxiedStage(
        folder, installation, people, plan=plan, flows=FLOWS, timings=TIMINGS, seed=course.seed, report=report
    )
    stage.past_wanted = course.facts
    return stage


def _alike(seat: Seat, number: int) -> Seat:
    """Phones ring for 0.2 to 1.4 s; every fifth agent thinks about an outcome for longer than his wrap-up lasts."""
    wrap_up_s = 2.5 * WRAP_UP_S if number % 5 == 4 else 1.0
    return replace(seat, ringing=Ringing(ring_s=0.2 + 0.4 * (number % 4)), wrap_up_s=wrap_up_s)


class _Run:
    """The blows of one run and those who feel them."""

    def __init__(
        self, stage: _ProxiedStage, course: Course, chance: random.Random, report: Callable[[str], None]
    ) -> None:
        self.done: list[Blow] = []
        self._stage = stage
        self._course = course
        self._chance = chance
        self._report = report
        moving = course.contacts - course.patient
        self._crowd = Crowd(stage.callers, stage.sip, moving, random.Random(course.seed + 1))
        self._patient = Patient(stage.folder, stage.sip, course.patient, _HOLD_S + _BLOW_TAKES_S * course.kills)
        self._talks = LiveCalls(stage.agents, "answered")
        self._legs = [LiveCalls(peers, "ringing") for peers in (stage.agents, stage.callers)]
        """Every leg at a phone that was called."""
        self._holding: asyncio.Task[None] | None = None
        self._target = Target(stage=stage, ari=stage.ari, ami=stage.ami)

    @property
    def placed(self) -> int:
        """Calls placed."""
        return self._crowd.placed + self._patient.count

    async def blows(self) -> None:
        """Let callers come, and strike again and again."""
        if self._patient.count:
            await self._patient.come()
            await self._until_patient()
        await self._crowd.gather(_FULL_S)
        self._holding = asyncio.create_task(self._keep_holding())
        for number, (after_s, fault, seconds) in enumerate(dealt(self._course), start=1):
            async with asyncio.timeout(_BLOW_S):
                await asyncio.sleep(after_s)
                async with AsyncExitStack() as stack:
                    if number % _SWITCHED_EACH == 0:
                        await stack.enter_async_context(self._switched_over())
                    blow = await self._strike(fault, seconds)
            self.done.append(blow)
            self._report(
                f"{number} of {self._course.kills}: {blow.fault} for {blow.seconds:g} s at {blow.live} live contacts, "
                f"ready after {blow.ready_s:.2f} s"
            )

    @asynccontextmanager
    async def _switched_over(self) -> AsyncIterator[None]:
        """A queue is moved to another one as in an emergency, and back."""
        await self._switch(on=True)
        yield
        await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        session = await self._stage.supervisor()
        url = f"{self._stage.base}/api/v1/emergency/{SWITCHED}"
        async with session.put(url, json={"on": on, "why": "chaos"}) as answer:
            answer.raise_for_status()

    async def _strike(self, fault: Fault, seconds: float) -> Blow:
        census = await self._census()
        await self._crowd.full(_FULL_S)
        live = len(self._crowd.calls.there) + await self._waiting_throughout()
        loop = asyncio.get_running_loop()
        if fault is Fault.KILL_ASTERISK:
            self._crowd.may_call.clear()
        async with self._target.hit(fault):
            at = epoch_ms()
            callers, agents = await self._hang_up(fault)
            await asyncio.sleep(seconds)
            over = loop.time()
        if fault not in (Fault.KILL, Fault.KILL_ALL):
            await self._ready()
        if fault is Fault.KILL_ASTERISK:
            await self._stage.lab.dials_out(_TRUNK_S)
            self._crowd.may_call.set()
        return Blow(
            fault=fault,
            at=at,
            seconds=seconds,
            live=live,
            census=census,
            callers_hung_up=callers,
            agents_hung_up=agents,
            ready_s=loop.time() - over,
        )

    async def _hang_up(self, fault: Fault) -> tuple[int, int]:
        """Some hang up meanwhile; all do whose Asterisk died, for nobody hears anybody. How many callers and agents."""
        share = 1.0 if fault is Fault.KILL_ASTERISK else _HANG_UP
        callers = await self._crowd.calls.hang_up(share, self._chance)
        agents = await self._talks.hang_up(share, self._chance)
        if fault is Fault.KILL_ASTERISK:
            for legs in self._legs:
                await legs.hang_up(share, self._chance)
        return callers, agents

    async def _census(self) -> dict[str, int]:
        floor = await self._stage.ask("floor")
        census = Counter({"ivr": floor["in_ivr"]})
        for queue in floor["queues"]:
            census["waiting"] += queue["waiting"] - queue["offered"]
            census["offered"] += queue["offered"]
            census["callback"] += queue["callbacks"]
        census["dialling"] += sum(agent["dialling"] for agent in floor["agents"])
        census.update(agent["state"] for agent in floor["agents"] if agent["state"] in ("talking", "hold", "wrap_up"))
        return dict(census)

    async def _waiting_throughout(self) -> int:
        if not self._patient.count:
            return 0
        floor = await self._stage.ask("floor")
        return sum(queue["waiting"] for queue in floor["queues"] if queue["queue"] == PATIENT)

    async def _until_patient(self) -> None:
        loop = asyncio.get_running_loop()
        give_up = loop.time() + _FULL_S
        while (there := await self._waiting_throughout()) < self._patient.count:
            if loop.time() > give_up:
                raise CrowdMissing(f"{there} of {self._patient.count} who wait throughout after {_FULL_S:g} s")
            await asyncio.sleep(LOOK_S)

    async def _ready(self) -> None:
        """Return when /readyz says that every part is up."""
        session = await self._stage.supervisor()
        async with asyncio.timeout(_READY_S):
            while True:
                async with session.get(f"{self._stage.base}/readyz") as answer:
                    if all(check["state"] == "up" for check in (await answer.json())["checks"]):
                        return
                await asyncio.sleep(0.05)

    async def _keep_holding(self) -> None:
        """One agent after the other puts his caller on hold and takes him back."""
        chance = random.Random(self._course.seed + 2)
        desks = list(self._stage.desks.values())
        while True:
            desk = chance.choice(desks)
            try:
                offer = await self._offer_of(desk.agent)
                if offer is not None:
                    await desk.hold(offer, on=True)
                    await asyncio.sleep(chance.uniform(0.5, 2.0))
                    await desk.hold(offer, on=False)
            except (DeskError, aiohttp.ClientError, TimeoutError, OSError):
                # The talk is over, or the hotline is away just now.
                pass
            await asyncio.sleep(0.5)

    async def _offer_of(self, agent: str) -> int | None:
        floor: dict[str, Any] = await self._stage.ask("floor")
        return next((a["offer"] for a in floor["agents"] if a["agent"] == agent and a["state"] == "talking"), None)

    async def end(self) -> None:
        """Let nobody hold any more, and the last caller leave."""
        if self._holding is not None:
            self._holding.cancel()
            await asyncio.gather(self._holding, return_exceptions=True)
        await self._crowd.disperse(_LAST_CALL_S)
        await self._patient.leave()
        for calls in (self._talks, *self._legs):
            calls.forget()
