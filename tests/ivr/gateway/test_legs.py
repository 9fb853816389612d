"""How an agent's leg ended, in the floor's words."""

import pytest

from acd import events as e
from acd.contact import Offer
from acd.floor import Floor
from ivr.gateway.legs import leg_answered, leg_ended
from ivr.gateway.names import Leg, agent_leg, leg_of

HUNG_UP, NO_AUDIO, BUSY = 16, 44, 17


@pytest.fixture
def floor() -> Floor:
    """Offer 7 talks on its first leg."""
    floor = Floor()
    floor.offers[7] = Offer(
        offer=7,
        contact="c1",
        agent="1001",
        extension="8001",
        queue="service",
        made_at=1,
        pop_until=None,
        answered_at=2,
        connected=True,
    )
    return floor


def ended(floor: Floor, cause: int, leg: int = 0, ended_at: int | None = None) -> e.Event | None:
    return leg_ended(floor, Leg(7, leg), cause, "words", 9, ended_at)


def test_a_leg_is_known_by_its_channel() -> None:
    for leg in (Leg(7), Leg(7, 12)):
        assert leg_of("n-1", agent_leg("n-1", leg.offer, leg.number)) == leg
    assert leg_of("n1", "agent-n2-7") is None
    assert leg_of("n1", "agent-n1-7.") is None
    assert leg_of("n1", "talk-7") is None


def test_a_phone_that_is_hung_up_ends_the_talk(floor: Floor) -> None:
    assert ended(floor, HUNG_UP) == e.AgentHungUp(at=9, offer=7)


def test_a_hang_up_that_reaches_us_late_ends_the_talk_when_it_happened(floor: Floor) -> None:
    assert ended(floor, HUNG_UP, ended_at=5) == e.AgentHungUp(at=9, offer=7, seen_until=5)


def test_a_phone_that_is_hung_up_before_the_two_were_connected_has_refused(floor: Floor) -> None:
    floor.offers[7].connected = False
    failed = ended(floor, HUNG_UP)
    assert isinstance(failed, e.OfferFailed)
    assert failed.cause is e.OfferFailure.REJECTED


def test_a_phone_without_audio_has_lost_its_leg(floor: Floor) -> None:
    assert ended(floor, NO_AUDIO) == e.AgentLegLost(at=9, offer=7, leg=0)


def test_a_loss_told_twice_is_one(floor: Floor) -> None:
    floor.offers[7].rejoin_until = 100
    assert ended(floor, NO_AUDIO) is None


def test_an_old_page_that_says_goodbye_while_its_agent_comes_back_is_no_hang_up(floor: Floor) -> None:
    floor.offers[7].rejoin = 12
    assert ended(floor, HUNG_UP) == e.AgentLegLost(at=9, offer=7, leg=0)


def test_the_leg_that_was_left_says_nothing_more(floor: Floor) -> None:
    floor.offers[7].leg = 12
    assert ended(floor, NO_AUDIO) is None
    assert ended(floor, HUNG_UP, leg=12) == e.AgentHungUp(at=9, offer=7)


def test_a_leg_to_come_back_on_that_was_refused_failed(floor: Floor) -> None:
    floor.offers[7].rejoin = 12
    assert ended(floor, BUSY, leg=12) == e.RejoinFailed(at=9, offer=7, leg=12, detail="words")


def test_before_the_answer_it_is_the_offer_that_failed(floor: Floor) -> None:
    floor.offers[7].answered_at, floor.offers[7].connected = None, False
    assert ended(floor, BUSY) == e.OfferFailed(at=9, offer=7, cause=e.OfferFailure.BUSY, detail="words")


def test_a_leg_of_no_offer_is_nobodys() -> None:
    assert ended(Floor(), HUNG_UP) is None


def test_an_answer_is_the_offers_or_the_rejoins() -> None:
    assert leg_answered(Leg(7), 9) == e.OfferAnswered(at=9, offer=7)
    assert leg_answered(Leg(7, 12), 9) == e.RejoinAnswered(at=9, offer=7, leg=12)
