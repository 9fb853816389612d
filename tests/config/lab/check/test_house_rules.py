"""Rules for houses in which only caller and agent end a talk, and all on one number want the same agents."""

import msgspec

from config.lab.check import Kind, check_fallback, check_lost, check_order, check_outcomes, check_talks
from config.lab.check.case import Case
from config.lab.check.ledger import LedgerContact, LedgerTalk
from config.lab.check.peers import Leg
from config.lab.check.spans import Span
from config.lab.check.switch import SwitchContact

CALLER_HZ, AGENT_HZ = 500, 900


def waiter(name: str, came_s: float, rung_s: float | None, left_s: float = 60.0, number: str = "95000") -> Case:
    """A caller who came to the queue, left it, and was rung for at these seconds."""
    at, left = round(came_s * 1000), round(left_s * 1000)
    rings = [] if rung_s is None else [Leg(peer="agent-8001", call_id="x", tone_hz=1, started_at=round(rung_s * 1000))]
    return Case(
        placed=Leg(peer=f"caller-{name}", call_id=name, tone_hz=1, number=number),
        legs=rings,
        switch=SwitchContact(contact=name, call_id=name, started_at=at, waits=[Span(at, left)]),
    )


def passed(*waiters: Case) -> list[str]:
    found = check_order(waiters)
    assert {one.kind for one in found} <= {Kind.PASSED}
    return [one.contact for one in found]


def test_who_came_first_is_rung_for_first() -> None:
    assert passed(waiter("a", 1, 10), waiter("b", 5, 12)) == []


def test_who_is_rung_for_before_an_earlier_one_has_passed_him() -> None:
    assert passed(waiter("a", 1, 20), waiter("b", 5, 12)) == ["a"]
    assert passed(waiter("a", 1, None), waiter("b", 5, 12)) == ["a"]


def test_nobody_passes_who_comes_at_nearly_the_same_time_or_on_another_number() -> None:
    assert passed(waiter("a", 1, 20), waiter("b", 1.5, 12)) == []
    assert passed(waiter("a", 1, 20), waiter("b", 5, 12, number="95001")) == []


def test_who_was_not_in_the_queue_just_then_was_not_passed() -> None:
    assert passed(waiter("a", 1, None, left_s=8), waiter("b", 5, 12)) == []


def test_who_was_in_the_fallback_first_has_waited_since_then() -> None:
    fetched = waiter("b", 5, 12)
    assert fetched.switch is not None
    fetched.switch.fallback_spans = [Span(500, 4000)]
    assert passed(waiter("a", 1, 20), fetched) == []


def talk(caller: str, agent: str, *, caller_ended: int = 9000, agent_ended: int = 9000, heard: bool = True) -> Case:
    """A talk whose two legs ended like this, at these ms."""
    spans = [(CALLER_HZ, Span(2000, 8000))] if heard else []
    return Case(
        placed=Leg(peer="caller-1", call_id="x", tone_hz=CALLER_HZ, ending=caller, ended_at=caller_ended),
        legs=[
            Leg(
                peer="agent-8001",
                call_id="y",
                tone_hz=AGENT_HZ,
                answered_at=1,
                ending=agent,
                ended_at=agent_ended,
                heard=spans,
            )
        ],
    )


def test_a_talk_ends_when_one_of_the_two_hangs_up() -> None:
    assert check_talks([talk("hung_up", "remote_hung_up"), talk("remote_hung_up", "hung_up")]) == []


def test_a_talk_that_neither_ended_was_cut() -> None:
    (found,) = check_talks([talk("remote_hung_up", "remote_hung_up")])
    assert found.kind is Kind.TALK_CUT


def test_a_talk_whose_agent_was_dropped_long_before_the_caller_left_was_cut() -> None:
    assert len(check_talks([talk("hung_up", "remote_hung_up", caller_ended=9000, agent_ended=3000)])) == 1


def test_a_leg_on_which_nobody_was_heard_is_no_talk() -> None:
    assert check_talks([talk("remote_hung_up", "remote_hung_up", heard=False)]) == []


def test_a_phone_called_twice_is_judged_by_the_call_that_was_up() -> None:
    case = talk("remote_hung_up", "remote_hung_up", caller_ended=9000)
    case.called_back = [
        Leg(peer="customer-1", call_id="b", tone_hz=CALLER_HZ, ending="remote_hung_up", started_at=-900, ended_at=-500),
        Leg(peer="customer-1", call_id="c", tone_hz=CALLER_HZ, ending="hung_up", ended_at=9000),
    ]
    case.placed = None
    assert check_talks([case]) == []


def ended(end: str | None, *, died: bool = False, helped: bool = False, lived_ms: int = 60_000) -> Case:
    """A call as Asterisk had it to its end, and what the ledger calls that; None: the ledger does not have it."""
    switch = SwitchContact(contact="a", call_id="x", started_at=1000, ended_at=1000 + lived_ms, died=died)
    if helped:
        switch.fallback_spans = [Span(1000, switch.ended_at)]
    ledger = None if end is None else LedgerContact(contact="a", sip_call_id="x", started_at=0, end=end)
    return Case(switch=switch, ledger=ledger)


def test_who_ended_in_the_fallback_is_in_the_ledger_as_that() -> None:
    assert check_fallback([ended("fallback", helped=True), ended("hung_up")]) == []
    assert [one.kind for one in check_fallback([ended("hung_up", helped=True)])] == [Kind.NOT_READ_BACK]
    assert [one.kind for one in check_fallback([ended(None, helped=True)])] == [Kind.NOT_READ_BACK]


def test_who_died_with_asterisk_is_in_the_ledger_as_lost() -> None:
    assert check_lost([ended("lost", died=True), ended("hung_up")]) == []
    assert [one.kind for one in check_lost([ended("hung_up", died=True)])] == [Kind.NOT_LOST]
    assert [one.kind for one in check_lost([ended(None, died=True)])] == [Kind.NOT_LOST]
    assert check_lost([ended(None, died=True, lived_ms=500)]) == []


def test_every_talk_has_its_outcome() -> None:
    told = LedgerContact(
        contact="a",
        sip_call_id="x",
        started_at=0,
        talks=(LedgerTalk(agent="1001", extension="8001", start=0, end=9),),
        outcome="done",
    )
    owed = msgspec.structs.replace(told, outcome=None)
    assert check_outcomes([Case(ledger=told)]) == []
    assert [one.kind for one in check_outcomes([Case(ledger=owed)])] == [Kind.NO_OUTCOME]
