"""Hours: weekly tables, special days, time zones, the Chinese calendar with its swapped days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.hours.calendar import DayKind, has_decree, kind_of, missing_decrees
from cti.hours.opening import opening
from cti.plan.hours import HoursPart, Span

LABEL = {"zh-CN": "时间", "en": "Hours"}
OFFICE = HoursPart.model_validate(
    {
        "label": LABEL,
        "calendar": "cn",
        "week": {day: ["08:30-12:00", "13:30-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "special": {
            "move": {"label": LABEL, "first": "2026-03-05", "last": "2026-03-06"},
            "sale": {"label": LABEL, "first": "2026-11-11", "spans": ["00:00-24:00"]},
        },
    }
)
NIGHT = HoursPart.model_validate({"label": LABEL, "zone": "Europe/Berlin", "week": {"sat": ["22:00-06:00"]}})


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "state", "opens"),
    [
        ("2026-03-04T08:29:59", "closed", "2026-03-04T08:30"),
        ("2026-03-04T08:30", "open", None),
        ("2026-03-04T11:59:59", "open", None),
        ("2026-03-04T12:00", "closed", "2026-03-04T13:30"),
        ("2026-03-04T18:00", "closed", "2026-03-09T08:30"),
        # National Day: the week around 1 October is off, its weekend too; Saturday 10 October is worked for it.
        ("2026-10-01T10:00", "holiday", "2026-10-08T08:30"),
        ("2026-10-04T10:00", "holiday", "2026-10-08T08:30"),
        ("2026-10-10T10:00", "open", None),
        # Spring Festival: from Sunday 15 to Monday 23 February, worked on the Saturdays before and after.
        ("2026-02-14T10:00", "open", None),
        ("2026-02-15T10:00", "holiday", "2026-02-24T08:30"),
        ("2026-02-21T10:00", "holiday", "2026-02-24T08:30"),
        # An ordinary weekend.
        ("2026-03-07T10:00", "closed", "2026-03-09T08:30"),
        # Company days go before everything.
        ("2026-03-05T10:00", "holiday", "2026-03-09T08:30"),
        ("2026-11-11T03:00", "open", None),
    ],
)
def test_state_and_next_opening(moment: str, state: str, opens: str | None) -> None:
    found = opening(OFFICE, at(moment).astimezone(UTC))
    assert found.state == state
    assert (None if found.opens is None else found.opens.strftime("%Y-%m-%dT%H:%M")) == opens


def test_a_special_day_is_named() -> None:
    assert (opening(OFFICE, at("2026-03-06T10:00")).day, opening(OFFICE, at("2026-03-04T10:00")).day) == ("move", "")


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-03-28T21:59", "closed"),
        ("2026-03-28T22:00", "open"),
        # The clock is put forward this night: 02:00 is 03:00.
        ("2026-03-29T05:59", "open"),
        ("2026-03-29T06:00", "closed"),
        ("2026-03-29T22:30", "closed"),
    ],
)
def test_hours_past_midnight_in_another_zone(moment: str, state: str) -> None:
    assert opening(NIGHT, at(moment, "Europe/Berlin").astimezone(UTC)).state == state


def test_hours_round_the_clock_do_not_close() -> None:
    week = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    always = HoursPart.model_validate({"label": LABEL, "week": week})
    assert opening(always, at("2026-03-04T10:00")).closes is None


def test_hours_that_never_open_say_so() -> None:
    never = HoursPart.model_validate({"label": LABEL})
    assert (opening(never, at("2026-03-04T10:00")).state, opening(never, at("2026-03-04T10:00")).opens) == (
        "closed",
        None,
    )


def test_a_decree_that_is_not_out_yet_is_known_to_be_missing() -> None:
    assert [has_decree(year) for year in (2024, 2025, 2026)] == [True, True, True]
    assert not has_decree(2035)
    assert missing_decrees(date(2035, 11, 20)) == [2035, 2036]
    assert missing_decrees(date(2026, 3, 1)) == []


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)))
def test_a_swapped_day_is_a_weekend_day_and_a_holiday_is_none(day: date) -> None:
    if kind_of(day) is DayKind.SWAPPED:
        assert day.weekday() >= 5
        assert any(kind_of(day + timedelta(step)) is DayKind.HOLIDAY for step in range(-14, 15))


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1)))
def test_it_opens_next_when_it_says_and_not_before(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    found = opening(OFFICE, now)
    if found.state == "open":
        assert found.opens is None
        assert found.closes is not None
        assert found.closes > now
        assert opening(OFFICE, found.closes).state != "open"
        assert opening(OFFICE, found.closes - timedelta(seconds=1)).state == "open"
    elif found.opens is not None:
        assert found.opens > now
        assert opening(OFFICE, found.opens).state == "open"
        assert opening(OFFICE, found.opens - timedelta(seconds=1)).state != "open"


@given(st.integers(0, 24 * 60 - 1), st.integers(0, 24 * 60))
def test_a_span_is_read_as_it_is_written(start: int, end: int) -> None:
    span = Span(start, end if end > start else end + 24 * 60)
    read = HoursPart.model_validate({"label": LABEL, "week": {"mon": [str(span)]}}).week["mon"][0]
    assert read == span


@pytest.mark.parametrize("span", ["8:30-17:00", "08:30-25:00", "24:00-25:00", "08:30", "08:30-24:30", 830])
def test_what_is_no_span_is_refused(span: object) -> None:
    with pytest.raises(ValueError, match=r"span|24:00"):
        HoursPart.model_validate({"label": LABEL, "week": {"mon": [span]}})


def test_a_zone_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        HoursPart.model_validate({"label": LABEL, "zone": "Asia/Nowhere"})
