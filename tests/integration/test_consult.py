"""Agents consult colleagues and hand callers over (询转), from the desk and from the phone: real calls, real audio."""

import pytest
import pytest_asyncio

from acd import events as e
from config.lab.peers.process import CallThere, NeverHappened
from config.lab.peers.script import Ringing
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 20.0


class Talk:
    """A caller who talks with agent 1001, while 1002 of the same queue and 1003 of "repair" are free."""

    def __init__(self, house: House, call: CallThere, first: CallThere, offer: int) -> None:
        self.house = house
        self.call = call
        self.first = first
        """The phone's end of it."""
        self.offer = offer
        self.contact = house.contact_of(call)

    def tone(self, extension: str) -> int:
        return self.house.stage.phones[extension].tone_hz

    async def caller_hears(self, extension: str, since: int = 0) -> None:
        await self.call.wait_for("heard", deadline_s=FAR, since=since, tone_hz=self.tone(extension))

    def callers_past(self) -> int:
        """Where the callers are in their log."""
        return len(self.house.stage.callers.events)

    async def over(self) -> dict[str, object]:
        """The caller hangs up; what the ledger has of the contact once it is recorded."""
        await self.call.hang_up()
        await self.house.until_quiet()
        await self.house.recorded()
        ledger = await self.house.stage.ask("ledger")
        accounts = [ledger["balance"]["contacts"], *ledger["balance"]["visits"].values()]
        assert [account["difference"] for account in accounts] == [0] * len(accounts)
        kept: dict[str, object] = next(one for one in ledger["contacts"] if one["contact"] == self.contact)
        return kept


@pytest_asyncio.fixture(loop_scope="session")
async def talk(house: House) -> Talk:
    since = house.mark()
    await house.ready("1001")
    call = await house.call()
    first = await house.stage.phones["8001"].rings(deadline_s=FAR, since=since)
    await call.wait_for("heard", deadline_s=FAR)
    await house.until_agent("1001", "talking")
    await house.ready("1002", "1003")
    await house.until_agent("1003", "idle")
    offer = max(fact.offer for fact in house.facts_of(e.OfferMade))
    return Talk(house, call, first, offer)


def check_handed_over(kept: dict[str, object], *agents: str) -> None:
    """One visit, a talk of each agent without a break between them, one recording."""
    talks: list[dict[str, object]] = kept["talks"]  # type: ignore[assignment]
    assert [one["agent"] for one in talks] == list(agents)
    assert talks[0]["to"] == talks[1]["from"]
    assert len(kept["recordings"]) == len(kept["visits"]) == 1  # type: ignore[arg-type]


async def test_from_the_desk_the_colleague_is_spoken_with_and_then_has_the_caller(talk: Talk) -> None:
    house, desk = talk.house, talk.house.stage.desks["1001"]
    past, since = talk.callers_past(), house.mark()
    await desk.consult(talk.offer, agent="1002")
    second = await house.stage.phones["8002"].rings(deadline_s=FAR, since=since, contact=talk.contact)
    await talk.call.wait_for("unheard", deadline_s=FAR, since=past, tone_hz=talk.tone("8001"))
    await talk.first.wait_for("heard", deadline_s=FAR, since=since, tone_hz=talk.tone("8002"))
    await second.wait_for("heard", deadline_s=FAR, tone_hz=talk.tone("8001"))
    await desk.hand_over(talk.offer)
    await talk.caller_hears("8002", past)
    await talk.first.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_agent("1002", "talking")
    kept = await talk.over()
    check_handed_over(kept, "1001", "1002")
    assert kept["gaps"] == []


async def test_from_the_phone_by_an_attended_transfer(talk: Talk) -> None:
    house, phone = talk.house, talk.house.stage.phones["8001"]
    past, since = talk.callers_past(), house.mark()
    await talk.first.hold(True)
    await house.until_agent("1001", "hold")
    line = await phone.dial("8002")
    await line.wait_for("heard", deadline_s=FAR, tone_hz=talk.tone("8002"))
    await talk.first.hand_over(line)
    await talk.caller_hears("8002", past)
    await talk.first.wait_for("hung_up", deadline_s=FAR)
    await line.wait_for("hung_up", deadline_s=FAR)
    check_handed_over(await talk.over(), "1001", "1002")
    assert house.facts_of(e.HoldStarted)[-1].at > house.facts_of(e.OfferMade)[-1].at
    assert not [event for event in house.stage.agents.events[since:] if event["event"] == "failed"]


async def test_an_access_number_is_whoever_is_free_in_its_queue_and_the_caller_may_be_taken_back(talk: Talk) -> None:
    house, phone = talk.house, talk.house.stage.phones["8001"]
    past = talk.callers_past()
    await talk.first.hold(True)
    await house.until_agent("1001", "hold")
    line = await phone.dial("95002")
    await line.wait_for("heard", deadline_s=FAR, tone_hz=talk.tone("8003"))
    await line.hang_up()
    await house.until_agent("1003", "idle")
    await talk.first.hold(False)
    await house.until_agent("1001", "talking")
    await talk.caller_hears("8001", past)
    kept = await talk.over()
    assert [one["agent"] for one in kept["talks"]] == ["1001"]  # type: ignore[attr-defined]
    assert (len(kept["recordings"]), kept["gaps"]) == (1, [])  # type: ignore[arg-type]


async def test_a_colleague_who_does_not_answer_leaves_the_caller_on_hold(talk: Talk) -> None:
    house, desk = talk.house, talk.house.stage.desks["1001"]
    await house.behave("8002", Ringing(act="ignore"))
    past = talk.callers_past()
    await desk.consult(talk.offer, agent="1002")
    await house.until_agent("1002", "ringing")
    await house.until_agent("1002", "away")
    await house.until_agent("1001", "hold")
    await desk.hold(talk.offer, on=False)
    await talk.caller_hears("8001", past)
    await talk.over()


async def test_what_a_phone_dials_for_nobody_is_refused_and_the_talk_goes_on(talk: Talk) -> None:
    line = await talk.house.stage.phones["8001"].dial("13800009999")
    await line.wait_for("remote_hung_up", deadline_s=FAR)
    await talk.house.until_agent("1001", "talking")
    await talk.over()


async def test_a_caller_who_leaves_while_the_agents_speak_ends_it_for_both(talk: Talk) -> None:
    house, desk = talk.house, talk.house.stage.desks["1001"]
    since = house.mark()
    await desk.consult(talk.offer, queue="repair")
    second = await house.stage.phones["8003"].rings(deadline_s=FAR, since=since)
    await second.wait_for("heard", deadline_s=FAR, tone_hz=talk.tone("8001"))
    await talk.over()
    await second.wait_for("remote_hung_up", deadline_s=FAR)
    await talk.first.wait_for("remote_hung_up", deadline_s=FAR)
    assert "0 active channels" in await house.stage.lab.command("core show channels count")


async def test_a_consult_outlives_hotline(talk: Talk) -> None:
    house, desk = talk.house, talk.house.stage.desks["1001"]
    past, since = talk.callers_past(), house.mark()
    await desk.consult(talk.offer, agent="1002")
    second = await house.stage.phones["8002"].rings(deadline_s=FAR, since=since)
    await second.wait_for("heard", deadline_s=FAR, tone_hz=talk.tone("8001"))
    await house.stage.engine.kill()
    await house.unwatch()
    await house.stage.engine.start()
    await house.watch()
    await house.until_agent("1002", "talking")
    with pytest.raises(NeverHappened):
        await second.wait_for("unheard", deadline_s=3.0, since=since)
    await desk.hand_over(talk.offer)
    await talk.caller_hears("8002", past)
    check_handed_over(await talk.over(), "1001", "1002")
