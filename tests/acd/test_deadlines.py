"""Deadlines follow from offers and agents; those that are overtaken are forgotten, asked for or not."""

from acd.contact import Offer
from acd.deadlines import UNASKED, Deadlines


def offer(number: int, expires_at: int | None = None) -> Offer:
    return Offer(
        offer=number, contact="c", agent="1001", extension="8001", queue="q", made_at=0, pop_until=150,
        expires_at=expires_at,
    )  # fmt: skip


def test_the_earliest_that_stands_comes_first() -> None:
    offers = {1: offer(1, expires_at=900), 2: offer(2)}
    deadlines = Deadlines(offers, {})
    assert deadlines.next() == (150, "pop", 2)
    offers[2].expires_at = 1000
    deadlines.change(2)
    assert deadlines.next() == (900, "ring", 1)
    del offers[1]
    assert deadlines.next() == (1000, "ring", 2)
    offers[2].answered_at = 950
    assert deadlines.next() is None


def test_what_is_overtaken_does_not_pile_up_while_nobody_asks() -> None:
    offers: dict[int, Offer] = {}
    deadlines = Deadlines(offers, {})
    for number in range(5 * UNASKED):
        offers[number] = offer(number, expires_at=number)
        deadlines.change(number)
        if number:
            del offers[number - 1]
        assert len(deadlines._changed) + len(deadlines._heap) <= UNASKED + 2
    assert deadlines.next() == (5 * UNASKED - 1, "ring", 5 * UNASKED - 1)
