"""Every state with every event that can meet it: where it leads, what comes too late, what is refused."""

import copy
import dataclasses
from collections.abc import Callable
from dataclasses import replace

import pytest

from acd import callback_facts
from acd import events as e
from acd.agent import AGENT, POSTURE, AgentState
from acd.contact import CONTACT, ContactState
from acd.errors import IllegalEvent
from acd.plan import AgentSpec, BreakCap, Emergency, Reason, WrapUpBudget
from tests.acd.shift import SERVICE, Shift, plan

REFUSED = "refused"

# A contact's state against an event about it or its offer: the state it is in afterwards.
CONTACT_GRID = """
                 unknown  ivr      waiting  reserved ringing  talking  held     released ended
ContactStarted   ivr      ivr      ivr      ivr      ivr      refused  refused  refused  refused
ContactQueued    refused  waiting  waiting  reserved ringing  refused  refused  refused  refused
PriorityChanged  refused  refused  waiting  reserved ringing  refused  refused  refused  refused
ContactEnded     refused  gone     gone     gone     gone     ended    ended    ended    refused
PopAcknowledged  gone     ivr      waiting  ringing  ringing  talking  held     released ended
PhoneRinging     gone     ivr      waiting  reserved ringing  talking  held     released ended
OfferAnswered    gone     ivr      waiting  reserved talking  talking  held     released ended
OfferFailed      gone     ivr      waiting  waiting  waiting  talking  held     released ended
OfferLost        gone     ivr      waiting  reserved ringing  talking  held     released ended
TalkConnected    gone     ivr      waiting  reserved ringing  talking  held     released ended
HoldStarted      refused  refused  refused  refused  refused  held     refused  refused  refused
HoldEnded        refused  refused  refused  refused  refused  refused  talking  refused  refused
AgentHungUp      gone     ivr      waiting  reserved ringing  released released released ended
AgentLegLost     gone     ivr      waiting  reserved ringing  talking  held     released ended
RejoinAsked      refused  refused  refused  refused  refused  talking  held     refused  refused
RejoinAnswered   gone     ivr      waiting  reserved ringing  talking  held     released ended
RejoinFailed     gone     ivr      waiting  reserved ringing  talking  held     released ended
OutcomeSaved     refused  refused  refused  refused  refused  talking  held     released gone
TimePassed       gone     ivr      waiting  ringing  waiting  talking  held     released ended
LinkDown         gone     ivr      waiting  reserved ringing  talking  held     released ended
LinkUp           gone     ivr      waiting  reserved ringing  talking  held     released ended
AdaptationTold   gone     ivr      waiting  reserved ringing  talking  held     released ended
EmergencySwitchedOn  gone ivr      ivr      ivr      ivr      talking  held     released ended
EmergencySwitchedOff refused refused refused refused refused  refused  refused  refused  refused
KeyPressed       refused  refused  ivr      ivr      ivr      refused  refused  refused  refused
EngineMeasured   gone     ivr      waiting  reserved ringing  talking  held     released ended
QueueOpened      gone     ivr      waiting  reserved ringing  talking  held     released ended
QueueClosed      gone     ivr      waiting  reserved ringing  talking  held     released ended
ConsultAsked     refused  refused  refused  refused  refused  held     held     refused  refused
ConsultEnded     refused  refused  refused  refused  refused  refused  refused  refused  refused
AudioMissing     gone     ivr      waiting  reserved ringing  talking  held     released ended
AudioBack        gone     ivr      waiting  reserved ringing  talking  held     released ended
PartyConnected   refused  ivr      refused  refused  refused  refused  refused  refused  refused
"""

# An agent's state against an event about him: his standing afterwards.
AGENT_GRID = """
                 logged_out not_ready  idle       reserved   ringing    talking    hold       wrap_up    set_aside   unreachable  break_granted
AgentSignedIn    not_ready  not_ready  idle       reserved   ringing    talking    hold       wrap_up    set_aside   unreachable             break_granted
AgentSignedOut   refused    logged_out logged_out logged_out logged_out talking    hold       wrap_up    logged_out  logged_out              logged_out
Ready            refused    idle       idle       reserved   ringing    talking    hold       wrap_up    idle        unreachable             idle
NotReady         refused    not_ready  not_ready  reserved   ringing    talking    hold       wrap_up    not_ready   not_ready               not_ready
PhoneUnreachable logged_out not_ready  unreachable unreachable unreachable talking hold       wrap_up    set_aside   unreachable             break_granted
PhoneReachable   logged_out not_ready  idle       reserved   ringing    talking    hold       wrap_up    set_aside   idle                    break_granted
DeskOpened       logged_out not_ready  idle       reserved   ringing    talking    hold       wrap_up    set_aside   unreachable             break_granted
DeskClosed       logged_out not_ready  idle       reserved   ringing    talking    hold       wrap_up    set_aside   unreachable             break_granted
PlanChanged      logged_out not_ready  idle       reserved   ringing    talking    hold       wrap_up    set_aside   unreachable             break_granted
TimePassed       logged_out not_ready  idle       ringing    set_aside  talking    hold       idle       set_aside   unreachable             idle
SignOutAfter     refused    refused    refused    reserved   ringing    talking    hold       wrap_up    refused     refused     refused
BreakBegun       refused    not_ready  not_ready  refused    refused    refused    refused    refused    not_ready   not_ready   not_ready
BreakAsked       refused    not_ready  not_ready  reserved   ringing    talking    hold       wrap_up    set_aside   not_ready   break_granted
BreakTakenBack   refused    refused    refused    refused    refused    refused    refused    refused    refused     refused     idle
BreakAllowed     refused    refused    refused    refused    refused    refused    refused    refused    refused     refused     not_ready
WrapUpProlonged  refused    refused    refused    refused    refused    refused    refused    wrap_up    refused     refused     refused
WrapUpCut        refused    refused    refused    refused    refused    refused    refused    idle       refused     refused     refused
AutoAnswerChosen logged_out not_ready  idle       reserved   ringing    talking    hold       wrap_up    set_aside   unreachable break_granted
"""  # noqa: E501


def cells(grid: str) -> list[tuple[str, str, str]]:
    """(event, state, expected) of each cell."""
    header, *rows = [line.split() for line in grid.strip().splitlines()]
    return [
        (row[0], state, expected) for row in rows for state, expected in zip(header, row[1:], strict=True)
    ]  # fmt: skip


PREPARED = Emergency(announcement="prompt:away")


def a_contact(state: str) -> tuple[Shift, int]:
    """A shift on which contact "a" is in this state, and the number of its offer, 999 when it has none."""
    only = AgentSpec(agent="1002", queues=())
    shift = Shift(plan("1001", only, queues=(replace(SERVICE, keys={"9": "flow:message"}, emergency=PREPARED),)))
    shift.sign_in("1002")
    if state == "unknown":
        return shift, 999
    shift.start("a")
    if state == "ivr":
        return shift, 999
    shift.queue("a")
    if state == "waiting":
        return shift, 999
    shift.sign_in("1001", desk=state == "reserved")
    offer = shift.offer("a")
    if state in ("talking", "held", "released", "ended"):
        shift.answer("a")
    if state == "held":
        shift.tell(e.HoldStarted(at=0, offer=offer))
    if state == "released":
        shift.end_talk("a")
    if state == "ended":
        shift.hang_up("a")
    return shift, offer


def contact_state(shift: Shift) -> str:
    where = shift.where("a")
    if where == "offered":
        return shift.state("1001")
    if where == "talking":
        return "held" if shift.state("1001") == "hold" else "talking"
    return where


def later(shift: Shift) -> int:
    """When something is due, or a little later if nothing is."""
    return shift.floor.next_deadline() or shift.now + 1000


CONTACT_EVENTS: dict[str, Callable[[Shift, int], e.Event]] = {
    "ContactStarted": lambda shift, offer: e.ContactStarted(
        at=shift.now, contact="a", asterisk="a", channel="c", access="95000", caller="", attempt=1
    ),
    "ContactQueued": lambda shift, offer: e.ContactQueued(
        at=shift.now, contact="a", queue="service", tier="standard", since=0
    ),
    "PriorityChanged": lambda shift, offer: e.PriorityChanged(at=shift.now, contact="a", tier="vip"),
    "ContactEnded": lambda shift, offer: e.ContactEnded(at=shift.now, contact="a", cause=e.EndCause.HUNG_UP),
    "PopAcknowledged": lambda shift, offer: e.PopAcknowledged(at=shift.now, offer=offer),
    "PhoneRinging": lambda shift, offer: e.PhoneRinging(at=shift.now, offer=offer),
    "OfferAnswered": lambda shift, offer: e.OfferAnswered(at=shift.now, offer=offer),
    "OfferFailed": lambda shift, offer: e.OfferFailed(at=shift.now, offer=offer, cause=e.OfferFailure.BUSY),
    "OfferLost": lambda shift, offer: e.OfferLost(at=shift.now, offer=offer),
    "TalkConnected": lambda shift, offer: e.TalkConnected(at=shift.now, offer=offer),
    "HoldStarted": lambda shift, offer: e.HoldStarted(at=shift.now, offer=offer),
    "HoldEnded": lambda shift, offer: e.HoldEnded(at=shift.now, offer=offer),
    "AgentHungUp": lambda shift, offer: e.AgentHungUp(at=shift.now, offer=offer),
    "AgentLegLost": lambda shift, offer: e.AgentLegLost(at=shift.now, offer=offer),
    "RejoinAsked": lambda shift, offer: e.RejoinAsked(at=shift.now, offer=offer),
    "RejoinAnswered": lambda shift, offer: e.RejoinAnswered(at=shift.now, offer=offer, leg=5),
    "RejoinFailed": lambda shift, offer: e.RejoinFailed(at=shift.now, offer=offer, leg=5),
    "OutcomeSaved": lambda shift, offer: e.OutcomeSaved(at=shift.now, contact="a", agent="1001", outcome="done"),
    "TimePassed": lambda shift, offer: e.TimePassed(at=later(shift)),
    "LinkDown": lambda shift, offer: e.LinkDown(at=shift.now, asterisk="a"),
    "LinkUp": lambda shift, offer: e.LinkUp(at=shift.now, asterisk="a"),
    "KeyPressed": lambda shift, offer: e.KeyPressed(at=shift.now, contact="a", key="9"),
    "QueueOpened": lambda shift, offer: e.QueueOpened(at=shift.now, queue="service"),
    "QueueClosed": lambda shift, offer: e.QueueClosed(at=shift.now, queue="service"),
    "EmergencySwitchedOn": lambda shift, offer: e.EmergencySwitchedOn(
        at=shift.now, queue="service", to=e.EmergencyWay.ANNOUNCEMENT, who="boss"
    ),
    "EmergencySwitchedOff": lambda shift, offer: e.EmergencySwitchedOff(at=shift.now, queue="service", who="boss"),
    "ConsultAsked": lambda shift, offer: e.ConsultAsked(at=shift.now, offer=offer, to="agent:1002"),
    "ConsultEnded": lambda shift, offer: e.ConsultEnded(at=shift.now, offer=offer),
    "AudioMissing": lambda shift, offer: e.AudioMissing(at=shift.now, offer=offer, party=e.Party.CALLER, since=0),
    "AudioBack": lambda shift, offer: e.AudioBack(at=shift.now, offer=offer, party=e.Party.CALLER),
    "PartyConnected": lambda shift, offer: e.PartyConnected(at=shift.now, contact="a", party="13900000001"),
    "EngineMeasured": lambda shift, offer: e.EngineMeasured(at=shift.now, measure=e.Measure.ARI, value=9),
    "AdaptationTold": lambda shift, offer: e.AdaptationTold(at=shift.now, order=e.AdaptationOrder.UNDO, who="boss"),
}  # fmt: skip


@pytest.mark.parametrize(("event", "state", "expected"), cells(CONTACT_GRID))
def test_contact(event: str, state: str, expected: str) -> None:
    shift, offer = a_contact(state)
    check(shift, CONTACT_EVENTS[event](shift, offer), expected, contact_state)


CAPPED = dataclasses.replace(
    plan("1001", "1002"),
    reasons={"meal": Reason(is_break=True)},
    break_caps=(BreakCap(most=1),),
    wrap_up_budget=WrapUpBudget(step_ms=5000, contact_ms=5000, shift_ms=5000),
)


def an_agent(state: str) -> Shift:
    """A shift on which agent 1001 is in this state."""
    shift = Shift(CAPPED)
    if state == "break_granted":
        shift.sign_in("1002", "1001")
        shift.not_ready("1002", "meal")
        shift.tell(e.BreakAsked(at=0, agent="1001", reason="meal"))
        shift.ready("1002")
        shift.sign_out("1002")
        return shift
    if state == "logged_out":
        return shift
    shift.sign_in("1001", ready=state != "not_ready", desk=state == "reserved")
    if state == "unreachable":
        shift.tell(e.PhoneUnreachable(at=0, extension="phone-1001"))
    if state in ("reserved", "ringing", "talking", "hold", "wrap_up", "set_aside"):
        shift.call("a")
    if state in ("talking", "hold", "wrap_up"):
        shift.answer("a")
    if state == "hold":
        shift.tell(e.HoldStarted(at=0, offer=shift.offer("a")))
    if state == "wrap_up":
        shift.hang_up("a")
    if state == "set_aside":
        shift.fail("a", e.OfferFailure.BUSY)
        shift.hang_up("a")
    return shift


AGENT_EVENTS: dict[str, Callable[[Shift], e.Event]] = {
    "AgentSignedIn": lambda shift: e.AgentSignedIn(at=0, agent="1001", extension="phone-1001"),
    "AgentSignedOut": lambda shift: e.AgentSignedOut(at=0, agent="1001"),
    "Ready": lambda shift: e.IntentChanged(at=0, agent="1001", intent=e.Intent.READY),
    "NotReady": lambda shift: e.IntentChanged(at=0, agent="1001", intent=e.Intent.NOT_READY, reason="form"),
    "BreakBegun": lambda shift: e.IntentChanged(at=0, agent="1001", intent=e.Intent.NOT_READY, reason="meal"),
    "PhoneUnreachable": lambda shift: e.PhoneUnreachable(at=0, extension="phone-1001"),
    "PhoneReachable": lambda shift: e.PhoneReachable(at=0, extension="phone-1001"),
    "DeskOpened": lambda shift: e.DeskOpened(at=0, agent="1001"),
    "DeskClosed": lambda shift: e.DeskClosed(at=0, agent="1001"),
    "PlanChanged": lambda shift: e.PlanChanged(at=0, plan=dataclasses.replace(CAPPED, version=2)),
    "SignOutAfter": lambda shift: e.IntentChanged(at=0, agent="1001", intent=e.Intent.LOGGED_OUT),
    "BreakAsked": lambda shift: e.BreakAsked(at=0, agent="1001", reason="meal"),
    "BreakTakenBack": lambda shift: e.BreakTakenBack(at=0, agent="1001"),
    "BreakAllowed": lambda shift: e.BreakAllowed(at=0, agent="1001", by="boss"),
    "WrapUpProlonged": lambda shift: e.WrapUpProlonged(at=0, agent="1001"),
    "WrapUpCut": lambda shift: e.WrapUpCut(at=0, agent="1001", by="boss"),
    "AutoAnswerChosen": lambda shift: e.AutoAnswerChosen(at=0, agent="1001", on=True),
    "TimePassed": lambda shift: e.TimePassed(at=later(shift)),
}


@pytest.mark.parametrize(("event", "state", "expected"), cells(AGENT_GRID))
def test_agent(event: str, state: str, expected: str) -> None:
    shift = an_agent(state)
    assert shift.state("1001") == state
    check(shift, AGENT_EVENTS[event](shift), expected, lambda shift: shift.state("1001"))


def check(shift: Shift, event: e.Event, expected: str, seen: Callable[[Shift], str]) -> None:
    if expected == REFUSED:
        before = copy.deepcopy(shift.floor.state)
        with pytest.raises(IllegalEvent):
            shift.tell(event)
        assert shift.floor.state == before
    else:
        shift.tell(event)
        assert seen(shift) == expected
        assert shift.refolded().state == shift.floor.state


def test_the_grids_meet_every_event_there_is() -> None:
    met = {event for event, _, _ in cells(CONTACT_GRID) + cells(AGENT_GRID)} - {
        "Ready",
        "NotReady",
        "BreakBegun",
        "SignOutAfter",
    }
    of_callbacks = {event.__name__ for event in callback_facts.EVENTS}
    assert met == {event.__name__ for event in e.EVENTS} - {"IntentChanged"} - of_callbacks


def test_the_tables_know_every_state_and_lead_only_to_states() -> None:
    assert AGENT.keys() == set(AgentState)
    assert CONTACT.keys() == set(ContactState)
    assert all(set(POSTURE) <= row.keys() for row in AGENT.values())
