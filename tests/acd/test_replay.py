"""Deciding again from a journal's events: the same decisions, and each difference by name."""

from dataclasses import replace

from hypothesis import given, settings

from acd import events as e
from acd.floor import Floor
from acd.replay import Difference, Replay
from tests.acd.play import play
from tests.acd.scripts import Script, scripts
from tests.acd.shift import Shift, plan


def a_shift() -> list[e.Fact]:
    """One agent, two contacts, an offer missed and one answered."""
    shift = Shift(plan("1001", "1002"))
    shift.sign_in("1001")
    shift.wait(1)
    shift.sign_in("1002")
    shift.calls("a", "b")
    shift.wait(60)
    return shift.history


def differences(facts: list[e.Fact]) -> list[Difference]:
    return list(Replay().differences(facts))


@given(scripts())
@settings(max_examples=40)
def test_the_router_decides_again_what_it_decided(script: Script) -> None:
    _, facts, _ = play(script)
    assert differences(facts) == []


def test_events_and_decisions_are_counted() -> None:
    facts, again = a_shift(), Replay()
    assert list(again.differences(facts)) == []
    assert again.events == sum(isinstance(fact, e.Event) for fact in facts)
    assert again.events + again.decisions == len(facts)


def test_another_choice_is_found_where_it_was_made_and_nowhere_else() -> None:
    facts = a_shift()
    place = next(place for place, fact in enumerate(facts) if isinstance(fact, e.OfferMade))
    made = facts[place]
    assert isinstance(made, e.OfferMade)
    facts[place] = replace(made, agent="1002", extension="phone-1002", over_agents=("1001",))
    first = next(Replay().differences(facts))
    assert (first.recorded[0], first.decided[0]) == (facts[place], made)
    assert isinstance(first.event, e.ContactQueued)
    assert facts[first.number - 1] is first.event


def test_a_decision_that_is_missing_is_a_difference() -> None:
    facts = a_shift()
    aside = next(fact for fact in facts if isinstance(fact, e.AgentSetAside))
    (found, *_) = differences([fact for fact in facts if fact is not aside])
    assert aside in found.decided
    assert aside not in found.recorded


def test_an_event_that_does_not_fit_any_more_is_told_with_the_reason() -> None:
    facts = a_shift()
    facts.append(e.IntentChanged(at=facts[-1].at, agent="1002", intent=e.Intent.LOGGED_OUT))
    (found,) = differences(facts)
    assert (found.event, found.refused) == (facts[-1], "signing out is an event of its own")


def test_it_begins_at_a_checkpoint_too() -> None:
    facts, floor = a_shift(), Floor()
    for fact in facts[:7]:
        floor.fold(fact)
    assert list(Replay(floor.state).differences(facts[7:])) == []
