"""What callers' signalling does, well and badly."""

from acd import events as e
from config.lab.peers.script import Ringing
from tests.fakes.sip_scene import FAR, SHORT, Line, Scene
from tests.fakes.sipp import Call
from tests.integration.sip.cases import case


@case
async def glare_with_the_caller_is_refused_on_both_sides_and_the_talk_goes_on(scene: Scene) -> None:
    # First of all cases: Asterisk refreshes a session after half its time, and 90 s is the least (RFC 4028).
    async with scene.line() as line:
        await scene.ready(line)
        call = await scene.dial("glare", line.number)
        await scene.facts(call, e.TalkConnected)
        await call.said("refused")
        await call.said("settled")
        await scene.until_agent(line, "talking")
        await call.go_on()
        await call.over()
        await scene.one_whole_talk(call)


@case
async def every_message_twice_is_one_call(scene: Scene) -> None:
    async with scene.line() as line:
        await scene.ready(line)
        call = await scene.dial("retransmitted", line.number)
        await scene.facts(call, e.TalkConnected)
        await call.go_on()
        await call.over()
        end = await scene.ended(call)
        assert (end.cause, len(scene.known(call, e.ContactStarted))) == (e.EndCause.HUNG_UP, 1)
        assert len(scene.known(call, e.OfferMade)) == 1


@case
async def cancelled_at_once_leaves_nothing_behind(scene: Scene) -> None:
    async with scene.line() as line:
        call = await scene.dial("cancelled", line.early)
        await call.over()
        # It may have gone before its flow began; what began has ended.
        if scene.known(call, e.ContactStarted):
            assert (await scene.ended(call)).cause is e.EndCause.HUNG_UP


async def _cancelled_at(scene: Scene, line: Line, fact: type[e.Fact]) -> tuple[Call, e.ContactEnded]:
    """A call that is taken back when this fact is known of it, and its end."""
    call = await scene.dial("cancelled_later", line.early)
    await scene.facts(call, fact)
    await call.go_on()
    await call.over()
    return call, await scene.ended(call)


@case
async def cancelled_once_its_flow_began_ends_as_hung_up(scene: Scene) -> None:
    async with scene.line() as line:
        _, end = await _cancelled_at(scene, line, e.ContactStarted)
        assert end.cause is e.EndCause.HUNG_UP


@case
async def cancelled_in_the_queue_is_an_abandonment(scene: Scene) -> None:
    async with scene.line() as line:
        call, end = await _cancelled_at(scene, line, e.ContactQueued)
        assert end.cause is e.EndCause.HUNG_UP
        assert not scene.known(call, e.OfferMade)


@case
async def cancelled_while_offered_takes_the_ring_back(scene: Scene) -> None:
    async with scene.line() as line:
        await scene.house.behave(line.extension, Ringing(act="ignore"))
        await scene.ready(line)
        call, _ = await _cancelled_at(scene, line, e.PhoneRinging)
        assert scene.known(call, e.OfferWithdrawn)
        await scene.until_agent(line, "idle")
        await scene.house.behave(line.extension, Ringing())


@case
async def the_callers_hold_and_codec_change_keep_place_and_talk(scene: Scene) -> None:
    async with scene.line() as line:
        call = await scene.dial("held", line.number)
        await scene.until_waiting(line)
        await call.go_on()
        await call.said("held once")
        await scene.ready(line)
        await scene.facts(call, e.TalkConnected)
        await call.go_on()
        await call.said("held twice")
        await scene.until_agent(line, "talking")
        await call.go_on()
        await call.over()
        await scene.ended(call)
        assert len(scene.known(call, e.ContactQueued)) == len(scene.known(call, e.OfferMade)) == 1


@case
async def a_second_reinvite_before_the_first_is_answered_is_refused_and_the_talk_goes_on(scene: Scene) -> None:
    async with scene.line() as line:
        await scene.ready(line)
        call = await scene.dial("two_reinvites", line.number)
        await scene.facts(call, e.TalkConnected)
        await call.go_on()
        await call.said("refused")
        await scene.until_agent(line, "talking")
        await call.go_on()
        await call.over()
        await scene.ended(call)


@case
async def a_prompt_is_heard_before_the_answer(scene: Scene) -> None:
    async with scene.line() as line:
        call = await scene.dial("early_media", line.early)
        await call.said("early media")
        # Not only with the music of the queue, which comes after the prompt.
        assert not scene.known(call, e.ContactQueued)
        await call.go_on()
        await call.over()
        await scene.ended(call)


@case
async def an_answer_never_acknowledged_ends_the_contact(scene: Scene) -> None:
    async with scene.line() as line:
        call = await scene.dial("unacknowledged", line.number)
        await call.over()
        assert (await scene.ended(call)).cause is e.EndCause.HUNG_UP


@case
async def no_audio_of_the_caller_is_told_then_ends_the_contact(scene: Scene) -> None:
    async with scene.line() as line:
        await scene.ready(line)
        call = await scene.dial("silent", line.number, caller=SHORT, sound="")
        (missing,) = await scene.facts(call, e.AudioMissing)
        assert missing.party is e.Party.CALLER
        await scene.house.until(lambda b: b["agents"][line.agent]["no_audio_caller"] is not None, "told on the board")
        assert 'hotline_audio_missing_total{party="caller"}' in await scene.house.metrics()
        await call.over()
        end = await scene.ended(call)
        assert (end.cause, end.detail) == (e.EndCause.HUNG_UP, "Requested channel not available")


@case
async def audio_that_stops_and_comes_back_is_told_twice(scene: Scene) -> None:
    async with scene.line() as line:
        await scene.ready(line)
        call = await scene.dial("silent_for_a_while", line.number)
        await scene.facts(call, e.TalkConnected)
        await call.go_on()
        assert (await scene.facts(call, e.AudioMissing))[0].party is e.Party.CALLER
        await call.go_on()
        await scene.facts(call, e.AudioBack)
        await call.go_on()
        await call.over()
        await scene.ended(call)
        assert len(scene.known(call, e.AudioMissing)) == 1


async def _key(scene: Scene, scenario: str) -> None:
    async with scene.line() as line:
        call = await scene.dial(scenario, line.number)
        await scene.until_waiting(line)
        await call.go_on()
        assert [fact.key for fact in await scene.facts(call, e.KeyPressed)] == ["9"]
        await call.over()
        await scene.ended(call)
        assert len(scene.known(call, e.KeyPressed)) == 1


@case
async def a_key_in_a_message_is_heard_once(scene: Scene) -> None:
    await _key(scene, "key_in_a_message")


@case
async def a_key_in_the_sound_is_heard_once(scene: Scene) -> None:
    await _key(scene, "key_in_the_sound")


@case
async def a_key_as_a_telephone_event_is_heard_once(scene: Scene) -> None:
    async with scene.line() as line:
        call = await scene.house.call(line.number, caller=next(scene.callers))
        await scene.until_waiting(line)
        await call.send_digits("9")
        assert [fact.key for fact in await scene.facts(call, e.KeyPressed)] == ["9"]
        await call.wait_for("remote_hung_up", deadline_s=FAR)
        await scene.ended(call)
        assert len(scene.known(call, e.KeyPressed)) == 1
