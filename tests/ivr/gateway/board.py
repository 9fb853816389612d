"""An Asterisk whose every word the test chooses, the floor behind its exchange, and what was asked of it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from yarl import URL

from acd import events as e
from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.journal.loop import FloorLoop
from ivr.flow.route import Route, encode_route
from ivr.gateway.exchange import Exchange
from tests.fakes.ari_peer import AriPeer, Asked, event

ROUTE = encode_route(Route(queue="service", tier="standard", language="en", access="95000"))
PLAN = Plan(
    tiers={"standard": Tier(name="standard")},
    queues={"service": Queue(name="service", ring_ms=60_000)},
    agents={"1001": AgentSpec(agent="1001")},
)


def channel(name: str, *, state: str = "Up", app: str = "", data: str = "") -> dict[str, Any]:
    number = {"name": "", "number": ""}
    return {
        "id": name, "protocol_id": "", "name": f"PJSIP/{name}", "state": state, "caller": number, "connected": number,
        "accountcode": "", "creationtime": "", "language": "en",
        "dialplan": {"context": "x", "exten": "s", "priority": 1, "app_name": app, "app_data": data},
    }  # fmt: skip


def waiting(contact: str, wanted_at: int = 900) -> dict[str, Any]:
    return channel(contact, app="Stasis", data=f"hotline,queue,{contact},{wanted_at},{ROUTE}")


def waiting_args(contact: str) -> list[str]:
    return ["queue", contact, "900", ROUTE]


def finished(playback: str, leg: str) -> dict[str, Any]:
    return event(
        "PlaybackFinished",
        playback={"id": playback, "media_uri": "sound:x", "target_uri": f"channel:{leg}", "state": "done"},
    )


@dataclass
class Board:
    """The peer, the floor behind the exchange, and what the peer has."""

    peer: AriPeer
    loop: FloorLoop
    exchange: Exchange
    black: set[str]
    """Numbers on the black list."""
    fallback: dict[str, str]
    """What the plan wants of the fallback, by variable."""
    home: list[str]
    """Channels that were sent home from the fallback, in order."""
    channels: list[dict[str, Any]] = field(default_factory=list)
    facts: list[e.Fact] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def reply(self, asked: Asked) -> Any:
        path = asked.uri.partition("?")[0]
        if path == "applications/hotline/subscription":
            lists = ("channel_ids", "bridge_ids", "endpoint_ids", "device_names", "events_allowed", "events_disallowed")
            return (200, {"name": "hotline", **{name: [] for name in lists}})
        if asked.method != "GET":
            return 204
        if path.startswith("channels/") and path.endswith("/variable"):
            return (200, {"value": ""})
        online = {"technology": "PJSIP", "resource": "8001", "state": "online", "channel_ids": []}
        known = {
            "asterisk/info": {},
            "asterisk/variable": {"value": ""},
            "channels": self.channels,
            "bridges": [],
            "endpoints/PJSIP": [online],
        }
        return (200, known.get(path, []))

    async def until(self, kind: type[e.Fact], count: int = 1) -> Any:
        """Wait for so many facts of a kind; the last of so many."""
        async with asyncio.timeout(10):
            while len(found := [fact for fact in self.facts if isinstance(fact, kind)]) < count:
                self.news.clear()
                await self.news.wait()
        return found[count - 1]

    def read(self, number: int, fact: e.Fact) -> None:
        self.facts.append(fact)
        self.news.set()

    def sign_in(self) -> None:
        now = self.loop.now()
        self.loop.tell(e.AgentSignedIn(at=now, agent="1001", extension="8001"))
        self.loop.tell(e.IntentChanged(at=now, agent="1001", intent=e.Intent.READY))

    def sign_in_outside(self) -> None:
        now = self.loop.now()
        self.loop.tell(e.AgentSignedIn(at=now, agent="1001", extension="13900000000", outside=True))
        self.loop.tell(e.IntentChanged(at=now, agent="1001", intent=e.Intent.READY))

    def played(self) -> list[str]:
        """What was played to agents' legs, in order."""
        return [unquote(asked.uri) for asked in self.peer.asked if "/play/" in asked.uri]

    def told(self, variable: str) -> list[str]:
        """The values of a global variable that Asterisk was told, in order."""
        of_it = [URL(asked.uri).query for asked in self.peer.asked if asked.uri.startswith("asterisk/variable?")]
        return [query["value"] for query in of_it if query["variable"] == variable]

    def rung(self) -> list[str]:
        """The legs that were asked for."""
        return [
            asked.uri.partition("?")[0]
            for asked in self.peer.asked
            if "/agent-" in asked.uri and asked.method == "POST"
        ]
