"""Each defect of pyst2 0.5.1 that we mend, by name; and that its own methods work through ours."""

import sys
import threading
from collections.abc import Callable

import pytest

from ivr.agi.codec import OurMistake
from ivr.agi.pyst2 import (
    AGIAppError,
    AGIDBError,
    AGIHangup,
    AGIInvalidCommand,
    AGIResultHangup,
    AGIUnknownError,
    AGIUsageError,
    AsteriskMistake,
    Digits,
    Played,
    Recorded,
)
from tests.fakes.agi_script import ScriptedAgi

OK = b"200 result=0\n"
UP = b"200 result=6\n"
DEAD = b"511 Command Not Permitted on a dead channel or intercept routine\n"


class TestStart:
    def test_works_outside_the_main_thread_and_sets_no_signal(self) -> None:
        made: list[ScriptedAgi] = []
        thread = threading.Thread(target=lambda: made.append(ScriptedAgi()))
        thread.start()
        thread.join()
        assert made[0].env["agi_callerid"] == "13800000001"

    def test_traces_nothing_to_stderr(self, capfd: pytest.CaptureFixture[str]) -> None:
        agi = ScriptedAgi(OK, b"200 result=1 (4111111111111111)\n")
        agi.answer()
        agi.get_variable("CARD")
        assert capfd.readouterr() == ("", "")
        assert agi.stderr is not sys.stderr


class TestQuoting:
    def test_set_variable_cannot_inject_a_command(self) -> None:
        agi = ScriptedAgi(b"200 result=1\n")
        agi.set_variable("NAME", 'x" \r\nEXEC System "id')
        assert agi.sent == [b'SET VARIABLE "NAME" "x\\"   EXEC System \\"id"\n']

    @pytest.mark.parametrize(
        ("call", "sent"),
        [
            (lambda agi: agi.stream_file("my file", "12"), b'STREAM FILE "my file" "12" 0\n'),
            (lambda agi: agi.stream_file("f", [1, "2"]), b'STREAM FILE "f" "12" 0\n'),
            (lambda agi: agi.get_data("my file", 5000, 6), b'GET DATA "my file" 5000 6\n'),
            (lambda agi: agi.get_option("my file", "12", 4000), b'GET OPTION "my file" "12" 4000\n'),
            (lambda agi: agi.control_stream_file("my file"), b'CONTROL STREAM FILE "my file" "" "3000" "" "" ""\n'),
            (lambda agi: agi.send_image("my file"), b'SEND IMAGE "my file"\n'),
            (lambda agi: agi.say_datetime(0, "", "HM", 'Asia/X" \nY'), b'SAY DATETIME 0 "" "HM" "Asia/X\\"  Y"\n'),
            (lambda agi: agi.say_datetime(0), b'SAY DATETIME 0 ""\n'),
            (lambda agi: agi.say_date(86400), b'SAY DATE 86400 ""\n'),
            (lambda agi: agi.say_time(86400), b'SAY TIME 86400 ""\n'),
            (lambda agi: agi.say_digits("12"), b'SAY DIGITS "12" ""\n'),
            (lambda agi: agi.say_number(12, "#"), b'SAY NUMBER "12" "#"\n'),
            (lambda agi: agi.say_alpha('a"b'), b'SAY ALPHA "a\\"b" ""\n'),
            (lambda agi: agi.say_phonetic("a b"), b'SAY PHONETIC "a b" ""\n'),
            (lambda agi: agi.set_callerid('"x" <1>\nHANGUP'), b'SET CALLERID "\\"x\\" <1> HANGUP"\n'),
            (lambda agi: agi.set_context("a b"), b'SET CONTEXT "a b"\n'),
            (lambda agi: agi.set_extension("1 2"), b'SET EXTENSION "1 2"\n'),
            (lambda agi: agi.hangup(), b"HANGUP\n"),
            (lambda agi: agi.hangup("PJSIP/a b"), b'HANGUP "PJSIP/a b"\n'),
            (lambda agi: agi.appexec("No Op", 'a"b'), b'EXEC "No Op" "a\\"b"\n'),
            (lambda agi: agi.exec_command("NoOp", "a b", 2), b'EXEC "NoOp" "a b,2"\n'),
            (lambda agi: agi.database_del("f", "k"), b'DATABASE DEL "f" "k"\n'),
            (lambda agi: agi.database_deltree("f", 'k"'), b'DATABASE DELTREE "f" "k\\""\n'),
            (lambda agi: agi.database_put("f", "k", "v\n"), b'DATABASE PUT "f" "k" "v "\n'),
            (lambda agi: agi.verbose('say "x"'), b'VERBOSE "say \\"x\\"" 1\n'),
            (lambda agi: agi.send_text("a\nb"), b'SEND TEXT "a b"\n'),
        ],
    )
    def test_every_argument_is_one_token(self, call: Callable[[ScriptedAgi], object], sent: bytes) -> None:
        agi = ScriptedAgi(b"200 result=0\n" if sent[:8] != b"DATABASE" else b"200 result=1\n")
        call(agi)
        assert agi.sent == [sent]

    def test_database_get_quotes_its_key_once(self) -> None:
        agi = ScriptedAgi(b"200 result=1 (v)\n", b"200 result=0\n")
        assert agi.database_get("f", "k") == "v"
        assert agi.sent == [b'DATABASE GET "f" "k"\n']
        with pytest.raises(AGIDBError, match="no key 'k'"):
            agi.database_get("f", "k")


class TestWhatIsSaidOfFailure:
    def test_510_is_an_unknown_command(self) -> None:
        with pytest.raises(AGIInvalidCommand, match="NOOP"):
            ScriptedAgi(b"510 Invalid or unknown command\n").noop()

    @pytest.mark.parametrize(
        "answer",
        [b"520-Proper usage follows:\nUsage: X\n520 End of proper usage.\n", b"520 Proper usage not available.\n"],
    )
    def test_520_is_a_usage_error_with_its_text(self, answer: bytes) -> None:
        with pytest.raises(AGIUsageError, match="Proper usage"):
            ScriptedAgi(answer).noop()

    def test_511_dead_channel_is_a_hang_up(self) -> None:
        with pytest.raises(AGIHangup, match="dead channel"):
            ScriptedAgi(DEAD).stream_file("x")

    def test_other_codes_are_unknown_errors(self) -> None:
        with pytest.raises(AGIUnknownError, match="503"):
            ScriptedAgi(b"503 result=-2 Memory allocation failure\n").noop()

    def test_minus_one_on_a_living_channel_is_a_missing_file(self) -> None:
        agi = ScriptedAgi(b"200 result=-1 endpos=0\n", UP)
        with pytest.raises(AGIAppError, match="is the file there") as error:
            agi.stream_file("nofile")
        assert not isinstance(error.value, AGIHangup)
        assert agi.sent[1:] == [b"CHANNEL STATUS\n"]

    def test_minus_one_on_a_dead_channel_is_a_hang_up(self) -> None:
        with pytest.raises(AGIResultHangup, match="hung up during WAIT FOR DIGIT"):
            ScriptedAgi(b"200 result=-1\n", DEAD).wait_for_digit(3000)

    def test_minus_one_marked_as_hang_up_is_one_at_once(self) -> None:
        agi = ScriptedAgi(b"200 result=-1 (hangup) endpos=16000\n")
        with pytest.raises(AGIResultHangup):
            agi.record_file("x")
        assert len(agi.sent) == 1

    def test_channel_status_of_an_unknown_channel_is_minus_one(self) -> None:
        assert ScriptedAgi(b"200 result=-1\n").channel_status("PJSIP/none") == -1

    def test_an_unknown_application_is_an_application_error(self) -> None:
        with pytest.raises(AGIAppError, match="find application"):
            ScriptedAgi(b"200 result=-2\n").appexec("Nope")

    def test_a_digit_that_is_none_is_asterisks_mistake(self) -> None:
        with pytest.raises(AsteriskMistake):
            ScriptedAgi(b"200 result=many\n").stream_file("x")


class TestWhatWasLost:
    def test_get_data_keeps_the_mark_of_a_time_out(self) -> None:
        agi = ScriptedAgi(
            b"200 result=12 (timeout)\n", b"200 result= (timeout)\n", b"200 result=1234\n", b"200 result=\n"
        )
        assert [agi.collect(["x"], 3000, 4) for _ in range(4)] == [
            Digits("12", timed_out=True),
            Digits("", timed_out=True),
            Digits("1234", timed_out=False),
            Digits("", timed_out=False),
        ]

    def test_collect_plays_files_in_turn_until_a_digit(self) -> None:
        agi = ScriptedAgi(OK, b"200 result=49 endpos=80\n", b"200 result=23\n")
        assert agi.collect(["a", "b", "c"], 3000, 3) == Digits("123", timed_out=False)
        assert agi.sent == [
            b'STREAM FILE "a" "0123456789*#" 0\n',
            b'STREAM FILE "b" "0123456789*#" 0\n',
            b'GET DATA "" 3000 2\n',
        ]

    @pytest.mark.parametrize(("key", "digits"), [(b"50", "2"), (b"35", "")])
    def test_collect_of_one_digit_ends_with_it(self, key: bytes, digits: str) -> None:
        agi = ScriptedAgi(b"200 result=" + key + b" endpos=80\n")
        assert agi.collect(["a", "b"], 3000, 1) == Digits(digits, timed_out=False)

    def test_stream_file_keeps_endpos(self) -> None:
        assert ScriptedAgi(b"200 result=50 endpos=8000\n").play("x", "123") == Played("2", 8000)

    def test_record_file_that_timed_out_has_no_digit(self) -> None:
        agi = ScriptedAgi(b"200 result=0 (timeout) endpos=16000\n", b"200 result=35 (dtmf) endpos=8000\n")
        assert agi.record_file("x") == ""
        assert agi.record("x", ends="#", silence_s=3) == Recorded("#", 8000, timed_out=False)
        assert agi.sent[1] == b'RECORD FILE "x" "wav" "#" 20000 "BEEP" "s=3"\n'

    @pytest.mark.parametrize("value", ["hangup", "a) b=c (d", "尊敬的 a=b", "", "line 1\nline 2"])
    def test_get_variable_returns_any_value(self, value: str) -> None:
        assert ScriptedAgi(f"200 result=1 ({value})\n".encode()).get_variable("X") == value

    def test_get_variable_of_an_unset_one_is_empty(self) -> None:
        assert ScriptedAgi(OK).get_variable("X") == ""


class TestDeadlines:
    @pytest.mark.parametrize(
        ("call", "seconds"),
        [
            (lambda agi: agi.answer(), 5),
            (lambda agi: agi.set_variable("A", "b"), 5),
            (lambda agi: agi.wait_for_digit(3000), 8),
            (lambda agi: agi.stream_file("x"), 305),
            (lambda agi: agi.say_number(7), 305),
            (lambda agi: agi.get_data("x", 2000, 4), 315),
            (lambda agi: agi.get_option("x", "1", 4000), 309),
            (lambda agi: agi.record_file("x", timeout=60_000), 65),
            (lambda agi: agi.appexec("NoOp"), 305),
        ],
    )
    def test_come_from_the_command(self, call: Callable[[ScriptedAgi], object], seconds: float) -> None:
        agi = ScriptedAgi(OK)
        call(agi)
        assert agi.deadlines == [seconds]

    @pytest.mark.parametrize(
        "call",
        [
            lambda agi: agi.wait_for_digit(-1),
            lambda agi: agi.get_data("x", 0, 4),
            lambda agi: agi.record_file("x", timeout=-1),
            lambda agi: agi.receive_char(0),
        ],
    )
    def test_a_wait_for_ever_is_refused(self, call: Callable[[ScriptedAgi], object]) -> None:
        agi = ScriptedAgi()
        with pytest.raises(OurMistake, match="waits for ever"):
            call(agi)
        assert agi.sent == []
