"""A simulated agent at a desk: signs in through the API, acknowledges each pop, saves an outcome after each talk."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any

import aiohttp

DEADLINE = aiohttp.ClientTimeout(total=30)
COME_BACK_S = 0.3


class DeskError(Exception):
    """The API refused a desk; says what was asked and what it answered."""


class Desk:
    """One agent. `wrap_up_s` is how long he thinks about the outcome; None: he never saves one."""

    def __init__(
        self,
        base: Callable[[], str],
        login: str,
        password: str,
        extension: str,
        *,
        wrap_up_s: float | None,
        seed: int,
        door: asyncio.Semaphore,
    ) -> None:
        """`base`: the API's address, such as http://127.0.0.1:8090, asked for anew at each connection.

        `door`: so many may sign in at a time; proving a password takes a processor for a while.
        """
        self.agent = login
        self.wrap_up_s = wrap_up_s
        self.pops = 0
        """Pops shown."""
        self.ready = asyncio.Event()
        """Set once he may be offered contacts."""
        self._base = base
        self._password = password
        self._extension = extension
        self._chance = random.Random(seed)
        self._door = door
        self._session: aiohttp.ClientSession | None = None
        self._outcomes: list[str] = []
        self._seq: int | None = None
        self._thinking: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Work until cancelled; a lost connection is made again, as a page would."""
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=DEADLINE, raise_for_status=False
        ) as self._session:
            try:
                async with self._door:
                    await self._ask("POST", "session", {"login": self.agent, "password": self._password})
                    await self._ask("POST", "agents/me/sign-in", {"extension": self._extension})
                while True:
                    try:
                        await self._at_the_desk()
                    except (aiohttp.ClientError, TimeoutError, OSError):
                        # The engine is away; it comes back within seconds, and the page with it.
                        await asyncio.sleep(COME_BACK_S)
            finally:
                # Whoever goes home in the middle of a wrap-up leaves its outcome missing.
                for thinking in self._thinking:
                    thinking.cancel()
                await asyncio.gather(*self._thinking, return_exceptions=True)

    async def intend(self, intent: str, reason: str = "") -> None:
        """Say what he wants to be: ready, or not_ready with a reason of the plan."""
        await self._ask("PUT", "agents/me/intent", {"intent": intent, "reason": reason})

    async def take(self, extension: str) -> None:
        """Sign in on another phone of the plan, or on a number outside."""
        await self._ask("POST", "agents/me/sign-in", {"extension": extension})

    async def answer_by_itself(self, *, on: bool) -> None:
        """Whether the phone is to answer by itself."""
        await self._ask("PUT", "agents/me/auto-answer", {"on": on})

    async def ask_for_break(self, reason: str) -> None:
        """Ask for a break: it begins at once where there is room."""
        await self._ask("POST", "agents/me/break", {"reason": reason})

    async def hold(self, offer: int, *, on: bool) -> None:
        """Put the caller on hold or take him back."""
        await self._ask("PUT", f"offers/{offer}/hold", {"on": on})

    async def consult(self, offer: int, *, agent: str = "", queue: str = "") -> None:
        """Consult a colleague, or whoever is free in a queue."""
        await self._ask("POST", f"offers/{offer}/consult", {"agent": agent, "queue": queue})

    async def hand_over(self, offer: int) -> None:
        """Let the caller go on with the colleague."""
        await self._ask("POST", f"offers/{offer}/handover")

    async def rejoin(self) -> None:
        """Come back into the talk on a new leg, as a page does that was loaded anew."""
        await self._ask("POST", "agents/me/rejoin")

    async def sign_out(self) -> None:
        """Sign out; a talk goes on to its end."""
        await self._ask("POST", "agents/me/sign-out")

    async def _at_the_desk(self) -> None:
        assert self._session is not None
        after = "" if self._seq is None else f"?after={self._seq}"
        url = f"{self._base()}/api/v1/desk{after}"
        async with self._session.ws_connect(url, origin=self._base(), heartbeat=20) as socket:
            async for message in socket:
                frame = json.loads(message.data)
                self._seq = frame.get("seq", self._seq)
                match frame["type"]:
                    case "snapshot":
                        self._outcomes = [choice["code"] for choice in frame["outcomes"]]
                        await self._settle_in(frame)
                    case "pop":
                        self.pops += 1
                        await socket.send_json({"ack": frame["pop"]["offer"]})
                    case "talk_ended":
                        self._think_about(frame["contact"])

    async def _settle_in(self, snapshot: dict[str, Any]) -> None:
        if not self.ready.is_set():
            await self.intend("ready")
            self.ready.set()
        for missing in snapshot["missing"]:
            self._think_about(missing["contact"])
        if snapshot["agent"]["state"] == "wrap_up":
            self._think_about(snapshot["agent"]["contact"])

    def _think_about(self, contact: str) -> None:
        if self.wrap_up_s is None:
            return
        task = asyncio.create_task(self._save_outcome(contact, self._chance.uniform(0.5, 1.5) * self.wrap_up_s))
        self._thinking.add(task)
        task.add_done_callback(self._thinking.discard)

    async def _save_outcome(self, contact: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        outcome = self._chance.choice(self._outcomes)
        try:
            await self._ask("POST", f"contacts/{contact}/outcome", {"outcome": outcome, "note": ""})
        except (DeskError, aiohttp.ClientError, TimeoutError):
            # The engine is away or has it already; the next snapshot says what is still missing.
            return

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        assert self._session is not None
        url = f"{self._base()}/api/v1/{path}"
        async with self._session.request(method, url, json=body, headers={"Origin": self._base()}) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise DeskError(f"{self.agent}: {method} {path}: {answer.status} {text[:200]}")
            return json.loads(text) if text else None
