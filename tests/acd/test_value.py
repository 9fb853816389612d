"""Values that are made often, and the functions that make them."""

from collections.abc import Callable
from typing import Any

import pytest

from acd import commands as c
from acd import events as e
from acd.contact import Contact, Offer
from acd.value import maker

FIELDS: dict[Callable[..., Any], dict[str, Any]] = {
    e.OfferAnswered: {"at": 3, "offer": 2},
    e.ContactQueued: {"at": 3, "contact": "c1", "queue": "power", "tier": "gold", "since": 2, "urgency_ms": 9},
    c.Connect: {"offer": 2, "contact": "c1"},
    Contact: {"contact": "c1", "asterisk": "a", "channel": "x", "access": "1", "caller": "", "started_at": 5},
    Offer: {"offer": 2, "contact": "c1", "agent": "1", "extension": "8", "queue": "q", "made_at": 1, "pop_until": None},
}


@pytest.mark.parametrize("cls", FIELDS)
def test_what_a_maker_makes_equals_what_the_class_makes(cls: Callable[..., Any]) -> None:
    made = maker(cls)(**FIELDS[cls])
    assert made == cls(**FIELDS[cls])
    assert type(made) is cls


def test_each_value_has_collections_of_its_own() -> None:
    make = maker(Contact)
    first, second = make(**FIELDS[Contact]), make(**FIELDS[Contact])
    first.missed.append("1001")
    assert second.missed == []


@pytest.mark.parametrize("wrong", [{"at": 1}, {"at": 1, "offer": 2, "agent": "1"}])
def test_a_maker_refuses_what_the_class_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        e.OfferAnswered(**wrong)
    with pytest.raises(TypeError):
        maker(e.OfferAnswered)(**wrong)
