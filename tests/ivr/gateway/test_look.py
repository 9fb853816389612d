"""What differs between the floor and Asterisk is found, named and given its mend."""

from typing import Any

import pytest

from acd import commands as c
from acd import events as e
from acd.contact import ContactState
from acd.floor import Floor
from acd.plan import AgentSpec, Plan, Queue, Tier
from ivr.ari.generated import Bridge, CallerID, Channel, DialplanCEP
from ivr.flow.route import Route, encode_route
from ivr.gateway.look import Difference, Look, Seen, differences, joining
from ivr.gateway.meetings import Joining, Meeting

ROUTE = encode_route(Route(queue="service", tier="standard", language="en", access="95000"))
PLAN = Plan(
    tiers={"standard": Tier(name="standard")},
    queues={"service": Queue(name="service")},
    agents={"1001": AgentSpec(agent="1001")},
)
OFFER = 6


def channel(name: str, *, state: str = "Up", context: str = "x", app: str = "", arguments: str = "") -> Channel:
    return Channel(
        id=name,
        protocol_id="",
        name=f"PJSIP/{name}",
        state=state,
        caller=CallerID(name="", number=""),
        connected=CallerID(name="", number=""),
        accountcode="",
        dialplan=DialplanCEP(context=context, exten="s", priority=1, app_name=app, app_data=arguments),
        creationtime="",
        language="en",
    )


def in_queue(contact: str) -> Channel:
    return channel(contact, app="Stasis", arguments=f"hotline,queue,{contact},900,{ROUTE}")


def bridge(name: str, *channels: str) -> Bridge:
    return Bridge(
        id=name,
        technology="simple_bridge",
        bridge_type="mixing",
        bridge_class="stasis",
        creator="Stasis",
        name="",
        channels=list(channels),
        creationtime="",
    )


@pytest.fixture
def floor() -> Floor:
    """One agent, ready; one contact in the flow."""
    floor = Floor()
    floor.apply(e.PlanChanged(at=1000, plan=PLAN))
    floor.apply(e.AgentSignedIn(at=1000, agent="1001", extension="8001"))
    floor.apply(e.IntentChanged(at=1000, agent="1001", intent=e.Intent.READY))
    floor.apply(e.ContactStarted(at=1000, contact="c1", asterisk="pbx", channel="c1", access="95000", caller=""))
    return floor


def queue(floor: Floor) -> None:
    floor.apply(e.ContactQueued(at=1000, contact="c1", queue="service", tier="standard", since=1000))


def pick_up(floor: Floor) -> None:
    queue(floor)
    floor.apply(e.OfferAnswered(at=2000, offer=OFFER))


def talk(floor: Floor) -> None:
    pick_up(floor)
    floor.apply(e.TalkConnected(at=2100, offer=OFFER))


def look(floor: Floor, *there: Channel | Bridge, **look: Any) -> list[Difference]:
    seen = Seen(
        asterisk="pbx",
        at=look.pop("asked_at", 4500),
        channels={each.id: each for each in there if isinstance(each, Channel)},
        bridges={each.id: each for each in there if isinstance(each, Bridge)},
        started_at=look.pop("asterisk_since", 0),
    )
    settings: dict[str, Any] = {
        "now": 5000,
        "node": "n1",
        "in_flow": set(),
        "seen_until": 4000,
    } | look
    return list(differences(floor, seen, Look(**settings)))


def test_a_caller_who_left_unheard_is_ended(floor: Floor) -> None:
    [found] = look(floor)
    assert found.event == e.ContactEnded(
        at=5000,
        contact="c1",
        cause=e.EndCause.HUNG_UP,
        detail="its channel was gone when we looked",
        seen_until=4000,
    )


def test_a_caller_who_came_after_asterisk_was_asked_is_not_taken_for_gone(floor: Floor) -> None:
    assert look(floor, asked_at=1000) == []
    [gone] = look(floor, asked_at=1001)
    assert isinstance(gone.event, e.ContactEnded)


def test_a_caller_who_left_unheard_had_met_his_agent_where_there_is_their_bridge(floor: Floor) -> None:
    pick_up(floor)
    leg = f"agent-n1-{OFFER}"
    met = [each.event for each in look(floor, channel(leg), bridge("talk-c1", leg)) if each.event]
    assert met[0] == e.TalkConnected(at=5000, offer=OFFER, since=4000)
    assert isinstance(met[1], e.ContactEnded)
    assert not met[1].before_talk
    for there in ((channel(leg),), (channel(leg), bridge("talk-c1"))):
        [never] = [each.event for each in look(floor, *there) if each.event]
        assert isinstance(never, e.ContactEnded)
        assert never.before_talk


def test_a_talk_that_began_and_ended_unheard_is_the_one_in_the_log(floor: Floor) -> None:
    pick_up(floor)
    [asked] = joining(floor, Seen(asterisk="pbx", at=4500, channels={}, bridges={}), "n1")
    assert asked == Joining(offer=OFFER, bridge="talk-c1", caller="c1", agent=f"agent-n1-{OFFER}", answered_at=2000)
    met = {OFFER: Meeting(since=2050, until=3500)}
    found = [each.event for each in look(floor, seen_until=2000, met=met)]
    assert found == [
        e.TalkConnected(at=5000, offer=OFFER, since=2050),
        e.ContactEnded(
            at=5000,
            contact="c1",
            cause=e.EndCause.HUNG_UP,
            detail="its channel was gone when we looked",
            seen_until=3500,
        ),
    ]
    for event in found:
        assert event is not None
        floor.apply(event)
    assert floor.ledger.of("service").answered == 1


def test_an_agent_who_talked_and_left_unheard_did_so_when_the_log_says(floor: Floor) -> None:
    pick_up(floor)
    found = look(floor, in_queue("c1"), seen_until=2000, met={OFFER: Meeting(since=2050, until=3500)})
    assert [each.event for each in found] == [
        e.TalkConnected(at=5000, offer=OFFER, since=2050),
        e.AgentHungUp(at=5000, offer=OFFER, seen_until=3500),
    ]


def test_the_log_is_asked_of_nobody_who_is_there_still_or_known_to_talk(floor: Floor) -> None:
    there = {each.id: each for each in (in_queue("c1"), channel(f"agent-n1-{OFFER}"))}
    queue(floor)
    assert joining(floor, Seen(asterisk="pbx", at=4500, channels={}, bridges={}), "n1") == []
    floor.apply(e.OfferAnswered(at=2000, offer=OFFER))
    assert joining(floor, Seen(asterisk="pbx", at=4500, channels=there, bridges={}), "n1") == []
    floor.apply(e.TalkConnected(at=2100, offer=OFFER))
    assert joining(floor, Seen(asterisk="pbx", at=4500, channels={}, bridges={}), "n1") == []


def test_calls_older_than_asterisk_are_lost_with_cause(floor: Floor) -> None:
    [found] = look(floor, asterisk_since=4000)
    assert isinstance(found.event, e.ContactEnded)
    assert (found.event.cause, found.event.detail) == (e.EndCause.LOST, "Asterisk was restarted")


def test_a_contact_whose_flow_runs_here_is_left_to_the_flow(floor: Floor) -> None:
    assert look(floor, in_flow={"c1"}) == []


def test_a_caller_who_came_out_of_the_flow_unheard_is_queued(floor: Floor) -> None:
    [found] = look(floor, in_queue("c1"))
    assert found.arrival is not None
    assert (found.arrival.contact, found.arrival.route.queue) == ("c1", "service")


def test_a_caller_nobody_knew_is_taken_in_with_the_time_he_came(floor: Floor) -> None:
    found = look(floor, channel("c1"), in_queue("c2"))
    assert [(each.arrival.contact, each.arrival.wanted_at) for each in found if each.arrival] == [("c2", 900)]


def test_a_waiting_caller_who_fell_back_into_the_flow_is_offered_to_nobody(floor: Floor) -> None:
    queue(floor)
    [found] = look(floor, channel("c1", app="AGI", arguments="agi://x"))
    assert isinstance(found.event, e.ContactStarted)
    floor.apply(found.event)
    assert floor.contacts["c1"].state is ContactState.IVR
    assert not floor.offers


def test_a_phone_that_does_not_ring_is_nobodys_miss_and_its_contact_is_offered_anew(floor: Floor) -> None:
    queue(floor)
    [found] = look(floor, in_queue("c1"))
    assert isinstance(found.event, e.OfferLost)
    floor.apply(found.event)
    assert floor.contacts["c1"].offer not in (None, OFFER)
    assert floor.agents["1001"].set_aside is None


def test_an_answer_that_was_missed_is_made_up_for(floor: Floor) -> None:
    queue(floor)
    [found] = look(floor, in_queue("c1"), channel(f"agent-n1-{OFFER}"))
    assert found.event == e.OfferAnswered(at=5000, offer=OFFER)


def test_a_ringing_phone_is_no_difference(floor: Floor) -> None:
    queue(floor)
    assert look(floor, in_queue("c1"), channel(f"agent-n1-{OFFER}", state="Ringing")) == []


def test_a_talk_whose_agent_is_gone_is_ended(floor: Floor) -> None:
    talk(floor)
    [found] = look(floor, in_queue("c1"), bridge("talk-c1", "c1"))
    assert found.event == e.AgentHungUp(at=5000, offer=OFFER, seen_until=4000)


def test_an_agent_who_was_gone_before_the_two_were_connected_leaves_the_caller_waiting(floor: Floor) -> None:
    pick_up(floor)
    [found] = look(floor, in_queue("c1"))
    assert isinstance(found.event, e.OfferLost)


def test_an_agent_who_left_a_talk_whose_beginning_nobody_heard_has_talked(floor: Floor) -> None:
    pick_up(floor)
    found = look(floor, in_queue("c1"), bridge("talk-c1", "c1"))
    assert [each.event for each in found] == [
        e.TalkConnected(at=5000, offer=OFFER, since=4000),
        e.AgentHungUp(at=5000, offer=OFFER, seen_until=4000),
    ]


def test_a_talk_begun_unheard_began_when_the_agent_picked_up_or_when_we_last_looked(floor: Floor) -> None:
    pick_up(floor)
    leg = f"agent-n1-{OFFER}"
    [found] = look(floor, in_queue("c1"), channel(leg), bridge("talk-c1", "c1", leg))
    assert found.event == e.TalkConnected(at=5000, offer=OFFER, since=4000)
    [found] = look(floor, in_queue("c1"), channel(leg), bridge("talk-c1", "c1", leg), seen_until=1500)
    assert found.event == e.TalkConnected(at=5000, offer=OFFER, since=2000)


def test_a_talk_without_its_bridge_is_connected_again(floor: Floor) -> None:
    talk(floor)
    [found] = look(floor, in_queue("c1"), channel(f"agent-n1-{OFFER}"))
    assert found.command == c.Connect(offer=OFFER, contact="c1")


def test_a_talk_as_it_should_be_is_no_difference(floor: Floor) -> None:
    talk(floor)
    leg = f"agent-n1-{OFFER}"
    assert look(floor, in_queue("c1"), channel(leg), bridge("talk-c1", "c1", leg)) == []


def test_a_caller_who_was_released_and_is_still_there_is_let_go(floor: Floor) -> None:
    talk(floor)
    floor.apply(e.AgentHungUp(at=3000, offer=OFFER))
    found = look(floor, in_queue("c1"))
    assert [each.command for each in found] == [c.DropContact(contact="c1")]


def test_legs_and_bridges_nobody_owns_are_ended(floor: Floor) -> None:
    found = look(floor, channel("c1"), channel("agent-n1-99"), bridge("talk-c0", "x"), bridge("somebody-elses"))
    assert [(each.drop_channel, each.drop_bridge) for each in found] == [("agent-n1-99", None), (None, "talk-c0")]


def test_who_hears_that_another_phone_has_the_call_is_not_cut_off(floor: Floor) -> None:
    assert look(floor, channel("c1"), channel("agent-n1-99", context="hotline-goodbye")) == []


def test_another_engines_legs_are_left_alone(floor: Floor) -> None:
    assert look(floor, channel("c1"), channel("agent-n2-99")) == []


def test_another_asterisks_contacts_are_left_alone(floor: Floor) -> None:
    floor.apply(e.ContactStarted(at=1000, contact="c9", asterisk="other", channel="c9", access="1", caller=""))
    assert look(floor, channel("c1")) == []


def rejoin(floor: Floor, *, lost: bool = False) -> int:
    """The agent asks to rejoin his talk; his new leg."""
    talk(floor)
    if lost:
        floor.apply(e.AgentLegLost(at=2500, offer=OFFER))
    floor.apply(e.RejoinAsked(at=3000, offer=OFFER))
    leg = floor.offers[OFFER].rejoin
    assert leg is not None
    return leg


def test_a_lost_leg_is_no_difference_while_the_caller_waits_for_the_agent(floor: Floor) -> None:
    talk(floor)
    floor.apply(e.AgentLegLost(at=2500, offer=OFFER))
    assert look(floor, in_queue("c1"), bridge("talk-c1", "c1")) == []


def test_a_new_leg_that_rings_is_nobodys_leftover(floor: Floor) -> None:
    old, new = f"agent-n1-{OFFER}", f"agent-n1-{OFFER}.{rejoin(floor)}"
    legs = (channel(old), channel(new, state="Ringing"))
    assert look(floor, in_queue("c1"), *legs, bridge("talk-c1", "c1", old)) == []


def test_a_new_leg_whose_answer_was_missed_is_taken_in(floor: Floor) -> None:
    leg = rejoin(floor, lost=True)
    [found] = look(floor, in_queue("c1"), channel(f"agent-n1-{OFFER}.{leg}"), bridge("talk-c1", "c1"))
    assert found.event == e.RejoinAnswered(at=5000, offer=OFFER, leg=leg)


def test_a_new_leg_that_is_gone_unheard_failed(floor: Floor) -> None:
    leg = rejoin(floor, lost=True)
    [found] = look(floor, in_queue("c1"), bridge("talk-c1", "c1"))
    assert isinstance(found.event, e.RejoinFailed)
    assert found.event.leg == leg


def test_after_the_switch_the_old_leg_is_a_leftover_and_the_new_one_is_the_talks(floor: Floor) -> None:
    leg = rejoin(floor)
    floor.apply(e.RejoinAnswered(at=3500, offer=OFFER, leg=leg))
    old, new = f"agent-n1-{OFFER}", f"agent-n1-{OFFER}.{leg}"
    found = look(floor, in_queue("c1"), channel(old), channel(new), bridge("talk-c1", "c1", old))
    assert [(each.command, each.drop_channel) for each in found] == [
        (c.Connect(offer=OFFER, contact="c1", leg=leg), None),
        (None, old),
    ]
