"""A hotline without telephones, as the tests of the API drive it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI

from acd import commands as c
from acd import events as e
from cti.api.health import Readiness
from cti.api.parts import Parts
from cti.desk.background import Background
from cti.desk.frames import CustomerView, PastContact
from cti.journal.loop import FloorLoop
from cti.people.roles import Role
from cti.records.writer import RecordWriter
from ivr.flow.counts import FlowCounts

ROOT = Path(__file__).parents[3]
PASSWORD = "a password for tests"
PEOPLE = {
    "1001": Role.AGENT,
    "1002": Role.AGENT,
    "boss": Role.SUPERVISOR,
    "ear": Role.INSPECTOR,
    "root": Role.ADMIN,
}


@dataclass
class Phones:
    """Stands where Asterisk would: notes the commands."""

    released: list[c.Command] = field(default_factory=list)

    def release(self, commands: Sequence[c.Command]) -> None:
        self.released += commands


@dataclass
class Callers:
    """What is known about callers; `gate` holds look-ups back."""

    customers: dict[str, CustomerView] = field(default_factory=dict)
    past: list[PastContact] = field(default_factory=list)

    async def customer(self, customer: str) -> CustomerView | None:
        return next((one for one in self.customers.values() if one.customer == customer), None)

    async def customer_of(self, number: str) -> CustomerView | None:
        return self.customers.get(number)

    async def last_contacts(self, *, customer: str | None, number: str, limit: int) -> Sequence[PastContact]:
        return self.past[:limit]


@dataclass
class Hotline:
    """Everything a test may touch."""

    loop: FloorLoop
    phones: Phones
    callers: Callers
    parts: Parts
    app: FastAPI
    checks: dict[str, Readiness]
    writer: RecordWriter
    background: Background
    counts: FlowCounts
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def now(self) -> int:
        return self.loop.now()

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser without a session."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://hotline.test", headers=headers)
        self.clients.append(client)
        return client

    async def signed_in(self, login: str) -> httpx.AsyncClient:
        """A browser in which this person is signed in."""
        client = self.client()
        answer = await client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    def call(self, contact: str = "pbx1-1.1", *, caller: str = "13800005678", access: str = "95000") -> str:
        """A call comes in and its flow begins."""
        channel = f"PJSIP/{contact}"
        self.loop.tell(
            e.ContactStarted(
                at=self.now(), contact=contact, asterisk="pbx1", channel=channel, access=access, caller=caller
            )
        )
        return contact

    def queue(self, contact: str, queue: str = "service", *, tier: str = "standard", **more: object) -> None:
        """The flow of a call is done: it wants an agent."""
        now = self.now()
        self.loop.tell(
            e.ContactQueued(at=now, contact=contact, queue=queue, tier=tier, since=now, **more)  # type: ignore[arg-type]
        )

    async def written(self) -> None:
        """Wait until the records hold every fact."""
        await self.writer.reached(self.loop.floor.number)

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait until facts make something so."""
        came = asyncio.Event()
        self.loop.subscribe(lambda number, fact: came.set())
        async with asyncio.timeout(5):
            while not what():
                came.clear()
                await came.wait()

    async def looked_up(self, contact: str) -> None:
        """Wait until the look-up of this contact's caller is done."""
        done = asyncio.Event()
        self.background.when_known(contact, done.set)
        async with asyncio.timeout(5):
            await done.wait()

    def on_duty(self, agent: str = "1001", extension: str = "8001") -> None:
        """An agent who takes contacts, on a phone, without a desk."""
        self.loop.tell(e.AgentSignedIn(at=self.now(), agent=agent, extension=extension))
        self.loop.tell(e.IntentChanged(at=self.now(), agent=agent, intent=e.Intent.READY))

    def offer_of(self, agent: str = "1001") -> int:
        offer = self.loop.floor.agents[agent].offer
        assert offer is not None
        return offer

    def talk(self, contact: str = "pbx1-1.1", agent: str = "1001") -> int:
        """A call is answered by this agent, who is on duty; returns the offer."""
        self.call(contact)
        self.queue(contact)
        offer = self.offer_of(agent)
        self.loop.tell(e.PopAcknowledged(at=self.now(), offer=offer))
        self.loop.tell(e.OfferAnswered(at=self.now(), offer=offer))
        self.loop.tell(e.TalkConnected(at=self.now(), offer=offer))
        return offer
