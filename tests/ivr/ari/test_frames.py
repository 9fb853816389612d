import json
from typing import Any

import pytest

from ivr.ari.errors import AriConflict, AriNotFound, AriRefused, refusal
from ivr.ari.frames import FrameError, RawEvent, read_frame, refusal_text, write_body, write_request
from ivr.ari.generated import ChannelUserevent, RESTResponse
from tests.fakes.ari_peer import event, user_event


def frame(what: dict[str, Any]) -> bytes:
    return json.dumps(what).encode()


def test_a_known_event_becomes_its_class_and_unknown_fields_are_ignored() -> None:
    read = read_frame(frame(user_event('张 "x" \r\n') | {"of_next_year": {"a": 1}}))
    assert isinstance(read, ChannelUserevent)
    assert read.eventname == '张 "x" \r\n'


def test_an_answer_comes_among_the_events() -> None:
    read = read_frame(
        frame(
            event("RESTResponse", transaction_id="1", request_id="1", status_code=204, reason_phrase="No", uri="x"),
        )
    )
    assert isinstance(read, RESTResponse)
    assert (read.request_id, read.status_code, read.message_body) == ("1", 204, None)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (event("OfNextYear", deep={"a": [1]}), "Invalid value 'OfNextYear'"),
        ({"type": "StasisEnd"}, "missing required field"),
        (user_event("x") | {"userevent": 5}, "Expected `object`, got `int` - at `$.userevent`"),
    ],
)
def test_an_event_of_unknown_type_or_shape_is_handed_on_raw(what: dict[str, Any], why: str) -> None:
    read = read_frame(frame(what))
    assert isinstance(read, RawEvent)
    assert (read.type, read.fields) == (what["type"], what)
    assert why in read.why


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b'{"type":"StasisSt',
        b"[]",
        b'"StasisStart"',
        b"{}",
        b'{"type":5}',
        b"\xff\xfe",
        b'{"type":"StasisStart","application":"\xff"}',
        b'{"type":"X","a":' + b"[" * 100_000,
    ],
)
def test_a_text_that_is_no_event_is_refused_without_repeating_it(text: bytes) -> None:
    with pytest.raises(FrameError, match=f"^{len(text)} bytes: ") as caught:
        read_frame(text)
    assert "StasisSt" not in str(caught.value)


def test_a_request_carries_its_number_and_its_body_as_text() -> None:
    text = write_request(7, "POST", "channels/c%2F1/play", write_body({"名": 'a "b"'}))
    assert json.loads(text) == {
        "type": "RESTRequest",
        "transaction_id": "7",
        "request_id": "7",
        "method": "POST",
        "uri": "channels/c%2F1/play",
        "content_type": "application/json",
        "message_body": '{"名":"a \\"b\\""}',
    }
    assert "message_body" not in json.loads(write_request(8, "GET", "channels", None))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message":"Channel not found"}', "Channel not found"),
        (b'{"error":"Allocation failed"}', "Allocation failed"),
        (b'{"message":5}', "Not Found"),
        (b"<html>", "Not Found"),
        (b"", "Not Found"),
        (b"\xff", "Not Found"),
    ],
)
def test_the_words_of_a_refusal(body: bytes, words: str) -> None:
    assert refusal_text(body, "Not Found") == words


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (404, "Channel not found", AriNotFound),
        (400, "Channel not found", AriNotFound),
        (400, "Channel not found in bridge", AriRefused),
        (409, "Channel not in Stasis application", AriConflict),
        (412, "Channel in invalid state", AriRefused),
        (500, "Allocation failed", AriRefused),
    ],
)
def test_the_error_of_a_status(status: int, message: str, kind: type[AriRefused]) -> None:
    error = refusal("POST", "bridges/b1/addChannel?channel=c1", status, message)
    assert type(error) is kind
    assert (error.status, error.message) == (status, message)
    assert str(error) == f"POST bridges/b1/addChannel: {status} {message}"
