"""Requests through the link, on the WebSocket and over HTTP alike."""

import asyncio
from typing import Any

import pytest

from ivr.ari.errors import AriConflict, AriDown, AriError, AriNotFound, AriRefused, AriTimeout
from ivr.ari.operation import Operation
from ivr.ari.version import Rest
from tests.fakes.ari_peer import SILENT, WAIT_S, AriPeer, Asked
from tests.ivr.ari.conftest import MakeLink

both_ways = pytest.mark.parametrize("rest", ["websocket", "http"])


@pytest.mark.parametrize(("version", "way"), [("22.10.1", "websocket"), ("22.3.0", "http"), ("20.6.0", "http")])
async def test_the_way_follows_asterisks_version(version: str, way: Rest, peer: AriPeer, make_link: MakeLink) -> None:
    peer.version = version
    peer.answers_requests = way == "websocket"
    link, _ = await make_link()
    await link.ari.channels.answer("c1")
    assert (link.rest, [each.over for each in peer.asked]) == (way, [way] * len(peer.asked))


@both_ways
async def test_a_request_arrives_as_asked_and_its_answer_is_typed(
    rest: Rest, peer: AriPeer, make_link: MakeLink
) -> None:
    link, _ = await make_link(rest=rest)
    peer.reply = lambda asked: (200, {"value": '张 "x"'})
    got = await link.ari.channels.get_channel_var("a b/1", "CALLERID(name)")
    assert got.value == '张 "x"'
    await link.ari.channels.set_channel_vars("a b/1", variables={"名": "值\r\n"})
    assert peer.asked[-2:] == [
        Asked("GET", "channels/a%20b%2F1/variable?variable=CALLERID%28name%29", None, rest),
        Asked("POST", "channels/a%20b%2F1/variables", {"variables": {"名": "值\r\n"}}, rest),
    ]


@both_ways
@pytest.mark.parametrize(
    ("status", "kind"), [(404, AriNotFound), (409, AriConflict), (412, AriRefused), (500, AriRefused)]
)
async def test_a_refusal_is_an_error_with_asterisks_words(
    rest: Rest, status: int, kind: type[AriRefused], peer: AriPeer, make_link: MakeLink
) -> None:
    link, _ = await make_link(rest=rest)
    peer.reply = lambda asked: (status, {"message": "No, because"})
    with pytest.raises(kind, match=f"^POST channels/c1/answer: {status} No, because$"):
        await link.ari.channels.answer("c1")
    assert link.counts.refused == 1


@both_ways
async def test_a_request_without_an_answer_ends_at_its_deadline_and_only_that_one(
    rest: Rest, peer: AriPeer, make_link: MakeLink
) -> None:
    link, _ = await make_link(rest=rest)
    peer.reply = lambda asked: SILENT if "silent" in asked.uri else 204
    hung = asyncio.create_task(link.ari.channels.answer("silent").within(0.1))
    await link.ari.channels.answer("c1")
    with pytest.raises(AriTimeout, match=r"no answer within 0\.1 s") as caught:
        await hung
    assert caught.value.sent
    await link.ari.channels.answer("c2")
    assert link.counts.timeouts == 1


async def test_a_late_answer_is_counted_and_settles_nobody(peer: AriPeer, make_link: MakeLink) -> None:
    link, _ = await make_link()
    peer.reply = lambda asked: SILENT
    with pytest.raises(AriTimeout):
        await link.ari.channels.answer("c1").within(0.05)
    peer.reply = lambda asked: 204
    await peer.push(*(peer.response(str(number), 204, None) for number in (1, 999_999, "")))
    await link.ari.channels.answer("c2")
    assert link.counts.late == 3


async def test_answers_find_their_requests_in_whatever_order_they_come(peer: AriPeer, make_link: MakeLink) -> None:
    link, _ = await make_link()
    first = len(peer.asked)
    peer.reply = lambda asked: SILENT
    asking = [asyncio.create_task(link.ari.asterisk.get_global_var(name).within(WAIT_S)) for name in "abc"]
    await peer.until(lambda: len(peer.asked) == first + 3)
    for number, name in reversed(list(zip(peer.numbers[-3:], "abc", strict=True))):
        await peer.push(peer.response(number, 200, {"value": name}))
    assert [(await each).value for each in asking] == ["a", "b", "c"]


@both_ways
async def test_a_lost_line_fails_what_was_under_way(rest: Rest, peer: AriPeer, make_link: MakeLink) -> None:
    link, told = await make_link(rest=rest)
    peer.reply = lambda asked: SILENT
    asking = asyncio.create_task(link.ari.channels.answer("c1").within(WAIT_S))
    await peer.until(lambda: peer.asked[-1].uri == "channels/c1/answer")
    peer.cut()
    with pytest.raises(AriDown, match="the WebSocket was cut") as caught:
        await asking
    assert caught.value.sent
    assert (await told.next()).startswith("down: ")


@both_ways
async def test_a_batch_is_done_in_order_and_each_failure_is_told(
    rest: Rest, peer: AriPeer, make_link: MakeLink
) -> None:
    link, _ = await make_link(rest=rest)
    peer.reply = lambda asked: 404 if asked.uri.startswith("playbacks") else 204
    failed: list[tuple[str, type[AriError]]] = []
    before = len(peer.asked)
    link.send(
        link.ari.playbacks.stop("p1"),
        link.ari.channels.stop_moh("c1"),
        link.ari.bridges.add_channel("b1", ["c1"]),
        link.ari.playbacks.stop("p2"),
        on_error=lambda operation, error: failed.append((operation.uri, type(error))),
    )
    await link.ari.asterisk.reload_module("x")
    assert [each.uri for each in peer.asked[before:-1]] == [
        "playbacks/p1",
        "channels/c1/moh",
        "bridges/b1/addChannel?channel=c1",
        "playbacks/p2",
    ]
    assert failed == [("playbacks/p1", AriNotFound), ("playbacks/p2", AriNotFound)]


async def test_sending_while_down_tells_each_failure_at_once(peer: AriPeer, make_link: MakeLink) -> None:
    link, _ = await make_link()
    await link.stop()
    failed: list[bool] = []

    def note(operation: Operation[Any], error: AriError) -> None:
        failed.append(isinstance(error, AriDown) and not error.sent)
        raise RuntimeError("a mistake in the listener")

    link.send(link.ari.channels.answer("c1"), link.ari.channels.answer("c2"), on_error=note)
    link.send(link.ari.channels.answer("c3"))
    assert failed == [True, True]


async def test_over_http_one_channel_is_served_in_order_while_another_passes(
    peer: AriPeer, make_link: MakeLink
) -> None:
    link, _ = await make_link(rest="http")
    peer.reply = lambda asked: SILENT if asked.uri == "channels/slow/ring" else 204
    failed: list[type[AriError]] = []
    link.send(
        link.ari.channels.ring("slow"),
        on_error=lambda operation, error: failed.append(type(error)),
        deadline_s=0.3,
    )
    link.send(link.ari.channels.answer("slow"))
    await link.ari.channels.answer("quick")
    assert (failed, [each.uri for each in peer.asked if "slow" in each.uri]) == ([], ["channels/slow/ring"])
    await peer.until(lambda: peer.asked[-1].uri == "channels/slow/answer")
    assert failed == [AriTimeout]


async def test_over_http_one_that_expired_in_line_does_not_let_the_next_pass_those_before(
    peer: AriPeer, make_link: MakeLink
) -> None:
    link, _ = await make_link(rest="http")
    peer.reply = lambda asked: SILENT if asked.uri == "channels/c1/ring" else 204
    failed: list[str] = []
    ring, answer, moh = (
        link.ari.channels.ring("c1"),
        link.ari.channels.answer("c1"),
        link.ari.channels.start_moh("c1"),
    )
    for operation, deadline_s in ((ring, 0.3), (answer, 0.05), (moh, WAIT_S)):
        link.send(operation, on_error=lambda each, error: failed.append(each.uri), deadline_s=deadline_s)
    await peer.until(lambda: peer.asked[-1].uri == moh.uri)
    assert failed == [answer.uri, ring.uri]
    assert [each.uri for each in peer.asked[1:]] == [ring.uri, moh.uri]


async def test_a_body_json_does_not_have_is_refused_before_anything_is_sent(peer: AriPeer, make_link: MakeLink) -> None:
    link, _ = await make_link()
    before = link.counts.requests
    with pytest.raises(TypeError):
        await link.request("POST", "channels", body={"a": object()})
    assert link.counts.requests == before
