"""Customers who are called back: what is asked of Asterisk, and what becomes of their legs."""

from dataclasses import replace
from urllib.parse import unquote

import pytest

from acd import events as e
from acd.plan import CallbackTerms
from tests.fakes.ari_peer import event
from tests.ivr.gateway.board import PLAN, Board, channel

QUEUE, TIER = next(iter(PLAN.queues)), next(iter(PLAN.tiers))
CUSTOMER_FIRST = CallbackTerms(customer_first=True)


def ask_back(board: Board, terms: CallbackTerms | None = None) -> None:
    """A customer is to be called back who has no leg."""
    queues = {QUEUE: replace(PLAN.queues[QUEUE], callback=terms or CallbackTerms())}
    now = board.loop.now()
    board.loop.tell(e.PlanChanged(at=now, plan=replace(PLAN, queues=queues)))
    board.loop.tell(
        e.CallbackAsked(
            at=now, contact="c1", number="13900000001", asterisk="pbx", access="95000", queue=QUEUE, tier=TIER
        )
    )
    board.sign_in()


async def dialled(board: Board) -> int:
    """The offer whose agent has picked up and whose customer's phone rings."""
    ask_back(board)
    await board.exchange.start()
    offer: int = (await board.until(e.OfferMade)).offer
    agent = channel(f"agent-n1-{offer}")
    board.channels.append(agent)
    await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=agent))
    await board.peer.until(lambda: any(f"channels/customer-n1-{offer}?" in asked.uri for asked in board.peer.asked))
    return offer


def state(board: Board) -> str:
    known = board.loop.floor.contacts.get("c1")
    return known.state.value if known is not None else "gone"


async def test_agent_first_the_agent_hears_it_ring_until_both_are_connected(board: Board) -> None:
    offer = await dialled(board)
    asked = [unquote(one.uri) for one in board.peer.asked]
    assert f"channels/agent-n1-{offer}/ring" in asked
    (dial,) = [uri for uri in asked if uri.startswith(f"channels/customer-n1-{offer}?")]
    assert all(part in dial for part in ("PJSIP/13900000001@trunk", "context=hotline-callback", "callerId=95000"))
    customer = channel(f"customer-n1-{offer}")
    board.channels.append(customer)
    await board.peer.push(event("StasisStart", args=["customer", str(offer), "1"], channel=customer))
    await board.until(e.CallbackAnswered)
    assert state(board) == "talking"
    await board.peer.until(lambda: any("addChannel" in one.uri for one in board.peer.asked))
    await board.peer.push(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=customer))
    await board.until(e.ContactEnded)
    assert board.loop.floor.ledger.of(QUEUE).callback_done == 1


async def test_a_number_on_the_black_list_is_looked_up_when_dialled_and_not_called(board: Board) -> None:
    ask_back(board, CUSTOMER_FIRST)
    board.black.add("13900000001")
    await board.exchange.start()
    failed = await board.until(e.CallbackFailed)
    assert failed.cause is e.CallbackFailure.BARRED
    assert (await board.until(e.CallbackGivenUp)).cause is e.CallbackEnd.BARRED
    assert not any("customer-n1" in asked.uri for asked in board.peer.asked)
    assert board.loop.floor.ledger.of(QUEUE).callback_given_up == 1


async def test_customer_first_he_is_dialled_before_any_agent_is_rung(board: Board) -> None:
    ask_back(board, CUSTOMER_FIRST)
    await board.exchange.start()
    offer = (await board.until(e.CallbackDialled)).offer
    await board.peer.until(lambda: any(f"channels/customer-n1-{offer}?" in one.uri for one in board.peer.asked))
    assert board.rung() == []
    customer = channel(f"customer-n1-{offer}")
    board.channels.append(customer)
    await board.peer.push(event("StasisStart", args=["customer", str(offer), "1"], channel=customer))
    await board.peer.until(lambda: board.rung() == [f"channels/agent-n1-{offer}"])


@pytest.mark.parametrize(
    ("cause", "failure"),
    [
        (17, e.CallbackFailure.BUSY),
        (19, e.CallbackFailure.NO_ANSWER),
        (21, e.CallbackFailure.REFUSED),
        (34, e.CallbackFailure.FAULT),
    ],
)
async def test_a_customer_who_is_not_reached_is_told_with_the_cause(
    board: Board, cause: int, failure: e.CallbackFailure
) -> None:
    offer = await dialled(board)
    customer = channel(f"customer-n1-{offer}")
    await board.peer.push(event("ChannelDestroyed", cause=cause, cause_txt="x", channel=customer))
    assert (await board.until(e.CallbackFailed)).cause is failure
    assert state(board) == "callback"


@pytest.mark.parametrize(("key", "left"), [("", "callback"), ("2", "callback"), ("3", "gone")])
async def test_who_does_not_press_1_is_not_connected(board: Board, key: str, left: str) -> None:
    offer = await dialled(board)
    customer = channel(f"customer-n1-{offer}")
    await board.peer.push(event("StasisStart", args=["customer", str(offer), key], channel=customer))
    await board.until(e.OfferWithdrawn)
    assert state(board) == left


async def test_a_dial_that_ended_while_we_were_away_is_settled_once_and_nobody_without_a_leg_is_lost(
    board: Board,
) -> None:
    await dialled(board)
    board.peer.cut()
    await board.until(e.LinkUp, 2)
    assert (await board.until(e.CallbackFailed)).detail == "the customer's leg was gone when we looked"
    assert sum(isinstance(fact, e.CallbackFailed) for fact in board.facts) == 1
    assert not any(isinstance(fact, e.ContactEnded) for fact in board.facts)
    assert state(board) == "callback"


async def test_a_customer_who_picked_up_while_we_were_away_is_connected(board: Board) -> None:
    offer = await dialled(board)
    board.channels.append(channel(f"customer-n1-{offer}", app="Stasis", data=f"hotline,customer,{offer},1"))
    board.peer.cut()
    await board.until(e.LinkUp, 2)
    await board.until(e.CallbackAnswered)
    assert state(board) == "talking"
