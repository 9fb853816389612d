"""Bytes in, events out; commands in, bytes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.agi.codec import (
    LONGEST_COMMAND,
    Closed,
    Codec,
    EnvironmentRead,
    Event,
    Garbled,
    HangUp,
    OurMistake,
    Progress,
    Reply,
    Usage,
    encode,
    quote,
)
from tests.fakes.agi_peer import environment, tokens


def read(codec: Codec, text: bytes) -> list[Event]:
    return [event for line in text.removesuffix(b"\n").split(b"\n") if (event := codec.line(line)) is not None]


def after_environment() -> Codec:
    codec = Codec()
    read(codec, environment())
    return codec


class TestEnvironment:
    def test_is_one_event_at_its_empty_line(self) -> None:
        (event,) = read(Codec(), environment())
        assert isinstance(event, EnvironmentRead)
        assert event.values["agi_channel"] == "PJSIP/trunk-00000001"
        assert event.values["agi_accountcode"] == ""

    def test_keeps_colons_inside_values(self) -> None:
        (event,) = read(Codec(), environment(callerid="sip:x@y:5060"))
        assert isinstance(event, EnvironmentRead)
        assert event.values["agi_callerid"] == "sip:x@y:5060"

    def test_a_caller_name_that_is_not_utf_8_does_not_end_the_session(self) -> None:
        lines = environment().replace(b"agi_calleridname: unknown", b"agi_calleridname: \xd5\xc5")
        (event,) = read(Codec(), lines)
        assert isinstance(event, EnvironmentRead)
        assert set(event.values["agi_calleridname"]) == {"\N{REPLACEMENT CHARACTER}"}

    def test_a_caller_number_with_a_line_feed_plants_nothing(self) -> None:
        (event,) = read(Codec(), environment(callerid="1\nagi_extension: 95001"))
        assert isinstance(event, Garbled)
        assert "agi_extension stands twice" in event.why

    @pytest.mark.parametrize("first", [b"GET / HTTP/1.1\n", b"hello\n", b"\x16\x03\x01 agi\n", b"HANGUP\n"])
    def test_of_a_peer_that_is_no_asterisk_is_garbled_at_its_first_line(self, first: bytes) -> None:
        (event,) = read(Codec(), first)
        assert isinstance(event, Garbled)

    def test_without_end_is_garbled_at_its_limit(self) -> None:
        events = read(Codec(), b"".join(b"agi_x%d: %s\n" % (n, b"x" * 1000) for n in range(100)))
        assert [type(event) for event in events] == [Garbled]

    def test_cut_by_the_end_says_so(self) -> None:
        codec = Codec()
        read(codec, b"agi_network: yes\n")
        assert codec.end() == Closed("environment")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0\n", Reply(200, "0", None, None, "result=0")),
        (b"200 result=1 (vip)\n", Reply(200, "1", "vip", None, "result=1 (vip)")),
        (b"200 result=1 ()\n", Reply(200, "1", "", None, "result=1 ()")),
        (b"200 result=1 (a) b=c (d)\n", Reply(200, "1", "a) b=c (d", None, "result=1 (a) b=c (d)")),
        (b"200 result=1 (x) endpos=7)\n", Reply(200, "1", "x) endpos=7", None, "result=1 (x) endpos=7)")),
        (b"200 result=1 (hangup)\n", Reply(200, "1", "hangup", None, "result=1 (hangup)")),
        (b"200 result=12 (timeout)\n", Reply(200, "12", "timeout", None, "result=12 (timeout)")),
        (b"200 result= (timeout)\n", Reply(200, "", "timeout", None, "result= (timeout)")),
        (b"200 result=\n", Reply(200, "", None, None, "result=")),
        (b"200 result=*1\n", Reply(200, "*1", None, None, "result=*1")),
        (b"200 result=-1 endpos=0\n", Reply(200, "-1", None, 0, "result=-1 endpos=0")),
        (
            b"200 result=0 (timeout) endpos=16000\n",
            Reply(200, "0", "timeout", 16000, "result=0 (timeout) endpos=16000"),
        ),
        (b"200 result=1 (line 1\nline 2)\n", Reply(200, "1", "line 1\nline 2", None, "result=1 (line 1\nline 2)")),
        (b"510 Invalid or unknown command\n", Reply(510, text="Invalid or unknown command")),
        (b"511 Command Not Permitted on a dead channel\n", Reply(511, text="Command Not Permitted on a dead channel")),
        (b"520 Invalid command syntax.\n", Reply(520, text="Invalid command syntax.")),
        (b"200 result=0\r\n", Reply(200, "0", None, None, "result=0")),
    ],
)
def test_reads_the_answer(line: bytes, reply: Reply) -> None:
    assert read(after_environment(), line) == [reply]


class TestBetweenAnswers:
    def test_a_hang_up_is_an_event_of_its_own(self) -> None:
        assert read(after_environment(), b"HANGUP\n200 result=0\n") == [
            HangUp(),
            Reply(200, "0", None, None, "result=0"),
        ]

    def test_progress_is_no_answer(self) -> None:
        assert read(after_environment(), b"100 result=0 Trying...\n") == [Progress("result=0 Trying...")]

    def test_a_usage_block_is_one_event(self) -> None:
        block = (
            b"520-Invalid command syntax.  Proper usage follows:\nUsage: X\n\n520 End of proper usage.\n200 result=0\n"
        )
        usage, reply = read(after_environment(), block)
        assert usage == Usage("Invalid command syntax.  Proper usage follows:\nUsage: X\n")
        assert isinstance(reply, Reply)

    def test_a_usage_block_cut_by_the_end_ends(self) -> None:
        codec = after_environment()
        assert read(codec, b"520-Invalid command syntax.\nUsage: X\n") == []
        assert codec.end() == Closed("usage block")

    @pytest.mark.parametrize("start", [b"520-Usage\n", b"200 result=1 (open\n"])
    def test_a_block_without_end_is_garbled_at_its_limit(self, start: bytes) -> None:
        events = read(after_environment(), start + b"x" * 1000 * 7 + b"\n" + (b"y" * 7000 + b"\n") * 6)
        assert [type(event) for event in events] == [Garbled]

    @pytest.mark.parametrize(
        "line",
        [
            b"\n",
            b"20\n",
            b"hello\n",
            b"200\n",
            b"200 nonsense\n",
            b"200 result=0 endpos=" + b"9" * 5000 + b"\n",
            b"\xff\xfe\n",
            "٢٠٠ x\n".encode(),
        ],
    )
    def test_what_is_no_answer_is_garbled(self, line: bytes) -> None:
        (event,) = read(after_environment(), line)
        assert isinstance(event, Garbled)

    def test_after_garbled_bytes_nothing_counts(self) -> None:
        codec = after_environment()
        assert len(read(codec, b"junk\n200 result=0\nHANGUP\n")) == 1
        assert codec.end() == Closed()


@given(st.lists(st.binary(max_size=200), max_size=30))
def test_any_bytes_become_events(lines: list[bytes]) -> None:
    for codec in (Codec(), after_environment()):
        for line in lines:
            codec.line(line)
        codec.end()


class TestCommands:
    def test_texts_are_quoted_and_numbers_bare(self) -> None:
        assert encode("STREAM FILE", "my file", quote("12"), 0) == b'STREAM FILE "my file" "12" 0\n'

    def test_quotes_and_backslashes_are_escaped(self) -> None:
        assert encode("X", 'a"b\\c') == b'X "a\\"b\\\\c"\n'

    def test_line_ends_and_control_characters_become_spaces(self) -> None:
        assert encode("X", 'x" \r\nEXEC System "id\0') == b'X "x\\"   EXEC System \\"id "\n'

    def test_empty_arguments_at_the_end_are_left_out_unless_quoted(self) -> None:
        assert encode("HANGUP", "") == b"HANGUP\n"
        assert encode("EXEC", "Playtones", quote("")) == b'EXEC "Playtones" ""\n'

    def test_an_empty_argument_before_others_is_our_mistake(self) -> None:
        with pytest.raises(OurMistake, match="SAY DATETIME: an empty argument"):
            encode("SAY DATETIME", 0, quote(""), "", "Asia/Shanghai")

    def test_a_line_that_asterisk_would_cut_is_our_mistake(self) -> None:
        room = LONGEST_COMMAND - len('SET VARIABLE "A" ""')
        assert len(encode("SET VARIABLE", "A", "x" * room)) == LONGEST_COMMAND + 1
        with pytest.raises(OurMistake, match=f"Asterisk reads {LONGEST_COMMAND}"):
            encode("SET VARIABLE", "A", "x" * (room + 1))

    @given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
    def test_whatever_the_texts_it_is_one_line_that_reads_back(self, texts: list[str]) -> None:
        line = encode("SET VARIABLE", *map(quote, texts))
        assert line.count(b"\n") == 1
        spoken = [
            "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in text) for text in texts
        ]
        assert list(tokens(line.decode())) == ["SET", "VARIABLE", *spoken]
