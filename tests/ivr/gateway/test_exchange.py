"""An exchange with an Asterisk whose every word the test chooses: what is told, what is asked, what is held."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import pytest_asyncio
from yarl import URL

from acd import events as e
from acd.plan import AgentSpec, Emergency, Plan, Queue, Tier
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from ivr.ari.link import AriLink
from ivr.flow.route import Route, encode_route
from ivr.gateway import exchange as module
from ivr.gateway.exchange import Exchange
from ivr.gateway.fallback import Fallback
from ivr.gateway.gateway import Gateway
from ivr.gateway.news import WANTED_EVENTS
from ivr.gateway.phones import Phones
from ivr.gateway.stasis_flows import StasisFlows
from tests.fakes.ari_peer import PASSWORD, SILENT, USER, AriPeer, Asked, event

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


def says(prompt: str, language: str, values: Mapping[str, object] | None) -> list[str]:
    return [f"/prompts/{language}/{prompt}"]


async def no_secrets(extensions: Any) -> Mapping[str, str]:
    return {}


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


async def nothing(*said: object) -> None:
    """For what this Asterisk has no part in."""


@pytest_asyncio.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    """One whose link is not started yet."""
    peer = AriPeer()
    await peer.open()
    journal = JournalFiles(tmp_path)
    loop = FloorLoop(journal.open().floor, journal, Clock())
    loop.tell(e.PlanChanged(at=loop.now(), plan=PLAN))

    flows = StasisFlows(lambda line, incoming: None, tmp_path)

    def connect(exchange: Exchange) -> AriLink:
        return AriLink(
            "pbx", peer.url, USER, PASSWORD, "hotline", allowed_events=WANTED_EVENTS, on_event=exchange.on_event,
            on_up=exchange.on_up, on_down=exchange.on_down,
        )  # fmt: skip

    black: set[str] = set()
    wanted: dict[str, str] = {}

    async def barred(number: str) -> bool:
        return number in black

    phones = Phones(no_secrets, lambda: ["8001"], set, loop)
    home: list[str] = []

    async def redirect(name: str, context: str, extension: str) -> None:
        home.append(name)

    fallback = Fallback(None, redirect=redirect, wanted=lambda: dict(wanted), message=nothing)
    exchange = Exchange("pbx", "n1", loop, connect, phones, set, flows, fallback, say=says, barred=barred)
    board = Board(peer, loop, exchange, black, wanted, home)
    peer.reply = board.reply
    loop.subscribe(board.read)
    loop.subscribe(exchange.read)
    gateway = Gateway(loop.floor, [exchange])
    gateway.hold()
    loop.start(gateway)
    yield board
    await exchange.stop()
    await loop.stop()
    journal.close()
    await peer.close()


async def test_nobody_is_rung_before_asterisk_was_looked_at(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    now = board.loop.now()
    board.loop.tell(e.ContactStarted(at=now, contact="c1", asterisk="pbx", channel="c1", access="95000", caller=""))
    board.loop.tell(e.ContactQueued(at=now, contact="c1", queue="service", tier="standard", since=now))
    assert not any(isinstance(fact, e.OfferMade) for fact in board.facts)
    await board.exchange.start()
    await board.until(e.LinkUp)
    offer = (await board.until(e.OfferMade)).offer
    await board.peer.until(lambda: board.rung() == [f"channels/agent-n1-{offer}"])


async def test_a_change_of_the_fallback_reaches_asterisk_with_the_plan(board: Board, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "RENEW_S", 3600)
    board.fallback["HOTLINE_QUEUE_S"] = "60"
    await board.exchange.start()
    await board.peer.until(lambda: board.told("HOTLINE_QUEUE_S") == ["60"])
    board.fallback["HOTLINE_QUEUE_S"] = "90"
    board.loop.tell(e.PlanChanged(at=board.loop.now(), plan=PLAN))
    await board.peer.until(lambda: board.told("HOTLINE_QUEUE_S") == ["60", "90"])
    await board.until(e.LinkUp)
    # What does not reach it, because the link is down, is told when it is up again.
    board.peer.cut()
    await board.until(e.LinkDown, 2)
    board.fallback["HOTLINE_QUEUE_S"] = "30"
    board.loop.tell(e.PlanChanged(at=board.loop.now(), plan=PLAN))
    await board.peer.until(lambda: board.told("HOTLINE_QUEUE_S") == ["60", "90", "30"])


async def test_who_came_to_the_fallback_first_is_fetched_home_first_and_all_before_anybody_is_offered(
    board: Board,
) -> None:
    place = {"context": "hotline-fallback", "exten": "s", "priority": 9, "app_name": "Queue", "app_data": ""}
    names = [f"c{number:02}" for number in range(30)]
    board.channels = [
        channel(name) | {"dialplan": place, "creationtime": f"2026-11-28T03:00:{name[1:]}.000+0000"}
        for name in reversed(names)
    ]
    board.channels.append(channel("talks") | {"dialplan": {**place, "app_name": "Dial"}})
    await board.exchange.start()
    await board.until(e.LinkUp)
    assert board.home == [f"PJSIP/{name}" for name in names]
    assert board.exchange.repairs["a caller waited in the fallback"] == len(names)


async def test_a_caller_who_came_while_we_were_away_has_waited_since_then(board: Board) -> None:
    wanted_at = board.loop.now() - 7_000
    board.channels = [waiting("c1", wanted_at)]
    await board.exchange.start()
    assert (await board.until(e.ContactQueued)).since == wanted_at


async def test_a_ring_that_was_lost_with_the_link_is_offered_anew_and_nobody_missed_it(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    first = (await board.until(e.OfferMade)).offer
    await board.peer.until(lambda: board.rung() == [f"channels/agent-n1-{first}"])
    board.peer.cut()
    await board.until(e.LinkDown, 2)
    again = (await board.until(e.OfferMade, 2)).offer
    assert again != first
    await board.peer.until(lambda: board.rung()[-1:] == [f"channels/agent-n1-{again}"])
    assert board.rung().count(f"channels/agent-n1-{first}") == 1
    assert not any(isinstance(fact, e.OfferExpired | e.AgentSetAside) for fact in board.facts)
    assert board.exchange.repairs["the agent's phone was not ringing"] == 1


async def test_a_caller_who_is_gone_before_they_were_connected_was_not_answered(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    await board.until(e.LinkUp)
    offer = (await board.until(e.OfferMade)).offer
    leg = channel(f"agent-n1-{offer}")
    picked_up = event("StasisStart", args=["agent", str(offer)], channel=leg)
    gone = event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=board.channels[0])
    await board.peer.push(picked_up, gone)
    assert (await board.until(e.ContactEnded)).before_talk
    visits = board.loop.floor.ledger.of("service")
    assert (visits.answered, visits.abandoned) == (0, 1)
    await board.peer.until(lambda: any(f"agent-n1-{offer}" in each.uri for each in board.peer.asked[-2:]))


async def test_a_caller_who_is_gone_when_the_phone_is_to_ring_is_no_miss_of_the_agents(board: Board) -> None:
    """Asterisk rings for no caller who is not there: 404, as it says of no phone."""

    def reply(asked: Asked) -> Any:
        rings = asked.method == "POST" and asked.uri.startswith("channels/agent-")
        return (404, {"message": "Provided originator channel was not found"}) if rings else board.reply(asked)

    board.peer.reply = reply
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    await board.until(e.OfferMade)
    await board.peer.until(lambda: len(board.rung()) == 1)
    await board.peer.push(
        event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=board.channels[0]),
    )
    await board.until(e.OfferWithdrawn)
    assert not any(isinstance(fact, e.OfferFailed | e.AgentSetAside) for fact in board.facts)
    assert board.loop.floor.agents["1001"].state == "idle"


async def test_an_agent_who_hangs_up_before_they_were_connected_leaves_the_caller_waiting(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    offer = (await board.until(e.OfferMade)).offer
    leg = channel(f"agent-n1-{offer}")
    await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=leg))
    await board.until(e.OfferAnswered)
    await board.peer.push(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=leg))
    failed = await board.until(e.OfferFailed)
    assert failed.cause is e.OfferFailure.REJECTED
    assert board.loop.floor.contacts["c1"].state == "waiting"
    asked = ("channels/c1/moh", "channels/c1/variable")
    await board.peer.until(lambda: all(any(path in each.uri for each in board.peer.asked[-3:]) for path in asked))


def renewed(board: Board) -> list[str]:
    """Whose dead-man's time was renewed, in order."""
    of = [unquote(asked.uri) for asked in board.peer.asked if "TIMEOUT(absolute)" in unquote(asked.uri)]
    return [uri.split("/")[1] for uri in of if uri.endswith("value=30")]


async def test_many_who_wait_are_renewed_a_few_in_a_turn_and_none_who_waits_no_longer(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.gateway.exchange.RENEWED_AT_ONCE", 1)
    monkeypatch.setattr("ivr.gateway.exchange.BETWEEN_S", 0)
    for name in ("c1", "c2", "c3"):
        board.channels.append(waiting(name))
        now = board.loop.now()
        board.loop.tell(e.ContactStarted(at=now, contact=name, asterisk="pbx", channel=name, access="95000", caller=""))
        board.loop.tell(e.ContactQueued(at=now, contact=name, queue="service", tier="standard", since=now))
    renew = board.exchange._renew

    def then_one_leaves(channels: Sequence[str]) -> None:
        renew(channels)
        if channels == ["c1"]:
            board.loop.tell(e.ContactEnded(at=board.loop.now(), contact="c2", cause=e.EndCause.HUNG_UP))

    monkeypatch.setattr(board.exchange, "_renew", then_one_leaves)
    await board.exchange.start()
    await board.peer.until(lambda: renewed(board) == ["c1", "c3"])


async def talk(board: Board) -> str:
    """The agent and the caller c1 in one bridge; the agent's leg."""
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    offer = (await board.until(e.OfferMade)).offer
    leg = f"agent-n1-{offer}"
    bridge = {
        "id": "talk-c1", "technology": "simple_bridge", "bridge_type": "mixing", "bridge_class": "stasis",
        "creator": "Stasis", "name": "", "channels": ["c1", leg], "creationtime": "",
    }  # fmt: skip
    await board.peer.push(
        event("StasisStart", args=["agent", str(offer)], channel=channel(leg)),
        event("ChannelEnteredBridge", bridge=bridge, channel=channel(leg)),
    )
    await board.until(e.TalkConnected)
    return leg


async def test_of_a_talk_that_ends_before_the_first_look_it_is_not_known_since_when_the_other_was_gone(
    board: Board,
) -> None:
    await talk(board)
    asked = len(board.peer.asked)
    board.peer.reply = lambda asked: SILENT
    board.peer.cut()
    down = await board.until(e.LinkDown, 2)
    await board.peer.until(lambda: any(each.uri.startswith("asterisk/info") for each in board.peer.asked[asked:]))
    await board.peer.push(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=channel("c1")))
    ended = await board.until(e.ContactEnded)
    assert ended.seen_until is not None
    assert ended.seen_until <= down.at


async def test_a_phone_that_rings_for_the_fallback_is_offered_nothing_from_then_on(board: Board) -> None:
    board.sign_in()
    board.loop.tell(e.PhoneUnreachable(at=board.loop.now(), extension="8001"))
    await board.exchange.start()
    await board.until(e.PhoneReachable)
    rung = channel("asterisk-1.7", state="Ringing") | {"name": "PJSIP/8001-00000007"}
    await board.peer.push(event("ChannelStateChange", channel=rung))
    await board.until(e.PhoneUnreachable, 2)
    await board.peer.push(event("StasisStart", args=waiting_args("c1"), channel=waiting("c1")))
    await board.until(e.ContactQueued)
    assert board.rung() == []


def dialled_for(board: Board, contact: str) -> None:
    board.channels = [channel(contact, app="Dial", data="PJSIP/8003,25,mU(hotline-accept)")]
    now = board.loop.now()
    board.loop.tell(e.ContactStarted(at=now, contact=contact, asterisk="pbx", channel=contact, access="1", caller=""))


async def test_a_party_that_takes_the_call_is_told_once_though_asterisk_says_it_twice(board: Board) -> None:
    dialled_for(board, "c1")
    await board.exchange.start()
    await board.until(e.LinkUp)
    taken = {"eventname": "hotline-taken", "channel": channel("party")}
    said = event("ChannelUserevent", **taken, userevent={"contact": "c1", "dial": "in-8003"})
    foreign = event("ChannelUserevent", eventname="other", userevent={"contact": "c1"})
    ended = event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=board.channels[0])
    await board.peer.push(foreign, said, said, ended)
    await board.until(e.ContactEnded)
    (told,) = [fact for fact in board.facts if isinstance(fact, e.PartyConnected)]
    assert (told.contact, told.party) == ("c1", "8003")


async def test_a_party_that_took_the_call_while_we_were_away_is_found(board: Board) -> None:
    dialled_for(board, "c1")
    bridge = {
        "id": "b", "technology": "simple_bridge", "bridge_type": "mixing", "bridge_class": "basic", "creator": "",
        "name": "", "channels": ["c1", "party"], "creationtime": "2026-11-22T08:00:00.000+0000",
    }  # fmt: skip

    def reply(asked: Asked) -> Any:
        path = asked.uri.partition("?")[0]
        if path.endswith("/variable"):
            return (200, {"value": "out-13900000001"})
        return (200, [bridge]) if path == "bridges" else board.reply(asked)

    board.peer.reply = reply
    await board.exchange.start()
    told = await board.until(e.PartyConnected)
    assert (told.contact, told.party) == ("c1", "13900000001")


def finished(playback: str, leg: str) -> dict[str, Any]:
    return event(
        "PlaybackFinished",
        playback={"id": playback, "media_uri": "sound:x", "target_uri": f"channel:{leg}", "state": "done"},
    )


class TestANumberOutside:
    async def picked_up(self, board: Board) -> tuple[int, str]:
        """Its offer and its leg, which has picked up and is being asked to accept."""
        board.sign_in_outside()
        board.channels = [waiting("c1")]
        await board.exchange.start()
        offer = (await board.until(e.OfferMade)).offer
        leg = f"agent-n1-{offer}"
        await board.peer.until(lambda: board.rung() == [f"channels/{leg}"])
        board.channels.append(channel(leg))
        await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=channel(leg)))
        await board.peer.until(lambda: len(board.played()) == 1)
        return offer, leg

    async def test_is_rung_through_the_trunk_and_takes_the_call_by_its_key(self, board: Board) -> None:
        offer, leg = await self.picked_up(board)
        (ring,) = [unquote(asked.uri) for asked in board.peer.asked if asked.uri.startswith(f"channels/{leg}?")]
        assert "PJSIP/13900000000@trunk" in ring
        assert "/prompts/en/duty-accept" in board.played()[0]
        wrong, right = (
            event("ChannelDtmfReceived", digit=digit, duration_ms=80, channel=channel(leg)) for digit in "51"
        )
        await board.peer.push(wrong, right)
        assert (await board.until(e.OfferAnswered)).offer == offer
        assert board.loop.floor.contacts["c1"].state == "talking"
        # The prompt is over with the key: behind it the two would be connected only at its end.
        await board.peer.until(lambda: any("addChannel" in asked.uri for asked in board.peer.asked))
        assert f"DELETE playbacks/{leg}.accept1" in [f"{asked.method} {asked.uri}" for asked in board.peer.asked]

    async def test_that_never_presses_is_asked_again_and_has_not_answered(self, board: Board) -> None:
        offer, leg = await self.picked_up(board)
        await board.peer.push(finished(f"{leg}.accept1", leg))
        await board.peer.until(lambda: len(board.played()) == 2)
        assert not any(isinstance(fact, e.OfferAnswered) for fact in board.facts)
        await board.peer.push(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=channel(leg)))
        assert (await board.until(e.OfferFailed)).offer == offer
        assert board.loop.floor.contacts["c1"].state == "waiting"

    async def test_that_picked_up_while_we_were_away_is_asked_then(self, board: Board) -> None:
        offer, leg = await self.picked_up(board)
        asked = board.exchange._acceptance
        asked.forget(set())
        board.peer.cut()
        await board.until(e.LinkUp, 2)
        await board.peer.until(lambda: len(board.played()) == 2)
        assert not any(isinstance(fact, e.OfferAnswered) for fact in board.facts)
        await board.peer.push(event("ChannelDtmfReceived", digit="1", duration_ms=80, channel=channel(leg)))
        assert (await board.until(e.OfferAnswered)).offer == offer


class TestPhonesThatRingTogether:
    async def both_picked_up(self, board: Board) -> list[str]:
        """The legs of two mobile phones that were rung for one caller; both are being asked to accept."""
        service = replace(PLAN.queues["service"], emergency=Emergency(mobiles=("night",)))
        agents = {name: AgentSpec(agent=name) for name in ("1001", "1002")}
        plan = replace(PLAN, queues={"service": service}, agents=agents, groups={"night": ("1001", "1002")})
        now = board.loop.now()
        board.loop.tell(e.PlanChanged(at=now, plan=plan))
        board.loop.tell(e.EmergencySwitchedOn(at=now, queue="service", to=e.EmergencyWay.MOBILES, who="boss"))
        for agent, number in (("1001", "13900000001"), ("1002", "13900000002")):
            board.loop.tell(e.AgentSignedIn(at=now, agent=agent, extension=number, outside=True))
            board.loop.tell(e.IntentChanged(at=now, agent=agent, intent=e.Intent.READY))
        board.channels = [waiting("c1")]
        await board.exchange.start()
        await board.until(e.OfferMade, 2)
        legs = [f"agent-n1-{fact.offer}" for fact in board.facts if isinstance(fact, e.OfferMade)]
        await board.peer.until(lambda: board.rung() == [f"channels/{leg}" for leg in legs])
        for leg in legs:
            board.channels.append(channel(leg))
            args = ["agent", leg.rpartition("-")[2]]
            await board.peer.push(event("StasisStart", args=args, channel=channel(leg)))
        await board.peer.until(lambda: len(board.played()) == 2)
        return legs

    async def test_who_presses_second_is_told_that_the_call_is_taken_and_has_not_answered(self, board: Board) -> None:
        first, second = await self.both_picked_up(board)
        pressed = [
            event("ChannelDtmfReceived", digit="1", duration_ms=80, channel=channel(leg)) for leg in (second, first)
        ]
        await board.peer.push(*pressed)
        await board.until(e.OfferWithdrawn)
        await board.peer.until(lambda: any("/continue" in asked.uri for asked in board.peer.asked))
        told = [f"{asked.method} {unquote(asked.uri)}" for asked in board.peer.asked if first in asked.uri][-3:]
        assert told[0] == f"DELETE playbacks/{first}.accept1"
        assert "HOTLINE_SAY&value=/prompts/en/duty-taken" in told[1]
        assert f"channels/{first}/continue?context=hotline-goodbye" in told[2]
        assert [f"agent-n1-{fact.offer}" for fact in board.facts if isinstance(fact, e.OfferAnswered)] == [second]

    async def test_of_both_what_was_missed_is_found_when_we_look(self, board: Board) -> None:
        await self.both_picked_up(board)
        board.exchange._acceptance.forget(set())
        board.peer.cut()
        await board.until(e.LinkUp, 2)
        await board.peer.until(lambda: len(board.played()) == 4)


async def test_a_phone_that_answers_by_itself_hears_a_tone_before_the_caller(board: Board) -> None:
    board.sign_in()
    board.loop.tell(e.AutoAnswerChosen(at=board.loop.now(), agent="1001", on=True))
    board.channels = [waiting("c1")]
    await board.exchange.start()
    offer = (await board.until(e.OfferMade)).offer
    leg = f"agent-n1-{offer}"
    await board.peer.until(lambda: board.rung() == [f"channels/{leg}"])
    (ring,) = [asked for asked in board.peer.asked if asked.uri.startswith(f"channels/{leg}?")]
    variables = str(ring.body)
    assert all(header in variables for header in ("X-Hotline-Auto", "answer-after=0", "info=alert-autoanswer"))
    await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=channel(leg)))
    await board.peer.until(lambda: len(board.played()) == 1)
    assert "auto-answer" in board.played()[0]
    assert not any(isinstance(fact, e.OfferAnswered) for fact in board.facts)
    await board.peer.push(finished(f"{leg}.tone", leg))
    assert (await board.until(e.OfferAnswered)).offer == offer
