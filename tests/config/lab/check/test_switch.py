"""Who was in the queue, by Asterisk's own events."""

import json

import pytest

from config.asterisk.cel import COLUMNS, CallEvent
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
