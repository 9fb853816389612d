"""Who was in the queue, by Asterisk's own events."""

import json

import pytest

from config.asterisk.cel import COLUMNS, CallEvent
from config.lab.check.spans import Span
from config.lab.check.switch import switch_record


def event(kind: str, at_ms: int, **other: str) -> CallEvent:
    given = dict.fromkeys(COLUMNS, "") | {"uniqueid": "a-1.1", "channel": "PJSIP/trunk-1", "linkedid": "a-1.1"} | other
    del given["time"]
    return CallEvent(**(given | {"type": kind, "at": at_ms * 1000}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("arguments", "queued"), [("hotline,flow,a-1.1", False), ("hotline,queue,a-1.1,0,x", True)])
def test_only_the_queue_counts(arguments: str, queued: bool) -> None:
    record = switch_record(
        [
            event("HOTLINE_CONTACT", 0, extra=json.dumps({"extra": "a-1.1 call@peer"})),
            event("APP_START", 10, application="Stasis", arguments=arguments),
            event("APP_END", 20_010, application="Stasis", arguments=arguments),
            event("CHAN_END", 20_020),
        ]
    )
    assert record.contacts["a-1.1"].queued is queued


@pytest.mark.parametrize(
    ("stay_ms", "gone_after_ms", "queued"),
    [
        pytest.param(20_000, 10, True, id="waited and hung up"),
        pytest.param(40, 10, True, id="hung up as soon as he was in the queue"),
        pytest.param(40, 8_000, False, id="passed by a router that is away, and went on"),
    ],
)
def test_a_router_that_is_away_is_passed_at_once(stay_ms: int, gone_after_ms: int, queued: bool) -> None:
    record = switch_record(
        [
            event("HOTLINE_CONTACT", 0, extra=json.dumps({"extra": "a-1.1 call@peer"})),
            event("APP_START", 10, application="Stasis", arguments="hotline,queue,a-1.1,0,x"),
            event("APP_END", 10 + stay_ms, application="Stasis", arguments="hotline,queue,a-1.1,0,x"),
            event("CHAN_END", 10 + stay_ms + gone_after_ms),
        ]
    )
    assert record.contacts["a-1.1"].queued is queued


BRIDGE = json.dumps({"bridge_id": "b"})


def test_whatever_was_live_when_asterisk_died_ended_then() -> None:
    phone = {"uniqueid": "phone", "channel": "PJSIP/8001-2"}
    record = switch_record(
        [
            event("CHAN_START", 0),
            event("HOTLINE_CONTACT", 0, extra=json.dumps({"extra": "a-1.1 call@peer"})),
            event("APP_START", 10, application="Stasis", arguments="hotline,queue,a-1.1,0,x"),
            event("CHAN_START", 20, **phone),
            event("BRIDGE_ENTER", 1000, extra=BRIDGE),
            event("BRIDGE_ENTER", 1000, extra=BRIDGE, **phone),
            event("CHAN_START", 9000, uniqueid="a-2.1"),
            event("HOTLINE_CONTACT", 9000, uniqueid="a-2.1", extra=json.dumps({"extra": "a-2.1 next@peer"})),
        ],
        deaths=[5000],
    )
    dead, next_one = record.contacts["a-1.1"], record.contacts["a-2.1"]
    assert (dead.died, dead.ended_at, dead.queued) == (True, 5000, True)
    assert [(talk.extension, talk.span.seconds) for talk in dead.talks] == [("8001", 4.0)]
    assert (next_one.died, next_one.ended_at) == (False, 0)


@pytest.mark.parametrize("fetched", [True, False])
def test_a_talk_in_the_fallback_is_told_apart(fetched: bool) -> None:
    phone = {"uniqueid": "phone", "channel": "PJSIP/8001-2"}
    home = [
        event("APP_START", 1500, application="Stasis", arguments="hotline,queue,a-1.1,0,x"),
        event("BRIDGE_ENTER", 2000, extra=BRIDGE),
        event("BRIDGE_ENTER", 2000, extra=BRIDGE, **phone),
    ]
    there = [event("BRIDGE_ENTER", 2000, extra=BRIDGE), event("BRIDGE_ENTER", 2000, extra=BRIDGE, **phone)]
    record = switch_record(
        [
            event("HOTLINE_CONTACT", 0, extra=json.dumps({"extra": "a-1.1 call@peer"})),
            event("HOTLINE_FALLBACK", 1000),
            *(home if fetched else there),
            event("CHAN_END", 6000),
            event("CHAN_END", 6001, **phone),
        ]
    )
    contact = record.contacts["a-1.1"]
    talks, others = (contact.talks, contact.fallback_talks)[:: 1 if fetched else -1]
    assert [talk.extension for talk in talks] == ["8001"]
    assert others == []
    assert contact.fallback_spans == [Span(1000, 1500 if fetched else 6000)]
