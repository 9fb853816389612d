"""Everything that talks with Asterisk, built: flows over FastAGI, an exchange for each Asterisk, the links' health."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import aiohttp
import structlog

from config.emergency import fallback_of_emergencies
from config.fallback import fallback_variables, message_left
from config.sections import AsteriskSettings
from config.settings import Settings
from config.sources import sources
from config.surroundings import surroundings
from cti.api.health import Check, Live, Readiness
from cti.database.connection import Database
from cti.flows.lists import CallerLists, Colour
from cti.journal.loop import FloorLoop
from cti.people.phones import phone_secrets
from cti.plan.in_force import PlanInForce
from ivr.agi.line import serve
from ivr.agi.server import AgiServer
from ivr.ami.link import AmiLink
from ivr.ari.link import AriLink
from ivr.flow.counts import FlowCounts
from ivr.flow.entry import FlowEntry
from ivr.flow.in_force import FlowsInForce
from ivr.gateway.door import FloorDoor
from ivr.gateway.exchange import Exchange
from ivr.gateway.fallback import Fallback
from ivr.gateway.fallback_log import FallbackLog
from ivr.gateway.flow_callbacks import FlowCallbacks
from ivr.gateway.flows import FlowContacts
from ivr.gateway.gateway import Gateway
from ivr.gateway.news import WANTED_EVENTS
from ivr.gateway.phones import Phones
from ivr.gateway.stasis_flows import StasisFlows
from ivr.prompts.book import PromptBook
from ivr.reconnect import LinkState
from ivr.speech.live import LiveVoice

log = structlog.get_logger()

Link = tuple[str, Readiness, Callable[[], Mapping[str, float]]]
"""Name, how to ask it how it is, its counters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephony:
    """What the rest of the process needs of it."""

    gateway: Gateway
    links: list[Link] = field(default_factory=list)

    def open_requests(self) -> int:
        """Requests that wait for an answer, at the Asterisk with the most."""
        return max((exchange.link.counts.open for exchange in self.gateway.exchanges.values()), default=0)


async def open_telephony(
    settings: Settings,
    loop: FloorLoop,
    plan: PlanInForce,
    database: Database,
    flows: FlowsInForce,
    counts: FlowCounts,
    prompts: PromptBook,
    reactor: Any,
    stack: AsyncExitStack,
) -> Telephony:
    """Build it; FastAGI listens when this returns, the links connect when the gateway is started."""
    contacts = FlowContacts(loop, counts)
    http = aiohttp.ClientSession()
    stack.push_async_callback(http.close)
    voice = await _voice(settings, stack)
    looked_up = sources(settings.look_up, database, http)
    around = surroundings(prompts, voice, plan, database, looked_up, FlowCallbacks(loop), loop.now)
    door = FloorDoor(loop.floor, lambda: plan().overload.answer)
    entry = FlowEntry(lambda dialled: plan().access_numbers.get(dialled), flows.all, around, contacts, door)
    agi = AgiServer(serve(entry), reactor)
    phones = Phones(
        lambda extensions: phone_secrets(database, extensions),
        lambda: plan().phones,
        lambda: plan().browser_phones,
        loop,
    )
    links: list[Link] = []
    exchanges = []
    for asterisk in settings.asterisk:
        ami = AmiLink(
            asterisk.name,
            asterisk.ami_host,
            asterisk.ami_port,
            asterisk.ami_user,
            asterisk.ami_secret.get_secret_value(),
        )
        in_stasis = StasisFlows(entry, asterisk.recordings_dir)
        fallback = Fallback(
            None if asterisk.call_log is None else FallbackLog(asterisk.call_log),
            redirect=ami.redirect,
            wanted=lambda: fallback_variables(plan()) | fallback_of_emergencies(loop.floor, plan(), prompts.files),
            message=partial(message_left, plan=plan, folder=asterisk.recordings_dir),
        )
        exchange = _exchange(
            settings.engine.name, asterisk, loop, phones, contacts, in_stasis, fallback, prompts, plan, database
        )
        exchanges.append(exchange)
        loop.subscribe(exchange.read)
        links.append((f"ari-{asterisk.name}", _ari(exchange), partial(_figures, exchange.link)))
        links.append((f"ami-{asterisk.name}", _ami(ami), partial(_figures, ami)))
        await ami.start()
        stack.push_async_callback(ami.stop)
    await agi.listen(settings.agi.host, settings.agi.port)
    stack.push_async_callback(agi.close)
    return Telephony(gateway=Gateway(loop.floor, exchanges), links=links)


async def _voice(settings: Settings, stack: AsyncExitStack) -> LiveVoice | None:
    if settings.plan.voice is None:
        return None
    voice = LiveVoice(settings.plan.voice, settings.engine.var / "spoken", settings.plan.speaker)
    stack.push_async_callback(voice.stop)
    await voice.start()
    return voice


def _exchange(
    node: str,
    asterisk: AsteriskSettings,
    loop: FloorLoop,
    phones: Phones,
    contacts: FlowContacts,
    in_stasis: StasisFlows,
    fallback: Fallback,
    prompts: PromptBook,
    plan: PlanInForce,
    database: Database,
) -> Exchange:
    lists = CallerLists(database)

    def shown(access: str) -> str:
        known = plan().access_numbers.get(access)
        return known.shown if known is not None else access

    async def barred(number: str) -> bool:
        entry = await lists.find(number, loop.now())
        return entry is not None and entry.colour is Colour.BLACK

    def connect(exchange: Exchange) -> AriLink:
        return AriLink(
            asterisk.name,
            f"{asterisk.ari_url}/ari",
            asterisk.ari_user,
            asterisk.ari_password.get_secret_value(),
            asterisk.ari_app,
            allowed_events=WANTED_EVENTS,
            on_event=exchange.on_event,
            on_up=exchange.on_up,
            on_down=exchange.on_down,
            rest=None if asterisk.ari_rest == "auto" else asterisk.ari_rest,
        )

    return Exchange(
        asterisk.name,
        node,
        loop,
        connect,
        phones,
        contacts.running,
        in_stasis,
        fallback,
        asterisk.trunk,
        prompts.files,
        shown,
        barred,
        lambda: {number: one.queue for number, one in plan().access_numbers.items()},
        asterisk.call_log,
    )


def _ari(exchange: Exchange) -> Readiness:
    async def check() -> Check:
        if exchange.link.state is LinkState.UP:
            return Check(Live.UP)
        return Check(Live.DOWN, exchange.link.reason)

    return check


def _ami(link: AmiLink) -> Readiness:
    async def check() -> Check:
        if link.state is LinkState.UP:
            return Check(Live.UP)
        return Check(Live.DEGRADED, f"{link.reason}; until it is up a recording cannot be paused")

    return check


def _figures(link: AriLink | AmiLink) -> Mapping[str, float]:
    up = float(link.state is LinkState.UP)
    return {"up": up, "reconnects": float(link.reconnects), **{k: float(v) for k, v in asdict(link.counts).items()}}
