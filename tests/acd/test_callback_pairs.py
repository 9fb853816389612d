"""Every state of a callback with every event that can meet it, and every state with the events of callbacks."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from acd import callback_facts
from acd import events as e
from tests.acd import test_every_pair as pairs
from tests.acd.shift import SERVICE, Shift, plan

# `asked`: the leg is there on which he asked; `callback`: it is gone; `dialling`: his agent hears that it rings.
CALLBACK_GRID = """
                 asked    callback dialling
ContactStarted   asked    refused  refused
ContactQueued    waiting  refused  refused
PriorityChanged  asked    callback dialling
ContactEnded     callback refused  refused
PopAcknowledged  asked    callback dialling
PhoneRinging     asked    callback dialling
OfferAnswered    asked    callback dialling
OfferFailed      asked    callback callback
OfferLost        asked    callback ringing
TalkConnected    asked    callback dialling
HoldStarted      refused  refused  refused
HoldEnded        refused  refused  refused
AgentHungUp      asked    callback dialling
AgentLegLost     asked    callback dialling
RejoinAsked      refused  refused  refused
RejoinAnswered   asked    callback dialling
RejoinFailed     asked    callback dialling
OutcomeSaved     refused  refused  refused
TimePassed       asked    callback callback
LinkDown         asked    callback dialling
LinkUp           asked    callback dialling
AdaptationTold   asked    callback dialling
EmergencySwitchedOn  asked callback dialling
EmergencySwitchedOff refused refused refused
EngineMeasured   asked    callback dialling
ConsultAsked     refused  refused  refused
ConsultEnded     refused  refused  refused
AudioMissing     asked    callback dialling
AudioBack        asked    callback dialling
PartyConnected   refused  refused  refused
KeyPressed       refused  refused  refused
QueueOpened      asked    callback dialling
QueueClosed      asked    callback dialling
"""

ASKING_GRID = """
                 unknown  ivr      waiting  reserved ringing  talking  held     released ended   asked   callback dialling
CallbackAsked    callback asked    asked    refused  refused  refused  refused  refused  refused asked   callback refused
CallbackMoved    refused  refused  refused  refused  refused  refused  refused  refused  refused asked   callback refused
CallbackCancelled refused refused  refused  refused  refused  refused  refused  refused  refused ivr     gone     gone
CallbackAnswered gone     ivr      waiting  reserved ringing  talking  held     released ended   asked   callback talking
CallbackFailed   gone     ivr      waiting  reserved ringing  talking  held     released ended   asked   callback callback
DiallingBarred   gone     ivr      waiting  reserved ringing  talking  held     released ended   asked   callback dialling
DiallingAllowed  gone     ivr      waiting  reserved ringing  talking  held     released ended   asked   callback dialling
"""  # noqa: E501

EVENTS: dict[str, Callable[[Shift, int], e.Event]] = {
    **pairs.CONTACT_EVENTS,
    "CallbackAsked": lambda shift, offer: e.CallbackAsked(
        at=shift.now, contact="a", number="13800000001", queue="service", tier="standard", asterisk="a"
    ),
    "CallbackMoved": lambda shift, offer: e.CallbackMoved(at=shift.now, contact="a", number="13800000002"),
    "CallbackCancelled": lambda shift, offer: e.CallbackCancelled(
        at=shift.now, contact="a", cause=e.CancelCause.KEY
    ),
    "CallbackAnswered": lambda shift, offer: e.CallbackAnswered(at=shift.now, offer=offer, channel="c"),
    "CallbackFailed": lambda shift, offer: e.CallbackFailed(
        at=shift.now, offer=offer, cause=e.CallbackFailure.NO_ANSWER
    ),
    "DiallingBarred": lambda shift, offer: e.DiallingBarred(at=shift.now, queue="service"),
    "DiallingAllowed": lambda shift, offer: e.DiallingAllowed(at=shift.now, queue="service"),
}  # fmt: skip


def a_contact(state: str) -> tuple[Shift, int]:
    if state not in ("asked", "callback", "dialling"):
        return pairs.a_contact(state)
    shift = Shift(plan("1001", queues=(replace(SERVICE, emergency=pairs.PREPARED),)))
    shift.call("a")
    shift.ask_back("a")
    if state == "asked":
        return shift, 999
    shift.hang_up("a")
    if state == "callback":
        return shift, 999
    shift.wait(5)
    shift.sign_in("1001")
    shift.answer("a")
    return shift, shift.offer("a")


def contact_state(shift: Shift) -> str:
    if shift.where("a") == "callback":
        return "callback" if shift.contact("a").without_leg else "asked"
    return pairs.contact_state(shift)


@pytest.mark.parametrize(("event", "state", "expected"), pairs.cells(CALLBACK_GRID) + pairs.cells(ASKING_GRID))
def test_callback(event: str, state: str, expected: str) -> None:
    shift, offer = a_contact(state)
    assert contact_state(shift) == (state if state != "unknown" else "gone")
    pairs.check(shift, EVENTS[event](shift, offer), expected, contact_state)


def test_the_grids_meet_every_event_there_is() -> None:
    met = {event for event, _, _ in pairs.cells(ASKING_GRID)}
    assert met == {event.__name__ for event in callback_facts.EVENTS}
    assert {event for event, _, _ in pairs.cells(CALLBACK_GRID)} == pairs.CONTACT_EVENTS.keys()
