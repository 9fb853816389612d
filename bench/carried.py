"""A hotline of its own process that carries calls of a stand-in switch: what it takes of time and memory."""

import asyncio
import json
import random
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.switch import NAME, Switch
from config.demo.engine import EngineProcess
from config.lab.load.hotline import make_known
from config.lab.load.plan import write_plan
from config.lab.load.side import agent_numbers, processor_s

FLOWS = Path(make_known.__code__.co_filename).parent / "flows"
SUPERVISOR = "supervisor"
AT_ONCE = 8
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the process says of itself at a moment."""

    figures: Mapping[str, float]
    lag: Mapping[float, float]
    """Timers of the loop by how late they were, cumulative, seconds."""
    at: float
    """Seconds on the bench's clock."""
    processor_s: float
    """Of hotline and of the process that joins its recordings."""

    def of(self, name: str) -> float:
        """One of them by its name; 0 when it is not there."""
        return self.figures.get(name, 0.0)


class Carrying:
    """Hotline and the switch before it."""

    def __init__(self, switch: Switch, process: EngineProcess, base: str, folder: Path) -> None:
        self.switch = switch
        self.process = process
        self.folder = folder
        self._base = base
        self._session: aiohttp.ClientSession | None = None
        self._random = random.Random(7)
        self._calls: set[asyncio.Task[None]] = set()

    async def sign_in(self, passwords: Mapping[str, str], phones: Mapping[str, str], stack: AsyncExitStack) -> None:
        """Everybody is ready; the supervisor's board is open."""
        doors = asyncio.Semaphore(AT_ONCE)

        async def one(login: str) -> None:
            jar = aiohttp.CookieJar(unsafe=True)
            client = aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": self._base})
            session = await stack.enter_async_context(client)
            async with doors:
                await self._ask(session, "POST", "session", {"login": login, "password": passwords[login]})
                if login in phones:
                    await self._ask(session, "POST", "agents/me/sign-in", {"extension": phones[login]})
                    await self._ask(session, "PUT", "agents/me/intent", {"intent": "ready"})
                elif login == SUPERVISOR:
                    board = await session.ws_connect(f"{self._base}/api/v1/board")
                    watching = asyncio.create_task(_watch(board))
                    stack.callback(watching.cancel)

        self._session = await stack.enter_async_context(aiohttp.ClientSession())
        await asyncio.gather(*(one(login) for login in passwords))

    async def _ask(self, session: aiohttp.ClientSession, method: str, path: str, body: dict[str, str]) -> None:
        async with session.request(method, f"{self._base}/api/v1/{path}", json=body) as answer:
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {(await answer.text())[:200]}")

    async def read(self) -> Reading:
        """What /metrics says, and the files the process has open."""
        assert self._session is not None
        async with self._session.get(f"{self._base}/metrics") as answer:
            text = await answer.text()
        figures: dict[str, float] = {}
        lag: dict[float, float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == "hotline_loop_lag_seconds_bucket":
                    lag[float(sample.labels["le"])] = sample.value
                elif not sample.labels:
                    figures[sample.name] = sample.value
        used = processor_s(self.process.pid)
        return Reading(figures, lag, asyncio.get_running_loop().time(), used)

    async def traffic(self, rate: float, seconds: float, talk_s: float) -> None:
        """So many calls a second, evenly; talks are exponential. Returns when the last was placed."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for place in range(round(rate * seconds)):
            await asyncio.sleep(began + place / rate - loop.time())
            self.place(self._random.expovariate(1 / talk_s))

    def place(self, talk_s: float) -> None:
        """One call."""
        number = f"139{self._random.randrange(10**8):08}"
        task = asyncio.create_task(self.switch.call(number, talk_s))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def quiet(self) -> None:
        """Wait until every call has ended."""
        if self._calls:
            await asyncio.wait(set(self._calls), timeout=PATIENCE_S)


async def _watch(board: aiohttp.ClientWebSocketResponse) -> None:
    async for message in board:
        json.loads(message.data)


@asynccontextmanager
async def carrying(agents: int, *, told: bool = False, ready: bool = True) -> AsyncIterator[Carrying]:
    """Hotline with so many agents, ready or not; `told`: who waits is told something every MESSAGE_S."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-bench-")))
        recordings = folder / "raw"
        recordings.mkdir()
        numbers = agent_numbers(agents)
        agi_port, api_port = _free(), _free()
        switch = Switch(agi_port, recordings, list(numbers.values()))
        await switch.open()
        stack.push_async_callback(switch.close)
        plan = write_plan(folder / "plan.toml", numbers, told=told)
        passwords = {login: secrets.token_urlsafe(12) for login in (SUPERVISOR, *numbers)}
        await make_known(folder, passwords, list(numbers.values()))
        process = EngineProcess(_settings(folder, switch.port, agi_port, api_port, recordings, plan))
        stack.push_async_callback(process.stop)
        await process.start()
        carried = Carrying(switch, process, f"http://127.0.0.1:{api_port}", folder)
        await carried.sign_in(passwords, numbers if ready else {}, stack)
        yield carried


def _settings(folder: Path, ari: int, agi: int, api: int, recordings: Path, plan: Path) -> Path:
    tables: dict[str, dict[str, Any]] = {
        "[engine]": {"name": NAME, "var": str(folder)},
        "[[asterisk]]": {
            "name": NAME,
            "ari_url": f"http://127.0.0.1:{ari}",
            "ari_user": NAME,
            "ari_password": NAME,
            "ami_user": NAME,
            "ami_secret": NAME,
            "ami_port": _free(),
            "recordings_dir": str(recordings),
        },
        "[agi]": {"port": agi},
        "[api]": {"port": api},
        "[log]": {"format": "json"},
        "[plan]": {"seed": str(plan), "flows": str(FLOWS)},
    }
    path = folder / "hotline.toml"
    lines = [
        line for name, keys in tables.items() for line in (name, *(f"{k} = {json.dumps(v)}" for k, v in keys.items()))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
