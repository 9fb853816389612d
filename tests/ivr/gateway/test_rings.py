"""An agent's phone is rung for a caller on Asterisk: who is gone meanwhile, what is lost, what is nobody's miss."""

from typing import Any

from acd import events as e
from tests.fakes.ari_peer import Asked, event
from tests.ivr.gateway.board import Board, channel, finished, waiting, waiting_args


async def test_nobody_is_rung_before_asterisk_was_looked_at(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    now = board.loop.now()
    board.loop.tell(e.ContactStarted(at=now, contact="c1", asterisk="pbx", channel="c1", access="95000", caller=""))
    board.loop.tell(e.ContactQueued(at=now, contact="c1", queue="service", tier="standard", since=now))
    assert not any(isinstance(fact, e.OfferMade) for fact in board.facts)
    await board.exchange.start()
    await board.until(e.LinkUp)
    offer = (await board.until(e.OfferMade)).offer
    await board.peer.until(lambda: board.rung() == [f"channels/agent-n1-{offer}"])


async def test_a_ring_that_was_lost_with_the_link_is_offered_anew_and_nobody_missed_it(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    first = (await board.until(e.OfferMade)).offer
    await board.peer.until(lambda: board.rung() == [f"channels/agent-n1-{first}"])
    board.peer.cut()
    await board.until(e.LinkDown, 2)
    again = (await board.until(e.OfferMade, 2)).offer
    assert again != first
    await board.peer.until(lambda: board.rung()[-1:] == [f"channels/agent-n1-{again}"])
    assert board.rung().count(f"channels/agent-n1-{first}") == 1
    assert not any(isinstance(fact, e.OfferExpired | e.AgentSetAside) for fact in board.facts)
    assert board.exchange.repairs["the agent's phone was not ringing"] == 1


async def test_a_caller_who_is_gone_when_the_phone_is_to_ring_is_no_miss_of_the_agents(board: Board) -> None:
    """Asterisk rings for no caller who is not there: 404, as it says of no phone."""

    def reply(asked: Asked) -> Any:
        rings = asked.method == "POST" and asked.uri.startswith("channels/agent-")
        return (404, {"message": "Provided originator channel was not found"}) if rings else board.reply(asked)

    board.peer.reply = reply
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    await board.until(e.OfferMade)
    await board.peer.until(lambda: len(board.rung()) == 1)
    await board.peer.push(
        event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=board.channels[0]),
    )
    await board.until(e.OfferWithdrawn)
    assert not any(isinstance(fact, e.OfferFailed | e.AgentSetAside) for fact in board.facts)
    assert board.loop.floor.agents["1001"].state == "idle"


async def test_a_caller_who_is_gone_before_they_were_connected_was_not_answered(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    await board.until(e.LinkUp)
    offer = (await board.until(e.OfferMade)).offer
    leg = channel(f"agent-n1-{offer}")
    picked_up = event("StasisStart", args=["agent", str(offer)], channel=leg)
    gone = event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=board.channels[0])
    await board.peer.push(picked_up, gone)
    assert (await board.until(e.ContactEnded)).before_talk
    visits = board.loop.floor.ledger.of("service")
    assert (visits.answered, visits.abandoned) == (0, 1)
    await board.peer.until(lambda: any(f"agent-n1-{offer}" in each.uri for each in board.peer.asked[-2:]))


async def test_an_agent_who_hangs_up_before_they_were_connected_leaves_the_caller_waiting(board: Board) -> None:
    board.sign_in()
    board.channels = [waiting("c1")]
    await board.exchange.start()
    offer = (await board.until(e.OfferMade)).offer
    leg = channel(f"agent-n1-{offer}")
    await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=leg))
    await board.until(e.OfferAnswered)
    await board.peer.push(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=leg))
    failed = await board.until(e.OfferFailed)
    assert failed.cause is e.OfferFailure.REJECTED
    assert board.loop.floor.contacts["c1"].state == "waiting"
    asked = ("channels/c1/moh", "channels/c1/variable")
    await board.peer.until(lambda: all(any(path in each.uri for each in board.peer.asked[-3:]) for path in asked))


async def test_a_phone_that_answers_by_itself_hears_a_tone_before_the_caller(board: Board) -> None:
    board.sign_in()
    board.loop.tell(e.AutoAnswerChosen(at=board.loop.now(), agent="1001", on=True))
    board.channels = [waiting("c1")]
    await board.exchange.start()
    offer = (await board.until(e.OfferMade)).offer
    leg = f"agent-n1-{offer}"
    await board.peer.until(lambda: board.rung() == [f"channels/{leg}"])
    (ring,) = [asked for asked in board.peer.asked if asked.uri.startswith(f"channels/{leg}?")]
    variables = str(ring.body)
    assert all(header in variables for header in ("X-Hotline-Auto", "answer-after=0", "info=alert-autoanswer"))
    await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=channel(leg)))
    await board.peer.until(lambda: len(board.played()) == 1)
    assert "auto-answer" in board.played()[0]
    assert not any(isinstance(fact, e.OfferAnswered) for fact in board.facts)
    await board.peer.push(finished(f"{leg}.tone", leg))
    assert (await board.until(e.OfferAnswered)).offer == offer


async def test_a_phone_that_rings_for_the_fallback_is_offered_nothing_from_then_on(board: Board) -> None:
    board.sign_in()
    board.loop.tell(e.PhoneUnreachable(at=board.loop.now(), extension="8001"))
    await board.exchange.start()
    await board.until(e.PhoneReachable)
    rung = channel("asterisk-1.7", state="Ringing") | {"name": "PJSIP/8001-00000007"}
    await board.peer.push(event("ChannelStateChange", channel=rung))
    await board.until(e.PhoneUnreachable, 2)
    await board.peer.push(event("StasisStart", args=waiting_args("c1"), channel=waiting("c1")))
    await board.until(e.ContactQueued)
    assert board.rung() == []
