"""Every value is read so that a listener who knows the language's rules gets the same value back."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.kinds import Kind, Money, Unspeakable, parsed
from ivr.speech.language import END, PAUSES_S
from ivr.speech.languages import LANGUAGES
from ivr.speech.values import clips
from tests.ivr.speech import readback as back

WHOLES = st.one_of(
    st.integers(0, 10**12 - 1),
    st.integers(0, 12_000),
    st.builds(lambda a, b: a * 10**b, st.integers(1, 99), st.integers(0, 9)),
)
NUMBERS = st.decimals(min_value=-(10**11), max_value=10**11, places=3, allow_nan=False)
AMOUNTS = st.one_of(st.integers(-(10**13), 10**13), st.integers(0, 2_500)).map(Money)
DATES = st.dates(date(1000, 1, 1), date(2999, 12, 31))
TIMES = st.times().map(lambda moment: time(moment.hour, moment.minute))
SPANS = st.one_of(st.integers(0, 900 * 86_400), st.integers(0, 7300)).map(lambda seconds: timedelta(seconds=seconds))
DIGITS = st.text("0123456789", min_size=1, max_size=32)


def said(kind: Kind, value: object, language: str) -> str:
    return LANGUAGES[language].words(clips(kind, value, language))


@given(NUMBERS)
def test_numbers(number: Decimal) -> None:
    assert back.han_number(said(Kind.NUMBER, number, "zh-CN")) == number
    assert back.english_number(said(Kind.NUMBER, number, "en")) == number


@given(WHOLES)
def test_whole_numbers_and_counts(number: int) -> None:
    for kind in (Kind.NUMBER, Kind.COUNT):
        assert back.han_whole(said(kind, number, "zh-CN")) == number
        assert back.english_whole(said(kind, number, "en")) == number


@given(st.integers(1, 999_999))
def test_ordinals(number: int) -> None:
    assert back.han_whole(said(Kind.ORDINAL, number, "zh-CN").removeprefix("第")) == number
    english = said(Kind.ORDINAL, number, "en")
    if not english.endswith(("hundredth", "thousandth")):
        assert back.english_ordinal(english) == number


@given(AMOUNTS)
def test_money(amount: Money) -> None:
    assert back.han_money(said(Kind.MONEY, amount, "zh-CN")) == amount.hundredths
    assert back.english_money(said(Kind.MONEY, amount, "en")) == amount.hundredths


@given(NUMBERS)
def test_percentages(number: Decimal) -> None:
    chinese = said(Kind.PERCENT, number, "zh-CN")
    assert back.han_number(chinese.replace("百分之", "", 1)) == number
    assert back.english_number(said(Kind.PERCENT, number, "en").removesuffix(" percent")) == number


@given(DATES)
def test_dates(day: date) -> None:
    assert back.han_date(said(Kind.DATE, day, "zh-CN")) == day
    assert back.english_date(said(Kind.DATE, day, "en")) == day


@given(TIMES)
def test_times(moment: time) -> None:
    assert back.han_time(said(Kind.TIME, moment, "zh-CN")) == moment
    assert back.english_time(said(Kind.TIME, moment, "en")) == moment


@given(SPANS)
def test_durations(span: timedelta) -> None:
    assert back.han_duration(said(Kind.DURATION, span, "zh-CN")) == span
    assert back.english_duration(said(Kind.DURATION, span, "en")) == span


@given(DIGITS, st.sampled_from([Kind.DIGITS, Kind.PHONE, Kind.AGENT, Kind.LETTERS]))
def test_every_digit_is_read_once_and_in_order(digits: str, kind: Kind) -> None:
    heard = "".join(str(back.HAN[word]) for word in said(kind, digits, "zh-CN"))
    expected = digits.removeprefix("0086") if kind is Kind.PHONE and len(digits) > 4 else digits
    assert heard == expected
    assert "".join(str(back.SMALL[word]) for word in said(kind, digits, "en").split()) == expected


@given(st.data())
def test_every_clip_that_is_asked_for_can_be_recorded(data: st.DataObject) -> None:
    values: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.NUMBER: NUMBERS, Kind.COUNT: WHOLES, Kind.ORDINAL: st.integers(1, 999_999), Kind.DIGITS: DIGITS,
        Kind.PHONE: DIGITS, Kind.AGENT: DIGITS, Kind.LETTERS: st.text("ABCXYZ019", min_size=1, max_size=9),
        Kind.MONEY: AMOUNTS, Kind.PERCENT: NUMBERS, Kind.DATE: DATES, Kind.DAY: DATES, Kind.WEEKDAY: DATES,
        Kind.TIME: TIMES, Kind.MOMENT: st.datetimes(), Kind.DURATION: SPANS,
    }  # fmt: skip
    assert set(values) == set(Kind)
    kind = data.draw(st.sampled_from(sorted(Kind)))
    value, last = data.draw(values[kind]), data.draw(st.booleans())
    for language in LANGUAGES.values():
        asked = clips(kind, value, language.tag, last=last)
        assert asked
        assert set(asked) <= set(language.all_clips()) | set(PAUSES_S)
        assert last or not any(clip.endswith(END) for clip in asked)


PRINTED = [
    (Kind.NUMBER, 0, "零", "zero"),
    (Kind.NUMBER, 10, "十", "ten"),
    (Kind.NUMBER, 12, "十二", "twelve"),
    (Kind.NUMBER, 20, "二十", "twenty"),
    (Kind.NUMBER, 102, "一百零二", "one hundred two"),
    (Kind.NUMBER, 110, "一百一十", "one hundred ten"),
    (Kind.NUMBER, 115, "一百一十五", "one hundred fifteen"),
    (Kind.NUMBER, 200, "二百", "two hundred"),
    (Kind.NUMBER, 1005, "一千零五", "one thousand five"),
    (Kind.NUMBER, 1010, "一千零一十", "one thousand ten"),
    (Kind.NUMBER, 2000, "两千", "two thousand"),
    (Kind.NUMBER, 2222, "两千二百二十二", "two thousand two hundred twenty-two"),
    (Kind.NUMBER, 10_000, "一万", "ten thousand"),
    (Kind.NUMBER, 20_000, "两万", "twenty thousand"),
    (Kind.NUMBER, 22_000, "两万二千", "twenty-two thousand"),
    (Kind.NUMBER, 100_500, "十万零五百", "one hundred thousand five hundred"),
    (Kind.NUMBER, 1_000_000, "一百万", "one million"),
    (Kind.NUMBER, 100_000_001, "一亿零一", "one hundred million one"),
    (Kind.NUMBER, 200_000_000, "两亿", "two hundred million"),
    (Kind.NUMBER, 1_000_050_000, "十亿零五万", "one billion fifty thousand"),
    (Kind.NUMBER, "-3.05", "负三点零五", "minus three point zero five"),
    (Kind.COUNT, 2, "两", "two"),
    (Kind.COUNT, 12, "十二", "twelve"),
    (Kind.COUNT, 102, "一百零二", "one hundred two"),
    (Kind.ORDINAL, 2, "第二", "second"),
    (Kind.ORDINAL, 21, "第二十一", "twenty-first"),
    (Kind.ORDINAL, 40, "第四十", "fortieth"),
    (Kind.ORDINAL, 112, "第一百一十二", "one hundred twelfth"),
    (Kind.ORDINAL, 300, "第三百", "three hundredth"),
    (Kind.MONEY, "0", "零元", "zero yuan"),
    (Kind.MONEY, "0.05", "五分", "five fen"),
    (Kind.MONEY, "2.20", "两元两角", "two yuan and twenty fen"),
    (Kind.MONEY, "10.05", "十元零五分", "ten yuan and five fen"),
    (Kind.MONEY, "1234.56", "一千二百三十四元五角六分", "one thousand two hundred thirty-four yuan and fifty-six fen"),
    (Kind.MONEY, "-8", "负八元", "minus eight yuan"),
    (Kind.MONEY, "USD 1.01", "一美元一美分", "one dollar and one cent"),
    (Kind.MONEY, "20.50 USD", "二十美元五十美分", "twenty dollars and fifty cents"),
    (Kind.PERCENT, "12.5", "百分之十二点五", "twelve point five percent"),
    (Kind.PERCENT, 100, "百分之一百", "one hundred percent"),
    (Kind.DATE, "2026-11-22", "二零二六年十一月二十二日", "November twenty-second twenty twenty-six"),
    (Kind.DATE, "2005-01-01", "二零零五年一月一日", "January first two thousand five"),
    (Kind.DATE, "1900-02-28", "一九零零年二月二十八日", "February twenty-eighth nineteen hundred"),
    (Kind.DAY, "2026-10-01", "十月一日", "October first"),
    (Kind.WEEKDAY, "2026-11-22", "星期日", "Sunday"),
    (Kind.TIME, "00:00", "凌晨零点", "twelve a.m."),
    (Kind.TIME, "02:00", "凌晨两点", "two a.m."),
    (Kind.TIME, "08:30", "早上八点三十分", "eight thirty a.m."),
    (Kind.TIME, "12:05", "中午十二点零五分", "twelve oh five p.m."),
    (Kind.TIME, "14:02", "下午两点零二分", "two oh two p.m."),
    (Kind.TIME, "18:00", "晚上六点", "six p.m."),
    (Kind.MOMENT, "2026-11-22T15:05", "十一月二十二日下午三点零五分", "November twenty-second three oh five p.m."),
    (Kind.DURATION, 0, "零秒", "zero seconds"),
    (Kind.DURATION, 120, "两分钟", "two minutes"),
    (Kind.DURATION, 3661, "一小时一分钟一秒", "one hour one minute and one second"),
    (Kind.DURATION, timedelta(days=2), "两天", "two days"),
    (Kind.DIGITS, "1007", "幺零零七", "one zero zero seven"),
    (Kind.AGENT, 1007, "幺零零七", "one zero zero seven"),
    (Kind.LETTERS, "b07x", "B零七X", "B zero seven X"),
    (Kind.PHONE, "+44 20 0123", "加四四二零零幺二三", "plus four four two zero zero one two three"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "chinese", "english"), PRINTED)
def test_printed_examples(kind: Kind, value: object, chinese: str, english: str) -> None:
    assert said(kind, value, "zh-CN") == chinese
    assert said(kind, value, "en") == english


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("13800138000", ("138", "0013", "8000")),
        ("+86 138 0013 8000", ("138", "0013", "8000")),
        ("008613800138000", ("138", "0013", "8000")),
        ("01055550123", ("010", "5555", "0123")),
        ("075555550123", ("0755", "5555", "0123")),
        ("0755-5555012", ("0755", "5555012")),
        ("4008001234", ("400", "800", "1234")),
        ("95598", ("95598",)),
        ("123456789", ("1234", "567", "89")),
        ("+1 (555) 010-0199", ("+", "1", "555", "010", "0199")),
    ],
)
def test_telephone_numbers_are_grouped_as_people_say_them(number: str, groups: tuple[str, ...]) -> None:
    assert parsed(Kind.PHONE, number) == groups


def test_groups_of_digits_are_set_apart_by_a_pause() -> None:
    assert clips(Kind.DIGITS, "12345678", "en") == ["n1", "n2", "n3", "n4", "pause", "n5", "n6", "n7", "n8-end"]


def test_only_what_ends_a_sentence_takes_the_form_for_its_end() -> None:
    assert clips(Kind.AGENT, "11", "en") == ["n1", "n1-end"]
    assert clips(Kind.AGENT, "11", "en", last=False) == ["n1", "n1"]


@pytest.mark.parametrize(
    ("kind", "value", "together"),
    [
        (Kind.MONEY, "1255.80", ["q1", "h2", "yuan55", "cents80"]),
        (Kind.MONEY, "2315.64", ["liang-qian", "h3", "yuan-t15", "cents64"]),
        (Kind.MONEY, "300.05", ["yuan-h3", "zero-cents5"]),
        (Kind.MONEY, "0.05", ["cents05"]),
        (Kind.MONEY, "202", ["h2", "n0", "n2", "yuan-end"]),
        (Kind.TIME, "15:05", ["hour15", "minute5"]),
        (Kind.TIME, "20:30", ["hour20", "minute30"]),
        (Kind.DURATION, 120, ["minutes2"]),
        (Kind.DURATION, 2520, ["minutes42"]),
        (Kind.NUMBER, "70046", ["wan7", "n0", "n46"]),
        (Kind.NUMBER, "200000", ["wan20"]),
        (Kind.NUMBER, "3020000", ["h3", "n0", "n2", "wan-end"]),
        (Kind.MONEY, "52000", ["wan5", "yuan-q2"]),
        (Kind.DATE, "2026-11-22", ["year2026", "day1122"]),
        (Kind.AGENT, "1007", ["pair10", "pair07"]),
        (Kind.AGENT, "10071", ["yao", "pair00", "pair71"]),
        (Kind.PHONE, "13800138000", ["three138", "pause", "pair00", "pair13", "pause", "pair80", "pair00"]),
        (Kind.LETTERS, "B07X", ["b", "pair07", "x"]),
    ],
)
def test_mandarin_says_in_one_breath_what_belongs_together(kind: Kind, value: object, together: list[str]) -> None:
    assert clips(kind, value, "zh-CN") == together


@pytest.mark.parametrize(
    ("number", "follower", "together"),
    [
        (2, "股", ["shares2"]),
        (112, "股", ["h1", "shares-t12"]),
        (2000, "股", ["shares-liang-qian"]),
        (50_300, "股", ["wan5", "n0", "shares-h3"]),
        (302, "度电", ["h3", "n0", "n2", "kwh-end"]),
        (12, "到", ["to12"]),
        (75, "分钟", ["n75", "minutes-end"]),
    ],
)
def test_mandarin_says_a_measure_word_in_one_breath_with_its_number(
    number: int, follower: str, together: list[str]
) -> None:
    assert clips(Kind.NUMBER, number, "zh-CN", follower=follower) == together


@given(WHOLES, st.sampled_from(sorted(LANGUAGES["zh-CN"].followers)))
def test_a_number_stays_the_same_with_a_measure_word(number: int, follower: str) -> None:
    words = LANGUAGES["zh-CN"].words(clips(Kind.COUNT, number, "zh-CN", follower=follower))
    assert back.han_whole(words.removesuffix(follower)) == number
    assert words.endswith(follower)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.NUMBER, "twelve"), (Kind.NUMBER, "1e400"), (Kind.NUMBER, "NaN"), (Kind.NUMBER, 10**12),
        (Kind.NUMBER, "0.1234567"), (Kind.COUNT, -1), (Kind.COUNT, "1.5"), (Kind.ORDINAL, 0),
        (Kind.DIGITS, ""), (Kind.DIGITS, "12a"), (Kind.DIGITS, "1" * 33), (Kind.PHONE, "call me"), (Kind.PHONE, "+"),
        (Kind.LETTERS, "电"), (Kind.MONEY, "1.234"), (Kind.MONEY, "EUR 1"), (Kind.MONEY, "USD 1 USD"),
        (Kind.DATE, "2026-02-30"), (Kind.TIME, "25:00"), (Kind.MOMENT, "soon"), (Kind.DURATION, -1),
        (Kind.DIGITS, '"\r\nEXEC System id'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_is_wanted(kind: Kind, value: object) -> None:
    with pytest.raises(Unspeakable, match=f"cannot be read as {kind}"):
        clips(kind, value, "en")


def test_a_moment_is_read_in_the_zone_it_is_in() -> None:
    moment = datetime.fromisoformat("2026-11-22T23:30:00+08:00")
    assert said(Kind.MOMENT, moment, "zh-CN") == "十一月二十二日晚上十一点三十分"
