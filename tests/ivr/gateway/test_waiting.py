"""What waiting callers hear and press: which prompts, in which language, which music, and what a key makes of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from acd import commands as c
from acd import events as e
from acd.plan import Telling
from ivr.ari.generated import Ari
from ivr.gateway.requests import Caller, requests
from ivr.gateway.waiting import Waiting, nothing_to_say, prompts_of
from ivr.prompts.book import PromptBook
from tests.fakes.ari_peer import event
from tests.ivr.gateway.board import PLAN, Board, channel
from tests.ivr.gateway.board import waiting as channel_of

MINUTE_MS = 60_000
SERVICE = PLAN.queues["service"]


def told(**what: int | str) -> list[tuple[str, Mapping[str, object] | None]]:
    return prompts_of(c.Tell(contact="c1", **what))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ahead", "prompt", "values"),
    [
        (0, "queue-next", None),
        (1, "queue-one-ahead", None),
        (2, "queue-position", {"ahead": 2}),
        (20, "queue-position", {"ahead": 20}),
        (21, "queue-many-ahead", None),
    ],
)
def test_a_place_has_its_words_and_a_great_number_is_only_many(ahead: int, prompt: str, values: object) -> None:
    assert told(ahead=ahead) == [(prompt, values)]


@pytest.mark.parametrize(
    ("low_s", "high_s", "prompt", "values"),
    [
        (0, 0, "wait-under-1", None),
        (10, 60, "wait-under-1", None),
        (10, 61, "wait-range", {"low": 1, "high": 2}),
        (125, 290, "wait-range", {"low": 2, "high": 5}),
        # Both ends in the same minute: it is still said as a range.
        (181, 185, "wait-range", {"low": 3, "high": 4}),
        (180, 180, "wait-range", {"low": 2, "high": 3}),
        (1000, 1860, "wait-range", {"low": 16, "high": 31}),
        (1200, 1800, "wait-range", {"low": 20, "high": 30}),
        (1200, 1860, "wait-over-20", None),
        (7200, 9000, "wait-over-20", None),
    ],
)
def test_a_wait_is_told_in_whole_minutes_never_narrower_than_what_is_known(
    low_s: int, high_s: int, prompt: str, values: object
) -> None:
    assert told(low_ms=low_s * 1000, high_ms=high_s * 1000) == [(prompt, values)]


def test_place_wait_and_message_come_in_this_order() -> None:
    all_of_it = told(ahead=3, low_ms=MINUTE_MS, high_ms=2 * MINUTE_MS, message="apology")
    assert [prompt for prompt, _ in all_of_it] == ["queue-position", "wait-range", "apology"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_that_can_be_told_has_its_sound_in_both_languages(language: str) -> None:
    book = PromptBook()
    every = [prompts_of(c.Tell(contact="c1", ahead=ahead)) for ahead in range(25)]
    every += [
        prompts_of(c.Tell(contact="c1", low_ms=low * MINUTE_MS, high_ms=high * MINUTE_MS))
        for low in range(35)
        for high in range(low, 60)
    ]
    files = {file for said in every for prompt, values in said for file in book.files(prompt, language, values)}
    assert files
    assert [file for file in sorted(files) if not Path(f"{file}.wav").is_file()] == []
    assert all(f"/{language}/" in file for file in files)


# --- with a floor and an Asterisk ---


async def waits(board: Board, *, language: str = "zh-CN", music: str = "", queue_music: str = "") -> None:
    """The contact c1 waits in the queue service, whose keys 1 and 2 lead out, and nobody is there."""
    queue = replace(SERVICE, keys={"1": "flow:message", "2": "prompt:goodbye"}, music=queue_music)
    now = board.loop.now()
    board.loop.tell(e.PlanChanged(at=now, plan=replace(PLAN, queues={"service": queue})))
    board.channels = [channel_of("c1")]
    await board.exchange.start()
    await board.until(e.LinkUp)
    board.loop.tell(e.ContactStarted(at=now, contact="c1", asterisk="pbx", channel="c1", access="95000", caller=""))
    board.loop.tell(
        e.ContactQueued(
            at=now, contact="c1", queue="service", tier="standard", since=now, language=language, music=music
        )
    )


def asked(board: Board, *parts: str) -> list[str]:
    """The requests about c1 that have one of these parts, in order."""
    about = [unquote(one.uri) for one in board.peer.asked if one.method != "GET"]
    return [uri for uri in about if any(part in uri for part in parts)]


@pytest.mark.parametrize(
    ("music", "queue_music", "heard"), [("", "", None), ("", "calm", "calm"), ("jazz", "calm", "jazz")]
)
async def test_the_music_is_the_flow_s_then_the_queue_s_then_asterisk_s_own(
    board: Board, music: str, queue_music: str, heard: str | None
) -> None:
    await waits(board, music=music, queue_music=queue_music)
    assert Waiting(board.loop, nothing_to_say).music(board.loop.floor.contacts["c1"]) == heard
    wanted = f"channels/c1/moh?mohClass={heard}" if heard else "channels/c1/moh"
    await board.peer.until(lambda: wanted in asked(board, "/moh"))


@pytest.mark.parametrize(
    ("language", "file"), [("zh-CN", "zh-CN/female/queue-next"), ("en", "en/female/queue-next"), ("", "zh-CN/")]
)
async def test_it_is_said_in_the_caller_s_language_with_the_music_stopped(
    board: Board, language: str, file: str
) -> None:
    await waits(board, language=language)
    contact = board.loop.floor.contacts["c1"]
    stop, play = Waiting(board.loop, PromptBook().files).tell(
        c.Tell(contact="c1", ahead=0), board.exchange.link.ari, contact
    )
    assert (stop.method, stop.uri) == ("DELETE", "channels/c1/moh")
    assert play.uri.startswith("channels/c1/play/tell-c1?")
    assert file in unquote(play.uri)


async def test_without_a_sound_for_it_the_music_plays_on(board: Board) -> None:
    await waits(board)
    contact = board.loop.floor.contacts["c1"]
    silent = Waiting(board.loop, nothing_to_say)
    assert silent.tell(c.Tell(contact="c1", ahead=0), board.exchange.link.ari, contact) == []


async def test_after_a_telling_the_music_goes_on_after_another_playback_it_does_not(board: Board) -> None:
    await waits(board, music="jazz")
    await board.peer.until(lambda: "channels/c1/moh?mohClass=jazz" in asked(board, "/moh"))
    before = len(asked(board, "/moh"))
    for name in ("other", "tell-c1"):
        playback = {"id": name, "media_uri": "sound:x", "target_uri": "channel:c1", "state": "done"}
        await board.peer.push(event("PlaybackFinished", playback=playback))
    await board.peer.until(lambda: len(asked(board, "/moh")) > before)
    assert asked(board, "/moh")[before:] == ["channels/c1/moh?mohClass=jazz"]


def key(digit: str, at: str) -> dict[str, object]:
    return event("ChannelDtmfReceived", digit=digit, duration_ms=100, channel=channel("c1")) | {"timestamp": at}


FIRST, SECOND = "2026-11-22T08:00:01.000+0000", "2026-11-22T08:00:01.300+0000"


async def test_a_key_that_asterisk_says_twice_was_pressed_once(board: Board) -> None:
    queue = replace(SERVICE, name="other", keys={"1": "flow:message"})
    await waits(board)
    now = board.loop.now()
    moved = {"service": replace(SERVICE, keys={"1": "queue:other"}), "other": queue}
    board.loop.tell(e.PlanChanged(at=now, plan=replace(PLAN, queues=moved)))
    # In the other queue the same key would lead on: the doubled one must not.
    await board.peer.push(key("1", FIRST), key("1", FIRST))
    await board.until(e.KeyPressed)
    await board.peer.push(key("1", SECOND))
    await board.until(e.KeyPressed, 2)
    left = [(fact.queue, fact.to) for fact in board.facts if isinstance(fact, e.ContactLeft)]
    assert left == [("service", "queue:other"), ("other", "flow:message")]
    assert len([fact for fact in board.facts if isinstance(fact, e.KeyPressed)]) == 2


async def test_a_key_that_leads_nowhere_is_not_written_down(board: Board) -> None:
    await waits(board)
    await board.peer.push(key("9", FIRST), key("1", SECOND))
    assert (await board.until(e.KeyPressed)).key == "1"


async def test_who_leaves_for_a_flow_goes_on_in_the_dialplan_after_what_he_hears_has_ended(board: Board) -> None:
    await waits(board)
    await board.peer.push(key("1", FIRST))
    await board.peer.until(lambda: bool(asked(board, "/continue")))
    first, *rest = asked(board, "playbacks/", "HOTLINE_FLOW", "/continue")
    assert first == "playbacks/tell-c1"
    assert [part for uri in rest for part in ("value=message", "context=hotline-flow") if part in uri] == [
        "value=message",
        "context=hotline-flow",
    ]


def test_an_answer_cuts_what_is_told_before_caller_and_agent_are_brought_together(board: Board) -> None:
    caller = Caller(channel="c1", shown="x", answered=True, told=True)
    ari: Ari = board.exchange.link.ari
    batch = [one.uri for one in requests(c.Connect(offer=7, contact="c1"), ari, "n1", caller, 0)]
    assert batch[0] == "playbacks/tell-c1"
    assert batch.index("channels/c1/moh") < next(
        number for number, uri in enumerate(batch) if uri.startswith("bridges/talk-c1/addChannel")
    )
    untold = requests(c.Connect(offer=7, contact="c1"), ari, "n1", replace(caller, told=False), 0)
    assert not any(one.uri.startswith("playbacks/") for one in untold)


async def test_a_caller_who_was_told_his_place_is_cut_off_when_the_agent_answers(board: Board) -> None:
    board.exchange._queued._say = PromptBook().files
    queue = replace(SERVICE, telling=Telling(position=True, first_ms=1, every_ms=100))
    board.loop.tell(e.PlanChanged(at=board.loop.now(), plan=replace(PLAN, queues={"service": queue})))
    board.channels = [channel_of("c1", board.loop.now())]
    await board.exchange.start()
    await board.peer.until(lambda: bool(asked(board, "play/tell-c1")))
    board.sign_in()
    offer = (await board.until(e.OfferMade)).offer
    agent = channel(f"agent-n1-{offer}")
    await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=agent))
    await board.peer.until(lambda: bool(asked(board, "addChannel")))
    order = asked(board, "playbacks/tell-c1", "addChannel")
    assert order[0] == "playbacks/tell-c1"
    assert "addChannel" in order[-1]
