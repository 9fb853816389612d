"""What consults leave in the tables."""

from acd import events as e
from cti.database.models import Hold, MissingOutcome, Offer, Talk, Visit
from tests.acd.shift import Shift, plan
from tests.cti.records.rows import Rows


def consulting() -> Shift:
    """Answered at 4 s by 1001, who consults 1002 from 10 s on, who picks up at 12 s."""
    shift = Shift(plan("1001", "1002"))
    shift.sign_in("1001")
    shift.call("a")
    shift.wait(4)
    shift.answer("a")
    shift.sign_in("1002")
    shift.wait(6)
    shift.tell(e.ConsultAsked(at=shift.now, offer=shift.offer("a"), to="agent:1002"))
    shift.wait(2)
    shift.tell(e.OfferAnswered(at=shift.now, offer=colleague(shift)))
    return shift


def colleague(shift: Shift) -> int:
    return shift.floor.offers[shift.offer("a")].consult or 0


def rows_of(shift: Shift, *, restarted: bool = False) -> Rows:
    """The tables; as they are when hotline was restarted while the two agents spoke."""
    facts = shift.history
    cut = next(n for n, fact in enumerate(facts) if isinstance(fact, e.ConsultOffered)) + 3
    rows = Rows().apply(*facts[:cut])
    if restarted:
        rows.reload()
    return rows.apply(*facts[cut:])


def handed_over() -> Shift:
    shift = consulting()
    shift.wait(8)
    shift.tell(e.AgentHungUp(at=shift.now, offer=shift.offer("a"), to=e.CONSULTED))
    shift.wait(10)
    shift.hang_up("a")
    return shift


def test_handed_over_the_one_talk_ends_as_the_other_begins_and_the_visit_is_one() -> None:
    for restarted in (False, True):
        rows = rows_of(handed_over(), restarted=restarted)
        first, second = sorted(rows.of(Talk), key=lambda row: row["from_at"])
        assert (first["agent"], first["from_at"], first["to_at"]) == ("1001", 4_000, 20_000)
        assert (second["agent"], second["from_at"], second["to_at"]) == ("1002", 20_000, 30_000)
        assert rows.one(Visit)["agent"] == "1001"
        assert (rows.one(Hold)["from_at"], rows.one(Hold)["to_at"]) == (10_000, 20_000)
        assert {row["end"] for row in rows.of(Offer)} == {"answered"}


def test_each_of_them_may_owe_an_outcome() -> None:
    shift = handed_over()
    shift.wait(60)
    assert {row["agent"] for row in rows_of(shift).of(MissingOutcome)} == {"1001", "1002"}


def test_a_colleague_who_was_spoken_with_alone_has_no_talk_with_the_caller() -> None:
    for restarted in (False, True):
        shift = consulting()
        shift.wait(3)
        shift.tell(e.HoldEnded(at=shift.now, offer=shift.offer("a")))
        shift.wait(5)
        shift.hang_up("a")
        rows = rows_of(shift, restarted=restarted)
        assert (rows.one(Talk)["agent"], rows.one(Talk)["to_at"]) == ("1001", 20_000)
        assert (rows.one(Hold)["from_at"], rows.one(Hold)["to_at"]) == (10_000, 15_000)
        assert [row["end"] for row in sorted(rows.of(Offer), key=lambda row: row["offer"])] == ["answered", "consulted"]


def test_a_colleague_who_did_not_answer_missed_it() -> None:
    shift = Shift(plan("1001", "1002"))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.sign_in("1002")
    shift.tell(e.ConsultAsked(at=shift.now, offer=shift.offer("a"), to="agent:1002"))
    shift.wait(15)
    rows = Rows().apply(*shift.history)
    assert rows.one(Offer, agent="1002")["end"] == "expired"
