"""What is pushed to pages: from a decision to the pop at a desk, and what boards cost while agents change state.

A whole hotline without telephones: journal, database, records, API on a real port; pages in a process of their own.
"""

import asyncio
import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

import config
from acd import commands as c
from acd import events as e
from bench.report import Report, Row
from config.prompt_book import prompt_book
from config.settings import Settings, load
from config.wiring import Storage, build_flows, open_pages, open_storage
from cti.api.serve import ApiServer
from cti.metrics import Metrics
from cti.people.roles import Role
from cti.people.users import User
from ivr.flow.counts import FlowCounts

DESKS = 200
OFFERS = 2000
OFFERS_A_SECOND = 50
POP_MS = 50.0
BOARDS = 100
AGENTS = 1000
CHANGES_A_SECOND = 100
WATCHED_S = 20.0
SHARE = 0.5
PLAN = Path(config.__file__).parent / "plan.toml"


class NoTelephony:
    """Rings no phone: commands are forgotten."""

    def release(self, commands: Sequence[c.Command]) -> None:
        """See `Telephony`."""


@dataclass(frozen=True, slots=True)
class House:
    """A hotline that serves its API."""

    storage: Storage
    app: Any

    def agents(self, count: int) -> list[str]:
        """The 工号 of so many agents."""
        return list(self.storage.plan().agents)[:count]

    def tell(self, kind: type[e.Event], **fields: Any) -> None:
        """Let an event happen now."""
        self.storage.loop.tell(kind(at=self.storage.loop.now(), **fields))

    async def token(self, login: str, role: Role, agent: str | None = None) -> str:
        """A session for this person."""
        user = User(login=login, name=login, role=role, agent=agent, enabled=True, created_at=0, signed_out_before=0)
        token: str = await self.app.state.parts.sessions.begin(user)
        return token


def report() -> Report:
    """Both measurements."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure())


async def _measure() -> Report:
    async with house_of(DESKS) as house:
        late = sorted(await _pops(house))
    p99 = late[int(len(late) * 0.99)]
    rows = [
        Row(
            f"decision to pop, {DESKS} desks, {OFFERS_A_SECOND} offers a second",
            {"offers": len(late), "median_ms": late[len(late) // 2], "p99_ms": p99, "max_ms": late[-1]},
            f"p99 < {POP_MS:g} ms",
            p99 < POP_MS and len(late) == OFFERS,
        )
    ]
    async with house_of(AGENTS) as house:
        alone, _ = await _changes(house, 0)
    async with house_of(AGENTS) as house:
        watched, frames = await _changes(house, BOARDS)
    name = f"{BOARDS} boards, {AGENTS} agents, {CHANGES_A_SECOND} changes of state a second"
    figures = {
        "share_of_a_core": watched,
        "without_boards": alone,
        "frames": frames["frames"],
        "bytes": frames["bytes"],
    }
    rows.append(Row(name, figures, f"share < {SHARE:g}", watched < SHARE))
    return Report("desk", "pages without a browser, over real WebSockets", rows)


# --- a house ---


@asynccontextmanager
async def house_of(agents: int) -> AsyncIterator[House]:
    """A hotline without telephones that serves pages to so many agents."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-")))
        settings = _settings(folder, agents)
        storage = await open_storage(settings, stack)
        metrics = Metrics(storage.loop)
        prompts = prompt_book(settings.plan)
        flows = build_flows(settings, storage, prompts)
        app = open_pages(settings, storage, flows, FlowCounts(), prompts, metrics, {}, stack)
        storage.loop.start(NoTelephony())
        storage.plan.start()
        server = ApiServer(app, "127.0.0.1", 0)
        await server.start()
        stack.push_async_callback(server.stop)
        yield House(storage, app)


def _settings(folder: Path, agents: int) -> Settings:
    phones = ", ".join(f'"{60_000 + number}"' for number in range(agents))
    text = re.sub(r"^phones = \[.*?^\]", f"phones = [{phones}]", PLAN.read_text("utf-8"), flags=re.M | re.S)
    text = re.sub(r"^browser_phones = .*$", "", text, flags=re.M).partition("\n[agents.")[0]
    text = re.sub(r"^agents = \{.*$", "", text, flags=re.M)
    for number in range(agents):
        text += f'\n[agents.{30_000 + number}]\nname = "坐席{number}"\nskills = {{ service = 5 }}\n'
    if "[sampling]" not in text:
        text += '\n[sampling]\nseed = "seed-of-the-benchmark"\nshare = 0.1\n'
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    (folder / "hotline.toml").write_text(
        f"""\
[engine]
var = "{folder}"
[[asterisk]]
name = "none"
ari_password = "unused"
ami_secret = "unused"
recordings_dir = "{folder}"
[plan]
seed = "{folder / "plan.toml"}"
""",
        encoding="utf-8",
    )
    return load(folder / "hotline.toml")


# --- pages ---


@asynccontextmanager
async def _open(house: House, path: str, tokens: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
    """Pages in a child process; what they noted is in the dictionary afterwards."""
    noted: dict[str, Any] = {"frames": 0, "bytes": 0, "late_ms": []}
    if not tokens:
        yield noted
        return
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.page_clients",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 24,
        cwd=Path(__file__).parents[1],
    )
    assert child.stdin is not None
    assert child.stdout is not None
    cookie = house.app.state.parts.sessions.cookie
    told = {"url": house.app.state.url, "cookie": cookie, "tokens": list(tokens), "path": path}
    child.stdin.write(json.dumps(told).encode() + b"\n")
    await child.stdout.readline()
    try:
        yield noted
    finally:
        child.stdin.write(b'{"done": true}\n')
        noted |= json.loads(await child.stdout.readline() or b"{}")
        await child.wait()


async def _pops(house: House) -> list[float]:
    """How late each pop came, ms: its arrival at the page against the time of the decision."""
    agents = house.agents(DESKS)
    tokens = [await house.token(agent, Role.AGENT, agent) for agent in agents]
    for number, agent in enumerate(agents):
        house.tell(e.AgentSignedIn, agent=agent, extension=str(60_000 + number))
    async with _open(house, "desk", tokens) as noted:
        for agent in agents:
            house.tell(e.IntentChanged, agent=agent, intent=e.Intent.READY)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(OFFERS):
            await asyncio.sleep(max(0.0, began + number / OFFERS_A_SECOND - loop.time()))
            _call(house, f"c{number}")
        await asyncio.sleep(1.0)
    # The floor's clock does not follow the wall clock's small steps; the pages read the wall clock.
    ahead_ms = house.storage.loop.now() - time.time_ns() / 1_000_000
    return [late + ahead_ms for late in noted["late_ms"]]


def _call(house: House, contact: str) -> None:
    """A caller is offered to somebody, who answers 0.2 s later; the caller hangs up soon after."""
    number = f"+86138{int(contact[1:]):08d}"
    house.tell(e.ContactStarted, contact=contact, asterisk="none", channel=contact, access="95000", caller=number)
    now = house.storage.loop.now()
    house.tell(e.ContactQueued, contact=contact, queue="service", tier="standard", since=now)
    offer = house.storage.loop.floor.contacts[contact].offer
    assert offer is not None, "nobody was idle"

    def answer() -> None:
        house.tell(e.OfferAnswered, offer=offer)
        house.tell(e.TalkConnected, offer=offer)

    def end() -> None:
        agent = house.storage.loop.floor.contacts[contact].agent
        house.tell(e.ContactEnded, contact=contact, cause=e.EndCause.HUNG_UP)
        # Without one, the pop was acknowledged after the answer: nobody talked.
        if agent is not None:
            house.tell(e.OutcomeSaved, contact=contact, agent=agent, outcome="enquiry.other")

    asyncio.get_running_loop().call_later(0.2, answer)
    asyncio.get_running_loop().call_later(0.5, end)


async def _changes(house: House, boards: int) -> tuple[float, dict[str, Any]]:
    """The share of a core this process used while agents changed their state, and what the boards were sent."""
    agents = house.agents(AGENTS)
    for number, agent in enumerate(agents):
        house.tell(e.AgentSignedIn, agent=agent, extension=str(60_000 + number))
    tokens = [await house.token(f"boss{number}", Role.SUPERVISOR) for number in range(boards)]
    async with _open(house, "board", tokens) as noted:
        loop = asyncio.get_running_loop()
        began, used = loop.time(), _used_s()
        for number in range(int(WATCHED_S * CHANGES_A_SECOND)):
            await asyncio.sleep(max(0.0, began + number / CHANGES_A_SECOND - loop.time()))
            intent = (e.Intent.READY, e.Intent.NOT_READY)[number // AGENTS % 2]
            reason = "" if intent is e.Intent.READY else "break"
            house.tell(e.IntentChanged, agent=agents[number % AGENTS], intent=intent, reason=reason)
        share = (_used_s() - used) / (loop.time() - began)
    return share, noted


def _used_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
