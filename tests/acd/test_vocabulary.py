"""Facts and commands are plain values, all of them listed."""

import dataclasses
import inspect

import pytest

from acd import commands, events

FACTS = [each for _, each in inspect.getmembers(events, inspect.isclass) if issubclass(each, events.Fact)]
ABSTRACT = {events.Fact, events.Event, events.Decision}
COMMANDS = [each for _, each in inspect.getmembers(commands, inspect.isclass) if issubclass(each, commands.Command)]


def test_every_event_and_decision_is_listed_once() -> None:
    assert set(events.FACTS) == set(FACTS) - ABSTRACT
    assert len(events.FACTS) == len(set(events.FACTS))
    assert all(issubclass(each, events.Event) for each in events.EVENTS)
    assert all(issubclass(each, events.Decision) for each in events.DECISIONS)


@pytest.mark.parametrize("kind", [*FACTS, *COMMANDS], ids=lambda kind: kind.__name__)
def test_a_value_has_slots_and_is_made_by_keywords(kind: type) -> None:
    assert "__dict__" not in dir(kind)
    assert all(field.kw_only for field in dataclasses.fields(kind))
    assert kind.__doc__


def test_equal_values_are_equal_and_hash_alike() -> None:
    first, second = (events.OfferAnswered(at=1, offer=2) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != events.OfferAnswered(at=1, offer=3)
