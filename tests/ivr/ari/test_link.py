"""The link against a server that speaks ARI: how it comes up, what it delivers, how it fails and comes back."""

from typing import Any

import pytest
from aiohttp import encode_basic_auth

from ivr.ari import connection
from ivr.ari.errors import AriDown
from ivr.ari.frames import RawEvent
from ivr.ari.link import AriLink
from ivr.reconnect import LinkLost, LinkState
from tests.fakes.ari_peer import PASSWORD, USER, WAIT_S, AriPeer, event, user_event
from tests.ivr.ari.conftest import MakeLink

WANTED = {"StasisStart", "StasisEnd", "ChannelUserevent"}


async def test_it_comes_up_with_its_filter_set_and_its_password_in_no_url(peer: AriPeer, make_link: MakeLink) -> None:
    link, _ = await make_link()
    assert (link.state, link.reason, link.version, link.rest) == (LinkState.UP, "", "22.10.1", "websocket")
    assert peer.filters == [WANTED | {"ApplicationReplaced", "RESTResponse"}]
    assert set(peer.logins) == {encode_basic_auth(USER, PASSWORD)}


async def test_events_arrive_in_order_and_a_doubled_one_twice(peer: AriPeer, make_link: MakeLink) -> None:
    _, told = await make_link()
    await peer.push(*(user_event(str(number)) for number in [*range(200), 199]))
    assert [await told.name() for _ in range(201)] == [str(number) for number in [*range(200), 199]]


async def test_events_from_before_the_filter_wait_for_up_and_unasked_ones_are_dropped(
    peer: AriPeer, make_link: MakeLink
) -> None:
    peer.greets_with = [user_event("early"), event("ApplicationRegistered"), user_event("later")]
    link, told = await make_link()
    assert [await told.name(), await told.name()] == ["early", "later"]
    assert (link.counts.events, link.counts.unwanted) == (2, 1)


@pytest.mark.parametrize(
    "text", ['{"type":"StasisStart","chan', "[]", "nonsense", '{"no":"type"}', b"\xff\xfe", b'{"type":"\xff"}']
)
async def test_a_broken_text_is_counted_and_survived(text: str | bytes, peer: AriPeer, make_link: MakeLink) -> None:
    link, told = await make_link()
    await peer.push(text, user_event("next"))
    assert await told.name() == "next"
    assert (link.counts.broken, link.reconnects) == (1, 0)


async def test_a_binary_frame_is_counted_and_survived(peer: AriPeer, make_link: MakeLink) -> None:
    link, told = await make_link()
    await peer.push_binary(b"\0\1")
    await peer.push(user_event("next"))
    assert await told.name() == "next"
    assert link.counts.broken == 1


async def test_an_event_the_models_do_not_know_is_handed_on_raw(peer: AriPeer, make_link: MakeLink) -> None:
    link, told = await make_link()
    await peer.push(event("OfNextYear", a=1))
    raw = await told.next()
    assert isinstance(raw, RawEvent)
    assert (raw.type, raw.fields["a"], link.counts.unknown) == ("OfNextYear", 1, 1)


async def test_a_listener_that_raises_misses_nothing_else(peer: AriPeer, make_link: MakeLink) -> None:
    heard: list[Any] = []

    def listen(what: Any) -> None:
        heard.append(what.eventname)
        if what.eventname == "bad":
            raise RuntimeError("a mistake in the listener")

    link, _ = await make_link(on_event=listen)
    await peer.push(user_event("bad"), user_event("good"))
    await link.ari.asterisk.reload_module("x")
    assert heard == ["bad", "good"]
    assert (link.counts.failed, link.state) == (1, LinkState.UP)


async def test_a_cut_line_comes_back_with_its_filter_set_again(peer: AriPeer, make_link: MakeLink) -> None:
    link, told = await make_link()
    peer.cut()
    assert (await told.next()).startswith("down: the WebSocket was cut")
    assert await told.next() == "up"
    await peer.push(user_event("again"))
    assert await told.name() == "again"
    assert (link.reconnects, len(peer.filters)) == (1, 2)


async def test_half_a_frame_is_a_cut_line(peer: AriPeer, make_link: MakeLink) -> None:
    link, told = await make_link()
    peer.half_frame()
    assert (await told.next()).startswith("down: ")
    assert await told.next() == "up"
    assert (link.counts.events, link.reconnects) == (0, 1)


async def test_it_waits_for_an_asterisk_that_is_not_there_yet(peer: AriPeer, make_link: MakeLink) -> None:
    await peer.close()
    link, told = await make_link(up=False)
    with pytest.raises(LinkLost, match=r"ARI of 'pbx' at .*: cannot reach it .* is Asterisk running"):
        await link.wait_up(0.3)
    with pytest.raises(AriDown, match="is Asterisk running") as caught:
        await link.ari.channels.answer("c1")
    assert not caught.value.sent
    await peer.open()
    assert await told.next() == "up"
    assert (link.reconnects, told.all) == (0, ["up"])


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"password": "wrong"}, r"refused the user 'engine' \(401\): the password must be the one in ari.conf"),
        ({"url": "http://127.0.0.1:{port}/nowhere"}, r"no ARI here \(404\): is it enabled in ari.conf"),
    ],
)
async def test_why_it_cannot_come_up_is_said_with_the_mend(
    what: dict[str, str], reason: str, peer: AriPeer, make_link: MakeLink
) -> None:
    link, told = await make_link(up=False, **{key: value.format(port=peer.port) for key, value in what.items()})
    with pytest.raises(LinkLost, match=reason):
        await link.wait_up(0.5)
    assert told.all == []


async def test_an_asterisk_that_takes_no_requests_there_is_named(
    peer: AriPeer, make_link: MakeLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "DEADLINE_S", 0.05)
    peer.answers_requests, peer.version = False, "20.6.0"
    link, _ = await make_link(up=False, rest="websocket")
    with pytest.raises(LinkLost, match=r"from 20\.14, 21\.9 or 22\.4, this is 20\.6\.0"):
        await link.wait_up(1)


async def test_losing_the_application_to_another_program_is_said_and_not_fought_over(
    peer: AriPeer, make_link: MakeLink
) -> None:
    link, told = await make_link()
    await peer.push(event("ApplicationReplaced"))
    assert await told.next() == "down: another program opened the application 'hotline': one of the two must stop"
    with pytest.raises(LinkLost, match="another program"):
        await link.wait_up(0.3)
    assert peer.opened == 1


async def test_it_takes_the_application_back_after_a_while(
    peer: AriPeer, make_link: MakeLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "REPLACED_PAUSE_S", 0.01)
    _, told = await make_link()
    await peer.push(event("ApplicationReplaced"))
    assert (await told.next()).startswith("down: ")
    assert await told.next() == "up"


async def test_stopping_tells_down_once_and_closes_the_line(peer: AriPeer, make_link: MakeLink) -> None:
    link, told = await make_link()
    await link.stop()
    await link.stop()
    assert (link.state, told.all) == (LinkState.STOPPED, ["up", "down: stopped"])
    with pytest.raises(AriDown, match="stopped"):
        await link.ari.asterisk.ping()
    await link.start()
    await link.wait_up(WAIT_S)
    assert peer.opened == 2


@pytest.mark.parametrize("url", ["127.0.0.1:8088/ari", "ftp://127.0.0.1/ari", "", "http://"])
def test_a_url_that_is_none_is_refused_with_the_form_it_needs(url: str) -> None:
    with pytest.raises(ValueError, match=r"asterisk 'pbx': ARI needs a URL like http://127\.0\.0\.1:8088/ari, not"):
        AriLink("pbx", url, USER, PASSWORD, "hotline", allowed_events=(), on_event=print)
