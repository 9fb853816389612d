"""The call event log, as written and as read."""

import pytest

from config.asterisk import AsteriskSpec
from config.asterisk.cel import COLUMNS, read_cel, render_cel

LINE = (
    '"HOTLINE_CONTACT","1795370434.815175","PJSIP/trunk-00000000","pbx1-1795370434.0","pbx1-1795370434.0","s",'
    '"hotline-flow","13800000001","95500","CELGenUserEvent","HOTLINE_CONTACT,pbx1-1 a@b","","{""extra"":""x, y""}"\n'
)


def test_the_columns_are_written_in_the_order_they_are_read(spec: AsteriskSpec) -> None:
    text = render_cel(spec)["cel_custom.conf"]
    assert text.count("CSV_QUOTE") == len(COLUMNS)
    assert "hotline.csv => ${CSV_QUOTE(${eventtype})},${CSV_QUOTE(${eventtime})}," in text


def test_what_the_checks_need_is_recorded(spec: AsteriskSpec) -> None:
    text = render_cel(spec)["cel.conf"]
    for event in ("CHAN_START", "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT", "HANGUP", "LINKEDID_END", "USER_DEFINED"):
        assert event in text


def test_an_event_is_read_back_with_its_time_in_microseconds() -> None:
    (event,) = read_cel(LINE)
    assert (event.type, event.at, event.extra) == ("HOTLINE_CONTACT", 1795370434815175, '{"extra":"x, y"}')


def test_a_line_still_being_written_is_left_for_later() -> None:
    assert len(list(read_cel(LINE + LINE[:50]))) == 1
    assert list(read_cel("")) == []


def test_a_line_of_another_shape_is_named() -> None:
    with pytest.raises(ValueError, match="line 2 has 2 columns, not 13"):
        list(read_cel(LINE + '"a","b"\n'))
