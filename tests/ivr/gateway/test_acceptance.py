"""A number outside takes a call by its key, so that no voicemail does; of several the first."""

from dataclasses import replace
from urllib.parse import unquote

from acd import events as e
from acd.plan import AgentSpec, Emergency
from tests.fakes.ari_peer import event
from tests.ivr.gateway.board import PLAN, Board, channel, finished, waiting


class TestANumberOutside:
    async def picked_up(self, board: Board) -> tuple[int, str]:
        """Its offer and its leg, which has picked up and is being asked to accept."""
        board.sign_in_outside()
        board.channels = [waiting("c1")]
        await board.exchange.start()
        offer = (await board.until(e.OfferMade)).offer
        leg = f"agent-n1-{offer}"
        await board.peer.until(lambda: board.rung() == [f"channels/{leg}"])
        board.channels.append(channel(leg))
        await board.peer.push(event("StasisStart", args=["agent", str(offer)], channel=channel(leg)))
        await board.peer.until(lambda: len(board.played()) == 1)
        return offer, leg

    async def test_is_rung_through_the_trunk_and_takes_the_call_by_its_key(self, board: Board) -> None:
        offer, leg = await self.picked_up(board)
        (ring,) = [unquote(asked.uri) for asked in board.peer.asked if asked.uri.startswith(f"channels/{leg}?")]
        assert "PJSIP/13900000000@trunk" in ring
        assert "/prompts/en/duty-accept" in board.played()[0]
        wrong, right = (
            event("ChannelDtmfReceived", digit=digit, duration_ms=80, channel=channel(leg)) for digit in "51"
        )
        await board.peer.push(wrong, right)
        assert (await board.until(e.OfferAnswered)).offer == offer
        assert board.loop.floor.contacts["c1"].state == "talking"
        # The prompt is over with the key: behind it the two would be connected only at its end.
        await board.peer.until(lambda: any("addChannel" in asked.uri for asked in board.peer.asked))
        assert f"DELETE playbacks/{leg}.accept1" in [f"{asked.method} {asked.uri}" for asked in board.peer.asked]

    async def test_that_never_presses_is_asked_again_and_has_not_answered(self, board: Board) -> None:
        offer, leg = await self.picked_up(board)
        await board.peer.push(finished(f"{leg}.accept1", leg))
        await board.peer.until(lambda: len(board.played()) == 2)
        assert not any(isinstance(fact, e.OfferAnswered) for fact in board.facts)
        await board.peer.push(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=channel(leg)))
        assert (await board.until(e.OfferFailed)).offer == offer
        assert board.loop.floor.contacts["c1"].state == "waiting"

    async def test_that_picked_up_while_we_were_away_is_asked_then(self, board: Board) -> None:
        offer, leg = await self.picked_up(board)
        asked = board.exchange._acceptance
        asked.forget(set())
        board.peer.cut()
        await board.until(e.LinkUp, 2)
        await board.peer.until(lambda: len(board.played()) == 2)
        assert not any(isinstance(fact, e.OfferAnswered) for fact in board.facts)
        await board.peer.push(event("ChannelDtmfReceived", digit="1", duration_ms=80, channel=channel(leg)))
        assert (await board.until(e.OfferAnswered)).offer == offer


class TestPhonesThatRingTogether:
    async def both_picked_up(self, board: Board) -> list[str]:
        """The legs of two mobile phones that were rung for one caller; both are being asked to accept."""
        service = replace(PLAN.queues["service"], emergency=Emergency(mobiles=("night",)))
        agents = {name: AgentSpec(agent=name) for name in ("1001", "1002")}
        plan = replace(PLAN, queues={"service": service}, agents=agents, groups={"night": ("1001", "1002")})
        now = board.loop.now()
        board.loop.tell(e.PlanChanged(at=now, plan=plan))
        board.loop.tell(e.EmergencySwitchedOn(at=now, queue="service", to=e.EmergencyWay.MOBILES, who="boss"))
        for agent, number in (("1001", "13900000001"), ("1002", "13900000002")):
            board.loop.tell(e.AgentSignedIn(at=now, agent=agent, extension=number, outside=True))
            board.loop.tell(e.IntentChanged(at=now, agent=agent, intent=e.Intent.READY))
        board.channels = [waiting("c1")]
        await board.exchange.start()
        await board.until(e.OfferMade, 2)
        legs = [f"agent-n1-{fact.offer}" for fact in board.facts if isinstance(fact, e.OfferMade)]
        await board.peer.until(lambda: board.rung() == [f"channels/{leg}" for leg in legs])
        for leg in legs:
            board.channels.append(channel(leg))
            args = ["agent", leg.rpartition("-")[2]]
            await board.peer.push(event("StasisStart", args=args, channel=channel(leg)))
        await board.peer.until(lambda: len(board.played()) == 2)
        return legs

    async def test_who_presses_second_is_told_that_the_call_is_taken_and_has_not_answered(self, board: Board) -> None:
        first, second = await self.both_picked_up(board)
        pressed = [
            event("ChannelDtmfReceived", digit="1", duration_ms=80, channel=channel(leg)) for leg in (second, first)
        ]
        await board.peer.push(*pressed)
        await board.until(e.OfferWithdrawn)
        await board.peer.until(lambda: any("/continue" in asked.uri for asked in board.peer.asked))
        told = [f"{asked.method} {unquote(asked.uri)}" for asked in board.peer.asked if first in asked.uri][-3:]
        assert told[0] == f"DELETE playbacks/{first}.accept1"
        assert "HOTLINE_SAY&value=/prompts/en/duty-taken" in told[1]
        assert f"channels/{first}/continue?context=hotline-goodbye" in told[2]
        assert [f"agent-n1-{fact.offer}" for fact in board.facts if isinstance(fact, e.OfferAnswered)] == [second]

    async def test_of_both_what_was_missed_is_found_when_we_look(self, board: Board) -> None:
        await self.both_picked_up(board)
        board.exchange._acceptance.forget(set())
        board.peer.cut()
        await board.until(e.LinkUp, 2)
        await board.peer.until(lambda: len(board.played()) == 4)
