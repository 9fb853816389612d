"""What an event that came late tells about when it happened."""

from ivr.gateway.clock import AsteriskClock

NOON = "2026-11-22T12:00:00.000+0000"
A_SECOND_LATER = "2026-11-22T12:00:01.000+0000"
NOON_MS = 1795348800000


def test_an_event_in_time_happened_now() -> None:
    assert AsteriskClock().heard(NOON, NOON_MS + 3) is None


def test_an_event_that_came_late_happened_when_asterisk_says() -> None:
    clock = AsteriskClock()
    clock.heard(NOON, NOON_MS)
    assert clock.heard(A_SECOND_LATER, NOON_MS + 6000) == NOON_MS + 1000


def test_clocks_that_differ_make_nothing_late() -> None:
    clock = AsteriskClock()
    clock.heard(NOON, NOON_MS - 40_000)
    assert clock.heard(A_SECOND_LATER, NOON_MS - 38_990) is None
    assert clock.heard(A_SECOND_LATER, NOON_MS - 37_000) == NOON_MS - 39_000


def test_a_time_that_cannot_be_read_says_nothing() -> None:
    assert AsteriskClock().heard("yesterday", NOON_MS) is None
