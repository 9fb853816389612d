import asyncio

import pytest

from ivr.ari.turns import Turns, names


@pytest.mark.parametrize(
    ("uri", "touched"),
    [
        ("channels/c1/answer", {"c1"}),
        ("channels/c1/play/p1?media=sound%3Ax", {"c1"}),
        ("bridges/b1/addChannel?channel=c1%2Cc2&mute=true", {"b1", "c1", "c2"}),
        ("channels?endpoint=PJSIP%2F1001&channelId=c3&originator=c1", {"c3", "c1"}),
        ("channels/c3?endpoint=PJSIP%2F1001&originator=c1", {"c3", "c1"}),
        ("bridges?type=mixing&bridgeId=b1", {"b1"}),
        ("channels", set()),
        ("playbacks/p1", set()),
        ("asterisk/ping", set()),
    ],
)
def test_what_a_request_touches(uri: str, touched: set[str]) -> None:
    assert names(uri) == touched


def order(*uris: str) -> list[list[int]]:
    """For each request, the numbers of the earlier ones it waits for, none of which is done."""
    turns = Turns()
    taken: list[asyncio.Future[None]] = []
    waits: list[list[int]] = []
    for uri in uris:
        turn, before = turns.take(names(uri))
        waits.append(sorted(taken.index(each) for each in before))
        taken.append(turn)
    return waits


async def test_requests_about_one_channel_wait_for_each_other() -> None:
    assert order("channels/c1/moh", "channels/c1/answer") == [[], [0]]


async def test_requests_about_different_channels_pass_each_other() -> None:
    assert order("channels/c1/answer", "channels/c2/answer", "channels/c1") == [[], [], [0]]


async def test_a_bridge_waits_for_the_channels_it_takes() -> None:
    assert order("channels/c1/moh", "channels/c2/answer", "bridges/b1/addChannel?channel=c1%2Cc2") == [[], [], [0, 1]]


async def test_a_request_that_names_no_channel_waits_for_all_and_holds_all() -> None:
    waits = order("channels/c1/answer", "channels/c2/answer", "playbacks/p1", "channels/c1/moh", "channels/c3/moh")
    assert waits == [[], [], [0, 1], [0, 2], [2]]


async def test_nobody_waits_for_what_is_done() -> None:
    turns = Turns()
    touched = names("channels/c1/answer")
    turn, _ = turns.take(touched)
    wall, _ = turns.take(frozenset())
    turns.leave(turn, touched)
    turns.leave(wall, frozenset())
    assert turns.take(touched)[1] == []
