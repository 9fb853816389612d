"""Patience from waits that mostly ended with an answer."""

from random import Random

import pytest

from acd.simulate.patience import PatienceSeen

REMISSIONS = [
    (6, True), (6, True), (6, True), (6, False), (7, True), (9, False), (10, True), (10, False), (11, False),
    (13, True), (16, True), (17, False), (19, False), (20, False), (22, True), (23, True), (25, False), (32, False),
    (32, False), (34, False), (35, False),
]  # fmt: skip
"""Weeks of remission under 6-MP: E. J. Freireich et al., Blood 21 (1963), the example of most textbooks."""


@pytest.mark.parametrize(
    ("weeks", "share"),
    [(5, 1.0), (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)],
)
def test_it_is_the_estimate_of_the_textbooks(weeks: int, share: float) -> None:
    assert PatienceSeen(REMISSIONS).longer_than(weeks) == pytest.approx(share, abs=0.0005)


def test_beyond_the_last_who_gave_up_callers_go_on_giving_up_at_the_mean_rate() -> None:
    seen = PatienceSeen(REMISSIONS)
    assert seen.mean_rate == pytest.approx(9 / 359)
    assert seen.longer_than(23 + 359 / 9) == pytest.approx(0.448 / 2.71828, abs=0.0005)


def test_where_nobody_gave_up_everybody_waits_for_ever() -> None:
    assert PatienceSeen([(5, False), (9, False)]).drawn(0.9) is None
    assert PatienceSeen([]).drawn(0.5) is None


@pytest.mark.parametrize("waited", [0, 3, 6, 10, 22, 23, 24, 60])
def test_who_has_waited_so_long_waits_longer(waited: int) -> None:
    seen = PatienceSeen(REMISSIONS)
    for place in range(100):
        patience = seen.drawn(place / 100, waited)
        assert patience is not None
        assert patience > waited


def test_a_share_of_what_is_left_is_what_is_drawn() -> None:
    seen = PatienceSeen(REMISSIONS)
    drawn = [seen.drawn((place + 0.5) / 1000, 10) for place in range(1000)]
    longer = sum(each is not None and each > 16 for each in drawn) / 1000
    assert longer == pytest.approx(seen.longer_than(16) / seen.longer_than(10), abs=0.001)


def test_when_the_longest_wait_of_all_ended_in_anger_nobody_is_left_beyond_it() -> None:
    seen = PatienceSeen([(5, True), (9, True)])
    assert [seen.drawn(chance) for chance in (0.0, 0.49, 0.51, 0.99)] == [5, 5, 9, 9]
    assert (seen.drawn(0.0, 9) or 0) >= 9


def test_the_patience_of_callers_most_of_whom_were_answered_first_is_found_again() -> None:
    chances = Random(1)
    mean, waits = 100_000, []
    for _ in range(20_000):
        patience, answered = chances.expovariate(1 / mean), chances.expovariate(1 / 30_000)
        waits.append((int(min(patience, answered)), patience < answered))
    seen = PatienceSeen(waits)
    drawn = [seen.drawn(chances.random()) or 0 for _ in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.05)
