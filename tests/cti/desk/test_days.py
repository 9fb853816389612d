"""The day on the boards: what quarters add up to."""

from cti.desk.days import day_frame, midnight
from cti.records.day import STEP_MS, QuarterFigures

SINCE = midnight(1_790_000_000_000)


def quarter(queue: str, number: int, entered: int, answered: int) -> QuarterFigures:
    return QuarterFigures(
        queue=queue,
        at=SINCE + number * STEP_MS,
        entered=entered,
        answered=answered,
        answered_within=answered - 1,
        abandoned=entered - answered,
        abandoned_within=0,
    )


QUARTERS = [quarter("service", 4, 5, 4), quarter("service", 39, 10, 8), quarter("repair", 39, 3, 3)]
FRAME = day_frame(QUARTERS, seq=7, now=SINCE + 40 * STEP_MS + 1, since=SINCE)


def test_today_sums_a_queue_over_all_its_quarters() -> None:
    assert [(one.queue, one.entered, one.answered, one.answered_within) for one in FRAME.today] == [
        ("service", 15, 12, 10),
        ("repair", 3, 3, 2),
    ]


def test_now_is_the_present_quarter_and_the_one_before() -> None:
    assert FRAME.now_since == SINCE + 39 * STEP_MS
    assert [(one.queue, one.entered) for one in FRAME.lately] == [("service", 10), ("repair", 3)]


def test_the_curve_sums_a_quarter_over_all_queues() -> None:
    assert [(one.at, one.entered, one.abandoned) for one in FRAME.curve] == [
        (SINCE + 4 * STEP_MS, 5, 1),
        (SINCE + 39 * STEP_MS, 13, 2),
    ]


def test_a_day_that_has_just_begun_counts_from_midnight() -> None:
    assert day_frame([], seq=1, now=SINCE + 1, since=SINCE).now_since == SINCE
