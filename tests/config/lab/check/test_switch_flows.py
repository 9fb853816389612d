"""A flow that runs in Stasis is not taken for a queue."""

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
