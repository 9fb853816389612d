from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.ami.codec import LONGEST_LINE, AmiDecoder, AmiFrame, encode
from ivr.ami.errors import AmiFieldError, AmiNoChannel, AmiProtocolError, AmiRefused, refusal

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
STREAM = (
    GREETING
    + b"Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\n"
    + "Output: one\r\nOutput:  two: 张\r\nOutput:\r\n\r\n".encode()
    + b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n"
)
FRAMES = [
    AmiFrame(
        (
            ("Response", "Success"),
            ("ActionID", "1"),
            ("Message", "Command output follows"),
            ("Output", "one"),
            ("Output", " two: 张"),
            ("Output", ""),
        )
    ),
    AmiFrame((("Event", "FullyBooted"), ("Status", "Fully Booted"))),
]


def test_a_repeated_field_is_a_list_and_names_have_no_case() -> None:
    frame = FRAMES[0]
    assert frame.all("output") == ["one", " two: 张", ""]
    assert (frame.get("MESSAGE"), frame.get("Missing")) == ("Command output follows", None)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_frames_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    decoder = AmiDecoder()
    places = [0, *sorted(cuts), len(STREAM)]
    frames = [frame for a, b in pairwise(places) for frame in decoder.feed(STREAM[a:b])]
    assert (decoder.greeting, frames, decoder.stray) == (GREETING.decode().strip(), FRAMES, 0)


@given(st.binary(max_size=400))
def test_no_bytes_break_it(noise: bytes) -> None:
    decoder = AmiDecoder()
    decoder.feed(GREETING)
    decoder.feed(noise)


def test_a_line_that_is_no_field_is_counted_and_skipped() -> None:
    decoder = AmiDecoder()
    assert decoder.feed(GREETING + b"\r\nnonsense\r\nResponse: Success\r\n\r\n\r\n") == [
        AmiFrame((("Response", "Success"),))
    ]
    assert decoder.stray == 1


@pytest.mark.parametrize("hello", [b"HTTP/1.1 400 Bad Request\r\n", b"SSH-2.0-x\r\n", b"\r\n"])
def test_another_server_is_recognised_by_its_greeting(hello: bytes) -> None:
    with pytest.raises(AmiProtocolError, match=r"manager\.conf's port"):
        AmiDecoder().feed(hello)


def test_a_line_without_end_is_not_collected_for_ever() -> None:
    decoder = AmiDecoder()
    decoder.feed(GREETING)
    decoder.feed(b"x" * (1 << 20))
    with pytest.raises(AmiProtocolError, match="a line of more than 1048576 bytes"):
        decoder.feed(b"x")


def test_an_action_is_its_fields_in_order() -> None:
    fields: dict[str, Any] = {"Channel": "PJSIP/1001-0001", "Priority": 1, "Variable": ["a=1", "b=2"], "Timeout": None}
    assert encode("Originate", "7", fields) == (
        b"Action: Originate\r\nActionID: 7\r\nChannel: PJSIP/1001-0001\r\nPriority: 1\r\n"
        b"Variable: a=1\r\nVariable: b=2\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"Channel": "x\r\nAction: Command"}, "AMI field Channel: a value cannot hold a line break"),
        ({"Channel": "x\ny"}, "AMI field Channel: a value cannot hold a line break"),
        ({"Channel": "x\ry"}, "AMI field Channel: a value cannot hold a line break"),
        ({"Channel": "x\0y"}, "or a zero byte"),
        ({"Variable": ["fine", "a\r\nb"]}, "AMI field Variable: a value cannot hold a line break"),
        ({"Chan: x\r\nAction": "y"}, "a name is letters, digits"),
        ({"": "y"}, "a name is letters, digits"),
        (
            {"File": "张" * LONGEST_LINE},
            rf"AMI field File: {LONGEST_LINE * 3 + 8} bytes, Asterisk takes {LONGEST_LINE}",
        ),
    ],
)
def test_a_field_that_would_not_arrive_as_meant_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(AmiFieldError, match=told):
        encode("Redirect", "7", fields)


@given(st.text(max_size=60))
def test_what_is_accepted_arrives_as_one_field(value: str) -> None:
    try:
        block = encode("UserEvent", "7", {"Note": value})
    except AmiFieldError:
        assert set(value) & set("\r\n\0")
        return
    [frame] = [*AmiDecoder().feed(GREETING + block)]
    assert [name for name, _ in frame.fields] == ["Action", "ActionID", "Note"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("No such channel", AmiNoChannel),
        ("Channel does not exist: PJSIP/1001-0001", AmiNoChannel),
        ("Permission denied", AmiRefused),
        ("Could not stop monitoring channel", AmiRefused),
    ],
)
def test_the_error_of_asterisks_words(words: str, kind: type[AmiRefused]) -> None:
    error = refusal("Redirect", words)
    assert type(error) is kind
    assert str(error) == f"Redirect: {words}"
