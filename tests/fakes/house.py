"""A whole contact center for a test: the demo's stage with a small plan, watched through the supervisor's board."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from acd.events import Fact
from config.asterisk.spec import Timings, Tls
from config.board import Board
from config.demo.stage import Stage, seats
from config.lab import Installation
from config.lab.check import Verdict, check, read_ledger, read_peers, read_switch
from config.lab.peers.process import CallThere, PhoneThere
from config.lab.peers.script import Ringing
from cti.database.connection import Database
from cti.journal.files import facts_in
from cti.people.phones import phone_secrets

HERE = Path(__file__).parents[1] / "integration" / "house"
AGENTS = ("1001", "1002", "1003")
CALLER = "13900000001"

F = TypeVar("F", bound=Fact)


class HasCallId(Protocol):
    """A call that knows its SIP Call-ID."""

    @property
    def call_id(self) -> str: ...


class House:
    """Agent 1003 has the skill repair, the others service; agent 100x has phone 800x. Nobody is ready at first."""

    def __init__(
        self,
        folder: Path,
        installation: Installation,
        agents: Sequence[str] = AGENTS,
        *,
        people: Sequence[str] = (),
        tls: Tls | None = None,
        timings: Timings | None = None,
        ari_rest: str = "auto",
        trunk: str = "trunk",
        stage: type[Stage] = Stage,
        plan: Path = HERE / "plan.toml",
    ) -> None:
        self.agents = agents
        self.stage = stage(
            folder,
            installation,
            seats(agents, wrap_up_s=0.2),
            people=people,
            tls=tls,
            timings=timings,
            plan=plan,
            flows=HERE / "flows",
            ari_rest=ari_rest,
            trunk=trunk,
        )
        self.board = Board()
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.stage.__aenter__()
        await self.watch()
        await self.rest()
        return self

    async def __aexit__(self, *why: Any) -> None:
        await self.unwatch()
        await self.stage.__aexit__(*why)

    # --- watching ---

    async def watch(self) -> None:
        """Have the board pushed; again after the engine was started anew."""
        session = await self.stage.supervisor()
        pushed = await session.ws_connect(f"{self.stage.base}/api/v1/board")
        self._watching = asyncio.create_task(self.board.follow(pushed))

    async def unwatch(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def until(self, true: Callable[[dict[str, Any]], bool], what: str, deadline_s: float = 15.0) -> None:
        """Wait until the board shows it."""
        try:
            async with asyncio.timeout(deadline_s):
                await self.board.until(true)
        except TimeoutError:
            raise AssertionError(f"not within {deadline_s:g} s: {what}; the board: {self.board.view}") from None

    async def until_agent(self, agent: str, state: str, deadline_s: float = 15.0) -> None:
        await self.until(lambda b: b["agents"][agent]["state"] == state, f"{agent} {state}", deadline_s)

    async def until_waiting(self, queue: str, count: int, deadline_s: float = 15.0) -> None:
        def waiting(board: dict[str, Any]) -> bool:
            return any(q["queue"] == queue and q["waiting"] == count for q in board["queues"])

        await self.until(waiting, f"{count} waiting in {queue}", deadline_s)

    async def until_quiet(self, deadline_s: float = 20.0) -> None:
        """No contact is live and no agent is bound."""
        await self.until(
            lambda b: not b["contacts"] and all(a["state"] in ("idle", "away") for a in b["agents"].values()),
            "quiet",
            deadline_s,
        )

    def facts(self) -> Iterator[tuple[int, Fact]]:
        """The journal so far."""
        return facts_in(self.stage.engine.settings.parent / "journal")

    def facts_of(self, kind: type[F]) -> list[F]:
        return [fact for _, fact in self.facts() if isinstance(fact, kind)]

    async def ready_checks(self) -> dict[str, str]:
        """What /readyz says: part -> state."""
        session = await self.stage.supervisor()
        async with session.get(f"{self.stage.base}/readyz") as answer:
            return {check["name"]: check["state"] for check in (await answer.json())["checks"]}

    async def metrics(self) -> str:
        """What /metrics says."""
        session = await self.stage.supervisor()
        async with session.get(f"{self.stage.base}/metrics") as answer:
            return await answer.text()

    async def verdict(self) -> Verdict:
        """What the checker says of every call so far: phones' logs, Asterisk's CEL, the ledger, the audio."""
        stage = self.stage
        return check(
            read_peers([stage.folder / "agents.jsonl", stage.folder / "callers.jsonl"]),
            read_switch(Path(stage.lab.spec.folders.cel)),
            read_ledger(json.dumps(await stage.ask("ledger")).encode()),
            stage.engine.settings.parent / "recordings",
        )

    async def recorded(self) -> None:
        """Wait until every talk has its recording or its gap."""
        async with asyncio.timeout(30):
            # Nobody outside is told when a recording is done.
            while "hotline_recordings_pending 0.0" not in await self.metrics():  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def written(self) -> None:
        """Wait until the journal grows."""
        folder = self.stage.engine.settings.parent / "journal"

        def size() -> int:
            return sum(path.stat().st_size for path in folder.glob("facts-*.log"))

        before = size()
        while size() == before:  # noqa: ASYNC110
            # Facts that move nobody on the board are pushed to nobody: the file itself is looked at.
            await asyncio.sleep(0.05)

    # --- acting ---

    async def change_plan(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Put another plan in force: `change` alters the document as the API gives it."""
        plan = await self.stage.ask("plan")
        change(plan)
        session = await self.stage.supervisor()
        async with session.put(f"{self.stage.base}/api/v1/plan", json=plan) as changed:
            assert changed.status == 200, await changed.text()

    async def ready(self, *agents: str) -> None:
        for agent in agents:
            await self.stage.desks[agent].intend("ready")

    async def rest(self) -> None:
        """Nobody is ready, every phone answers at once."""
        for agent in self.agents:
            await self.stage.desks[agent].intend("not_ready", "break")
        for phone in self.stage.phones.values():
            await phone.behave(Ringing())

    async def behave(self, extension: str, ringing: Ringing) -> None:
        await self.stage.phones[extension].behave(ringing)

    async def call(self, number: str = "95000", caller: str = CALLER, **plan: Any) -> CallThere:
        return await self.stage.callers.dial(number, caller=caller, server=self.stage.sip, **plan)

    async def customer(self, number: str) -> PhoneThere:
        """A customer's phone behind the trunk, where numbers outside are dialled; it answers at once."""
        phone = await self.stage.callers.plug_in(number, of="customer")
        async with asyncio.timeout(30):
            # Asterisk may have asked for the trunk before it was there, and dials nobody behind it until it asks again.
            while not re.search(r"trunk/\S+ +\S+ +Avail", await self.stage.lab.command("pjsip show contacts")):
                await self.stage.lab.command("pjsip qualify trunk")
                await asyncio.sleep(0.2)
        return phone

    def mark(self) -> int:
        """Where the agents' phones are in their log: events before it do not count."""
        return len(self.stage.agents.events)

    async def phone_password(self, extension: str) -> str:
        """With which this phone registers."""
        database = Database(f"sqlite+aiosqlite:///{self.stage.engine.settings.parent / 'hotline.db'}")
        try:
            return (await phone_secrets(database, [extension]))[extension]
        finally:
            await database.close()

    def contact_of(self, call: HasCallId) -> str:
        """The contact of a caller's call, by its SIP Call-ID."""
        from acd.events import ContactStarted

        return next(fact.contact for fact in self.facts_of(ContactStarted) if fact.sip_call_id == call.call_id)
