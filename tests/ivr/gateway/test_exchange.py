"""An exchange and its Asterisk: what is told when the link is up, who is found there, who is kept alive."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import pytest

from acd import events as e
from ivr.gateway import exchange as module
from tests.fakes.ari_peer import SILENT, event
from tests.ivr.gateway.board import PLAN, Board, channel, waiting


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
