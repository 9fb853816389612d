"""An exchange with an Asterisk whose every word the test chooses."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest_asyncio

from acd import events as e
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from ivr.ari.link import AriLink
from ivr.gateway.exchange import Exchange
from ivr.gateway.fallback import Fallback
from ivr.gateway.gateway import Gateway
from ivr.gateway.news import WANTED_EVENTS
from ivr.gateway.phones import Phones
from ivr.gateway.stasis_flows import StasisFlows
from tests.fakes.ari_peer import PASSWORD, USER, AriPeer
from tests.ivr.gateway.board import PLAN, Board


def says(prompt: str, language: str, values: Mapping[str, object] | None) -> list[str]:
    return [f"/prompts/{language}/{prompt}"]


async def no_secrets(extensions: Any) -> Mapping[str, str]:
    return {}


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
