"""What the facts of a call leave in the tables."""

import pytest

from acd import events as e
from acd.plan import CallbackTerms, Emergency, Exit, Queue
from cti.database.models import (
    AgentInterval,
    AgentNow,
    Contact,
    Hold,
    Item,
    MissingOutcome,
    Offer,
    Outcome,
    PartyTalk,
    Talk,
    Visit,
)
from tests.acd.shift import Shift, plan
from tests.cti.records.rows import Rows


def recorded(shift: Shift) -> Rows:
    return Rows().apply(*shift.history)


def answered_call() -> Shift:
    """Queued at 0, rung at once, answered at 4 s, on hold from 10 to 12 s, ended at 20 s, outcome at 25 s."""
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    offer = shift.offer("a")
    shift.wait(1)
    shift.tell(e.PhoneRinging(at=shift.now, offer=offer))
    shift.wait(3)
    shift.answer("a")
    shift.wait(6)
    shift.tell(e.HoldStarted(at=shift.now, offer=offer))
    shift.wait(2)
    shift.tell(e.HoldEnded(at=shift.now, offer=offer))
    shift.wait(8)
    shift.hang_up("a")
    shift.wait(5)
    shift.save("a", "1001", outcome="enquiry.bill")
    return shift


def test_an_answered_call_is_a_contact_a_visit_an_offer_a_talk_and_a_hold() -> None:
    rows = recorded(answered_call())
    contact = rows.one(Contact)
    assert (contact["started_at"], contact["ended_at"], contact["end"]) == (0, 20_000, "hung_up")
    assert (contact["visits"], contact["attempts"]) == (1, 1)
    visit = rows.one(Visit)
    assert (visit["visit"], visit["queue"], visit["tier"]) == (1, "service", "standard")
    assert (visit["entered_at"], visit["ended_at"], visit["end"], visit["agent"]) == (0, 4_000, "answered", "1001")
    offer = rows.one(Offer)
    assert (offer["made_at"], offer["ring_at"], offer["ringing_at"]) == (0, 0, 1_000)
    assert (offer["answered_at"], offer["connected_at"], offer["ended_at"]) == (4_000, 4_000, 20_000)
    assert (offer["end"], offer["pop"], offer["agent"], offer["extension"]) == (
        "answered",
        "no_desk",
        "1001",
        "phone-1001",
    )
    talk = rows.one(Talk)
    assert (talk["from_at"], talk["to_at"], talk["agent"], talk["offer"]) == (4_000, 20_000, "1001", offer["offer"])
    hold = rows.one(Hold)
    assert (hold["from_at"], hold["to_at"]) == (10_000, 12_000)
    assert rows.one(Outcome)["outcome"] == "enquiry.bill"
    assert rows.of(MissingOutcome) == []


def unheard_end(fact: type[e.ContactEnded | e.AgentHungUp], seen_until: int, *, on_hold: bool = False) -> Rows:
    """A talk from 4 s on, perhaps on hold from 10 s on, whose end is found out at 60 s."""
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    offer = shift.offer("a")
    shift.wait(4)
    shift.answer("a")
    shift.wait(6)
    if on_hold:
        shift.tell(e.HoldStarted(at=shift.now, offer=offer))
    shift.wait(50)
    if fact is e.ContactEnded:
        shift.tell(e.ContactEnded(at=shift.now, contact="a", cause=e.EndCause.LOST, seen_until=seen_until))
    else:
        shift.tell(e.AgentHungUp(at=shift.now, offer=offer, seen_until=seen_until))
    return recorded(shift)


@pytest.mark.parametrize("fact", [e.ContactEnded, e.AgentHungUp])
@pytest.mark.parametrize(("seen_until", "to_at"), [(20_000, 20_000), (3_000, 4_000), (99_000, 60_000)])
def test_a_talk_that_nobody_heard_end_lasts_until_it_was_last_seen(
    fact: type[e.ContactEnded | e.AgentHungUp], seen_until: int, to_at: int
) -> None:
    rows = unheard_end(fact, seen_until)
    assert rows.one(Talk)["to_at"] == to_at
    assert rows.one(Offer)["ended_at"] == 60_000
    assert rows.one(AgentInterval, state="talking")["to_at"] == 60_000


@pytest.mark.parametrize(("seen_until", "to_at"), [(20_000, 20_000), (7_000, 10_000)])
def test_a_hold_ends_with_the_talk_that_nobody_heard_end(seen_until: int, to_at: int) -> None:
    rows = unheard_end(e.ContactEnded, seen_until, on_hold=True)
    assert rows.one(Talk)["to_at"] == rows.one(Hold)["to_at"] == to_at


def test_a_caller_who_was_gone_before_the_talk_was_not_answered() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    offer = shift.offer("a")
    shift.tell(e.OfferAnswered(at=shift.now, offer=offer))
    shift.tell(e.ContactEnded(at=shift.now, contact="a", cause=e.EndCause.HUNG_UP, before_talk=True))
    rows = recorded(shift)
    assert (rows.one(Visit)["end"], rows.one(Visit)["agent"]) == ("abandoned", None)
    assert rows.one(Offer)["end"] == "withdrawn"
    assert rows.of(Talk) == []


def test_the_agents_time_is_told_without_gaps() -> None:
    rows = recorded(answered_call())
    intervals = [
        (row["from_at"], row["to_at"], row["state"]) for row in rows.of(AgentInterval) if row["to_at"] != row["from_at"]
    ]
    assert intervals == [
        (0, 4_000, "ringing"),
        (4_000, 10_000, "talking"),
        (10_000, 12_000, "hold"),
        (12_000, 20_000, "talking"),
        (20_000, 25_000, "wrap_up"),
        (25_000, None, "idle"),
    ]
    assert rows.one(AgentNow)["state"] == "idle"


def test_a_caller_who_gives_up_while_it_rings_abandons_and_the_offer_is_withdrawn() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.wait(2)
    shift.hang_up("a")
    rows = recorded(shift)
    assert rows.one(Visit)["end"] == "abandoned"
    assert (rows.one(Offer)["end"], rows.one(Offer)["ended_at"]) == ("withdrawn", 2_000)
    assert rows.of(Talk) == []


def test_a_call_lost_by_our_fault_is_lost_not_abandoned() -> None:
    shift = Shift(plan("1001"))
    shift.call("a")
    shift.tell(e.ContactEnded(at=0, contact="a", cause=e.EndCause.LOST, detail="asterisk: link cut"))
    rows = recorded(shift)
    assert rows.one(Visit)["end"] == "lost"
    assert (rows.one(Contact)["end"], rows.one(Contact)["end_detail"]) == ("lost", "asterisk: link cut")


def test_a_call_answered_by_machine_has_no_visit() -> None:
    shift = Shift(plan("1001"))
    shift.start("a")
    shift.hang_up("a", e.EndCause.FLOW)
    rows = recorded(shift)
    assert rows.of(Visit) == []
    assert rows.one(Contact)["end"] == "flow"


@pytest.mark.parametrize(("seen_until", "to_at"), [(None, 9_000), (6_000, 6_000), (1_000, 2_000)])
def test_a_talk_with_a_party_lasts_until_the_caller_is_gone_or_was_last_seen(
    seen_until: int | None, to_at: int
) -> None:
    shift = Shift(plan("1001"))
    shift.start("a")
    shift.wait(2)
    shift.tell(e.PartyConnected(at=shift.now, contact="a", party="8001"))
    shift.tell(e.PartyConnected(at=shift.now, contact="a", party="8001"))
    rows = recorded(shift)
    rows.reload()
    shift.wait(7)
    end = e.ContactEnded(at=shift.now, contact="a", cause=e.EndCause.HUNG_UP, seen_until=seen_until)
    rows.apply(end)
    talk = rows.one(PartyTalk)
    assert (talk["contact"], talk["party"], talk["from_at"], talk["to_at"]) == ("a", "8001", 2_000, to_at)


def test_a_contact_that_a_rule_moves_has_a_visit_in_each_queue() -> None:
    service = Queue(name="service", exits={"max_wait": Exit(to="queue:other", after_ms=5_000)})
    shift = Shift(plan("1001", queues=(service, Queue(name="other"))))
    shift.call("a", tier="vip", urgency=3)
    shift.wait(5)
    shift.hang_up("a")
    first, second = recorded(shift).of(Visit)
    assert (first["queue"], first["end"], first["left_by"], first["left_to"]) == (
        "service", "overflowed", "max_wait", "queue:other",
    )  # fmt: skip
    assert (second["queue"], second["visit"], second["end"], second["entered_at"]) == ("other", 2, "abandoned", 5_000)
    assert (second["since"], second["tier"], second["urgency_ms"]) == (0, "vip", 3_000)


def test_a_caller_back_in_the_flow_withdraws_and_comes_back_with_a_second_visit() -> None:
    shift = Shift(plan("1001"))
    shift.call("a")
    shift.wait(40)
    shift.start("a", attempt=1)
    shift.queue("a", since=0)
    rows = recorded(shift)
    assert [(row["visit"], row["end"], row["entered_at"], row["since"]) for row in rows.of(Visit)] == [
        (1, "withdrawn", 0, 0),
        (2, None, 40_000, 0),
    ]
    assert rows.one(Contact)["attempts"] == 2


def test_a_doubled_queueing_opens_no_second_visit() -> None:
    shift = Shift(plan("1001"))
    shift.call("a")
    shift.queue("a")
    assert len(recorded(shift).of(Visit)) == 1


def test_an_offer_nobody_answers_expires_and_sets_the_agent_aside() -> None:
    shift = Shift(plan("1001", "1002"))
    shift.sign_in("1001", "1002")
    shift.call("a")
    shift.wait(15)
    rows = recorded(shift)
    assert [(row["agent"], row["end"]) for row in rows.of(Offer)] == [("1001", "expired"), ("1002", None)]
    away = rows.one(AgentInterval, agent="1001", to_at=None)
    assert (away["state"], away["intent"], away["reason"]) == ("away", "ready", "no_answer")
    assert rows.one(Visit)["end"] is None


def test_phones_that_ring_together_are_an_offer_each_and_one_talk() -> None:
    queue = Queue(name="service", emergency=Emergency(mobiles=("night",)))
    shift = Shift(plan("m1", "m2", queues=(queue,), groups={"night": ("m1", "m2")}))
    shift.tell(e.EmergencySwitchedOn(at=0, queue="service", to=e.EmergencyWay.MOBILES, who="lead"))
    shift.sign_in("m1", "m2")
    shift.call("a")
    shift.wait(4)
    shift.answer("a")
    shift.wait(6)
    shift.hang_up("a")
    rows = recorded(shift)
    assert [(row["agent"], row["end"], row["ended_at"]) for row in rows.of(Offer)] == [
        ("m1", "answered", 10_000),
        ("m2", "withdrawn", 4_000),
    ]
    assert (rows.one(Talk)["agent"], rows.one(Talk)["from_at"], rows.one(Talk)["to_at"]) == ("m1", 4_000, 10_000)
    assert (rows.one(Visit)["end"], rows.one(Visit)["agent"]) == ("answered", "m1")


def test_a_refused_offer_says_why() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.tell(e.OfferFailed(at=0, offer=shift.offer("a"), cause=e.OfferFailure.BUSY, detail="486"))
    offer = recorded(shift).one(Offer)
    assert (offer["end"], offer["end_detail"]) == ("busy", "486")


def test_a_wrap_up_at_its_cap_leaves_a_missing_outcome() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.hang_up("a")
    shift.wait(30)
    missing = recorded(shift).one(MissingOutcome)
    assert (missing["contact"], missing["agent"], missing["at"]) == ("a", "1001", 30_000)


def test_an_agent_who_answers_but_is_never_connected_has_no_talk() -> None:
    shift = Shift(plan("1001", queues=(Queue(name="service", wrap_up_ms=0),)))
    shift.sign_in("1001")
    shift.call("a")
    shift.tell(e.OfferAnswered(at=0, offer=shift.offer("a")))
    shift.hang_up("a")
    rows = recorded(shift)
    assert rows.of(Talk) == []
    assert rows.one(Offer)["end"] == "answered"
    assert rows.one(AgentInterval, to_at=None)["state"] == "idle"


def test_a_pause_is_told_with_its_reason() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.wait(5)
    shift.not_ready("1001", "meal")
    now = recorded(shift).one(AgentInterval, to_at=None)
    assert (now["from_at"], now["state"], now["intent"], now["reason"]) == (5_000, "away", "not_ready", "meal")


def test_an_agent_whose_phone_is_gone_is_away_as_unreachable() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.tell(e.PhoneUnreachable(at=0, extension="phone-1001"))
    rows = recorded(shift)
    assert rows.one(AgentInterval, to_at=None)["reason"] == "unreachable"
    assert rows.book.agents.unreachable == {"phone-1001"}


def test_a_talk_whose_beginning_was_heard_late_began_before_it_was_heard() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    offer = shift.offer("a")
    shift.tell(e.OfferAnswered(at=shift.now, offer=offer))
    answered = shift.now
    shift.wait(2)
    shift.tell(e.TalkConnected(at=shift.now, offer=offer, since=answered))
    assert recorded(shift).one(Talk)["from_at"] == answered


def test_late_facts_change_nothing() -> None:
    shift = answered_call()
    before = recorded(shift).tables
    offer = next(fact.offer for fact in shift.history if isinstance(fact, e.OfferMade))
    late = [
        e.TalkConnected(at=shift.now, offer=offer),
        e.PhoneRinging(at=shift.now, offer=offer),
        e.PopAcknowledged(at=shift.now, offer=offer),
        e.OfferAnswered(at=shift.now, offer=offer),
        e.AgentHungUp(at=shift.now, offer=offer),
        e.ContactEnded(at=shift.now, contact="a", cause=e.EndCause.HUNG_UP),
        e.OfferWithdrawn(at=shift.now, offer=offer),
    ]
    assert Rows().apply(*shift.history, *late).tables == before


def test_text_that_no_database_takes_is_made_harmless() -> None:
    started = e.ContactStarted(at=0, contact="a", asterisk="x", channel="c\x00", access="95000", caller="\ud800'; DROP")
    learned = {"name\x00": "\udfff"}
    queued = e.ContactQueued(at=0, contact="a", queue="service", tier="vip", since=0, learned=learned)
    contact = Rows().apply(started, queued).one(Contact)
    assert contact["channel"] == "c\ufffd"
    assert contact["caller"] == "?'; DROP"
    assert contact["learned"] == {"name\ufffd": "?"}


# --- what the fallback and a fault leave ---


def test_a_talk_in_the_fallback_is_the_contacts_with_its_own_times() -> None:
    shift = Shift(plan("1001"))
    shift.wait(100)
    shift.start("a")
    there = e.InFallback(party="8001", talked_from=30_000)
    cause = e.EndCause.FALLBACK
    shift.tell(e.ContactEnded(at=shift.now, contact="a", cause=cause, seen_until=55_000, in_fallback=there))
    talk = recorded(shift).one(PartyTalk)
    assert (talk["contact"], talk["party"], talk["from_at"], talk["to_at"]) == ("a", "8001", 30_000, 55_000)


def test_a_message_left_in_the_fallback_is_an_item() -> None:
    shift = Shift(plan("1001"))
    shift.wait(100)
    shift.start("a")
    there = e.InFallback(file="message-a.wav", seconds=4.5, queue="service", language="en")
    cause = e.EndCause.FALLBACK
    shift.tell(e.ContactEnded(at=shift.now, contact="a", cause=cause, seen_until=55_000, in_fallback=there))
    item = recorded(shift).one(Item)
    assert (item["kind"], item["contact"], item["number"], item["queue"]) == ("message", "a", "13800000000", "service")
    assert (item["file"], item["seconds"], item["at"], item["due"]) == ("message-a.wav", 4.5, 55_000, 7_255_000)


@pytest.mark.parametrize("called_back", [True, False])
def test_a_lost_caller_is_a_pending_callback_or_an_item_never_both(called_back: bool) -> None:
    terms = CallbackTerms(lost=called_back)
    shift = Shift(plan("1001", queues=(Queue(name="service", callback=terms),)))
    shift.call("a")
    shift.wait(10)
    shift.hang_up("a", e.EndCause.LOST)
    rows = recorded(shift)
    if called_back:
        visit = rows.one(Visit, callback="13800000000")
        assert (visit["entered_at"], visit["credit_ms"], visit["ended_at"]) == (10_000, 10_000, None)
        assert rows.of(Item) == []
    else:
        item = rows.one(Item)
        assert (item["kind"], item["contact"], item["number"], item["due"]) == (
            "callback",
            "a",
            "13800000000",
            1_810_000,
        )
        assert rows.one(Visit)["end"] == "lost"
