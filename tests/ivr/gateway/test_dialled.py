"""A party that the flow dialled takes the call."""

from typing import Any

from acd import events as e
from tests.fakes.ari_peer import Asked, event
from tests.ivr.gateway.board import Board, channel


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
