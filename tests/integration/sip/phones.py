"""What agents' phones do, well and badly."""

from acd import events as e
from tests.fakes.sip_scene import SOUND, Scene
from tests.integration.sip.cases import case


@case
async def glare_with_the_phone_is_refused_on_both_sides_and_the_talk_goes_on(scene: Scene) -> None:
    async with scene.line() as line, scene.own_phone(line, "phone_glares") as phone:
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        await phone.invited()
        await scene.facts(call, e.TalkConnected)
        await phone.said("refused")
        await phone.said("settled")
        await scene.until_agent(line, "talking")
        await call.go_on()
        await call.over()
        await phone.over()
        await scene.one_whole_talk(call)


@case
async def the_phones_hold_key_is_a_hold(scene: Scene) -> None:
    async with scene.line() as line, scene.own_phone(line, "phone_holds") as phone:
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        await scene.facts(call, e.TalkConnected)
        await phone.invited()
        await phone.go_on()
        await scene.until_agent(line, "hold")
        await phone.go_on()
        await scene.until_agent(line, "talking")
        await phone.go_on()
        await phone.over()
        await scene.facts(call, e.AgentHungUp)
        await scene.ended(call)
        holds = [scene.known(call, kind) for kind in (e.HoldStarted, e.HoldEnded)]
        assert [len(facts) for facts in holds] == [1, 1]


@case
async def a_phone_without_a_voice_is_told(scene: Scene) -> None:
    async with scene.line() as line, scene.own_phone(line, "phone_talks", sound=""):
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        (missing,) = await scene.facts(call, e.AudioMissing)
        assert missing.party is e.Party.AGENT
        await call.go_on()
        await call.over()
        await scene.ended(call)


@case
async def a_phone_that_vanishes_while_it_rings_loses_the_offer_only(scene: Scene) -> None:
    async with scene.line() as line, scene.own_phone(line, "phone_rings") as phone:
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        await phone.invited()
        await scene.facts(call, e.PhoneRinging)
        await phone.vanish()
        # A miss, unless Asterisk happened to ask the phone meanwhile whether it is there.
        assert isinstance(await scene.offer_over(call), e.OfferExpired | e.OfferWithdrawn)
        await scene.until_waiting(line)
        await call.go_on()
        await call.over()
        await scene.ended(call)


@case
async def a_phone_that_vanishes_is_offered_nothing_until_it_is_back(scene: Scene) -> None:
    line, other = scene.pair
    async with scene.asked_each_second(line), scene.own_phone(line, "phone_talks", sound=SOUND) as phone:
        await scene.ready(line)
        await scene.until_agent(line, "idle")
        await phone.vanish()
        await scene.reachable(line, yes=False)
        first = await scene.dial("talks", line.number, times="-1")
        await scene.until_waiting(line)
        assert not scene.known(first, e.OfferMade)
        await scene.ready(other)
        await scene.facts(first, e.TalkConnected)
        (offer,) = scene.known(first, e.OfferMade)
        assert (offer.agent, offer.left_out["unreachable"]) == (other.agent, 1)
        back = await scene.plugged_in(line, "phone_talks", sound=SOUND)
        await scene.reachable(line, yes=True)
        second = await scene.dial("talks", line.number, times="-1")
        await scene.facts(second, e.TalkConnected)
        assert [offer.agent for offer in scene.known(second, e.OfferMade)] == [line.agent]
        for call in (first, second):
            await call.go_on()
            await call.over()
            await scene.ended(call)
        await back.vanish()


@case
async def a_phone_whose_registration_ends_while_it_rings_is_nobodys_miss(scene: Scene) -> None:
    async with scene.line() as line, scene.own_phone(line, "phone_signs_off") as phone:
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        await phone.invited()
        await scene.facts(call, e.PhoneRinging)
        await phone.go_on()
        await scene.facts(call, e.OfferWithdrawn)
        await phone.over()
        assert not scene.known(call, e.OfferExpired)
        await call.go_on()
        await call.over()
        await scene.ended(call)


@case
async def a_phone_that_vanishes_in_a_talk_is_a_lost_leg_and_then_the_end(scene: Scene) -> None:
    async with scene.line() as line:
        await scene.short_patience(line)
        async with scene.own_phone(line, "phone_talks", sound=SOUND) as phone:
            await scene.ready(line)
            call = await scene.dial("silent", line.number, sound=SOUND)
            await scene.facts(call, e.TalkConnected)
            await phone.vanish()
            await scene.facts(call, e.AgentLegLost)
            await scene.facts(call, e.AgentGivenUp)
            await call.over()
            await scene.ended(call)


@case
async def a_phone_in_another_call_gets_no_offer(scene: Scene) -> None:
    async with scene.line() as line, scene.line() as other:
        # A colleague sends his caller to this phone, outside the router.
        async with scene.own_phone(other, "phone_refers", target=line.extension) as phone:
            await scene.ready(other)
            first = await scene.dial("talks", other.number, times="-1")
            await phone.invited()
            await scene.facts(first, e.TalkConnected)
            await phone.go_on()
            (gone,) = await scene.facts(first, e.AgentHungUp)
            assert gone.to == f"phone:{line.extension}"
            (talk,) = await scene.facts(first, e.PartyConnected)
            assert talk.party == line.extension
            await phone.over()
        await scene.ready(line)
        await scene.house.until(lambda b: not b["agents"][line.agent]["reachable"], "the phone is elsewhere")
        second = await scene.dial("talks", line.number, times="-1")
        await scene.until_waiting(line)
        assert not scene.known(second, e.OfferMade)
        await first.go_on()
        await first.over()
        await scene.ended(first)
        # Its other call is over: now it rings.
        await scene.facts(second, e.TalkConnected)
        await second.go_on()
        await second.over()
        await scene.ended(second)
        kept = await scene.kept(scene.known(first, e.ContactStarted)[0].contact)
        assert [talk["agent"] for talk in kept["talks"]] == [other.agent]
        assert [talk["party"] for talk in kept["party_talks"]] == [line.extension]
        assert (len(kept["recordings"]), kept["gaps"]) == (1, [])


@case
async def a_phones_transfer_to_an_access_number_opens_the_next_visit(scene: Scene) -> None:
    async with (
        scene.line() as line,
        scene.line() as other,
        scene.own_phone(line, "phone_refers", target=other.number) as phone,
    ):
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        await phone.invited()
        await scene.facts(call, e.TalkConnected)
        await phone.go_on()
        await phone.over()
        _, again = await scene.facts(call, e.ContactQueued, 2)
        assert (again.queue, again.since >= scene.known(call, e.AgentHungUp)[0].at) == (other.queue, True)
        await scene.ready(other)
        await scene.facts(call, e.TalkConnected, 2)
        await call.go_on()
        await call.over()
        end = await scene.ended(call)
        kept = await scene.kept(end.contact)
        assert [visit["queue"] for visit in kept["visits"]] == [line.queue, other.queue]
        assert [talk["agent"] for talk in kept["talks"]] == [line.agent, other.agent]
        assert (len(kept["recordings"]), kept["gaps"]) == (1, [])


@case
async def a_phones_transfer_to_nowhere_is_refused_and_the_talk_goes_on(scene: Scene) -> None:
    await _in_vain(scene, "<sip:13800000009@127.0.0.1>")


@case
async def a_phones_attended_transfer_is_refused_and_the_talk_goes_on(scene: Scene) -> None:
    await _in_vain(scene, "<sip:95000@127.0.0.1?Replaces=other%3Bto-tag%3D1%3Bfrom-tag%3D2>")


async def _in_vain(scene: Scene, target: str) -> None:
    async with scene.line() as line, scene.own_phone(line, "phone_refers_in_vain", target=target) as phone:
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        await phone.invited()
        await scene.facts(call, e.TalkConnected)
        await phone.go_on()
        await phone.said("refused")
        await scene.until_agent(line, "talking")
        await call.go_on()
        await call.over()
        await phone.over()
        await scene.ended(call)


async def _refused(scene: Scene, status: str, *causes: e.OfferFailure) -> None:
    async with scene.line() as line, scene.own_phone(line, "phone_refuses", status=status) as phone:
        await scene.ready(line)
        call = await scene.dial("talks", line.number, times="-1")
        (failed,) = await scene.facts(call, e.OfferFailed)
        await phone.over()
        assert failed.cause in causes, failed
        await scene.until_waiting(line)
        await scene.until_agent(line, "away")
        await call.go_on()
        await call.over()
        await scene.ended(call)


@case
async def a_phone_that_forwards_302_is_not_followed(scene: Scene) -> None:
    # Asterisk ends such a leg with cause 23, now and then with 0, which says nothing.
    await _refused(scene, "302 Moved Temporarily", e.OfferFailure.REJECTED, e.OfferFailure.FAULT)


@case
async def a_phone_that_is_busy_486(scene: Scene) -> None:
    await _refused(scene, "486 Busy Here", e.OfferFailure.BUSY)


@case
async def a_phone_that_is_unavailable_480(scene: Scene) -> None:
    await _refused(scene, "480 Temporarily Unavailable", e.OfferFailure.REJECTED)


@case
async def a_phone_that_declines_603(scene: Scene) -> None:
    await _refused(scene, "603 Decline", e.OfferFailure.REJECTED)


@case
async def a_phone_that_knows_no_such_user_404(scene: Scene) -> None:
    await _refused(scene, "404 Not Found", e.OfferFailure.UNREACHABLE)


@case
async def a_phone_that_is_out_of_service_503(scene: Scene) -> None:
    await _refused(scene, "503 Service Unavailable", e.OfferFailure.UNREACHABLE)
