"""Random scripts of events, sensible or not, on plans that have every rule there is."""

import dataclasses
import random
from typing import Any

from hypothesis import strategies as st

from acd import events as e
from acd.contact import is_unmet
from acd.floor import Floor
from acd.plan import (
    Adaptation,
    AgentSpec,
    BreakCap,
    CallbackTerms,
    Emergency,
    Exit,
    Limit,
    MissRule,
    Overload,
    Plan,
    Preferred,
    Queue,
    QueueTerms,
    Reason,
    Step,
    Telling,
    Tier,
    WrapUpBudget,
)
from tests.acd.shift import plan, skilled

AGENTS = ("1001", "1002", "1003", "1004")
CONTACTS = tuple("abcdefgh")
QUEUES = ("service", "billing")

TIERS = (
    Tier(name="standard"),
    Tier(name="vip", head_start_ms=20_000),
    Tier(name="kept", reserve_idle=1),
    Tier(name="fast", growth=2.0),
    Tier(name="crown", rank=1),
)
AGENT_FIRST = CallbackTerms(ring_ms=6000, gap_ms=5000, busy_gap_ms=2000, life_ms=40_000, lost=True)
CUSTOMER_FIRST = CallbackTerms(customer_first=True, ring_ms=6000, tries=2, gap_ms=5000, busy_gap_ms=0)
BOTH = (
    Queue(
        name="service",
        ring_ms=5000,
        wrap_up_ms=4000,
        callback=AGENT_FIRST,
        emergency=Emergency(mobiles=("1004", "1001"), queue="billing", announcement="prompt:away"),
    ),
    Queue(
        name="billing",
        skills={"b": 3},
        wrap_up_ms=0,
        callback=CUSTOMER_FIRST,
        emergency=Emergency(mobiles=("1002", "pair"), queue="service", announcement="flow:message"),
    ),
)
BREAKS: dict[str, Any] = {
    "reasons": {"break": Reason(is_break=True, longest_ms=7000), "meal": Reason(is_break=True), "form": Reason()},
    "break_grant_ms": 3000,
    "wrap_up_budget": WrapUpBudget(step_ms=1500, contact_ms=2000, shift_ms=6000),
}
IN_SERVICE = {
    "kept": Tier(name="kept", reserve_idle=2, reserve_for_ms=3000),
    "vip": Tier(name="vip", head_start_ms=-4000),
}

RELAXATIONS = {
    "easing": (Step(after_ms=3000, skills={"b": 1, "en": 0}), Step(after_ms=2000, queues=("service",), any_of=())),
    "other": (
        Step(after_ms=5000, expected_ms=1000, skills={"en": 1}, agents=("pair",)),
        Step(after_ms=1000, skills={"en": 0, "b": 4}),
    ),
}
GROUPS = {"pair": ("1001", "1003")}
EASED = (BOTH[0], dataclasses.replace(BOTH[1], relaxation="easing"))
PREFERRED = (
    (Preferred(agents=("1002",), for_ms=2500), Preferred(agents=("pair",), for_ms=1500)),
    (Preferred(agents=("1004", "nobody"), for_ms=4000),),
)

RULED = (
    dataclasses.replace(
        BOTH[0],
        exits={
            "full": Exit(to="queue:billing", above=2),
            "max_wait": Exit(to="flow:message", after_ms=9000),
            "closed": Exit(to="prompt:closed"),
            "unreachable": Exit(to="number:02155550100", after_ms=2000),
        },
        keys={"9": "queue:billing", "1": "flow:message", "2": "callback"},
        telling=Telling(
            position=True, wait=True, first_ms=500, every_ms=2000, gap_ms=1000, messages=("a", "b"), message_ms=3000
        ),
        estimates=True,
    ),
    dataclasses.replace(
        BOTH[1],
        exits={
            "logged_out": Exit(to="queue:service"),
            "on_break": Exit(to="queue:service", after_ms=1000),
            "long_wait": Exit(to="flow:message", above_ms=5000),
            "closed": Exit(to="queue:service"),
        },
        estimates=True,
        music="calm",
    ),
)

BORNE = Overload(contacts=Limit(most=6, resume=5), reserve={"vip": 1, "crown": 2})
LITTLE_BORNE = Overload(
    contacts=Limit(most=5, resume=3),
    numbers={"95000": Limit(most=4, resume=3)},
    queues={"service": Limit(most=2, resume=1)},
    leads_to={"95000": "service"},
    engine={e.Measure.LOOP_LAG: Limit(most=3, resume=1), e.Measure.ARI: Limit(most=5, resume=2)},
    reserve={"vip": 2},
)

PLANS: tuple[Plan, ...] = (
    dataclasses.replace(
        plan(
            "1001", skilled("1002", b=3), skilled("1003", b=5, en=1), skilled("1004", en=4), tiers=TIERS, queues=EASED
        ),
        relaxations=RELAXATIONS,
        groups=GROUPS,
        misses=MissRule(after=2),
        overload=BORNE,
        break_caps=(BreakCap(most=1), BreakCap(most=1, agents=("1001", "1002"))),
        **BREAKS,
    ),
    dataclasses.replace(
        plan(
            skilled("1003", b=5, en=1),
            AgentSpec(agent="1001", skills={"b": 9}, queues=("billing",)),
            "1002",
            tiers=(*TIERS[:1], Tier(name="vip", head_start_ms=5000), *TIERS[2:]),
            queues=RULED,
            version=2,
        ),
        misses=MissRule(after=2, reaction=e.MissReaction.PAUSE, pause_ms=2000),
        overload=LITTLE_BORNE,
        break_caps=(BreakCap(most=2), BreakCap(most=1, agents=("1003", "1002"))),
        **BREAKS,
    ),
    dataclasses.replace(
        plan(
            AgentSpec(agent="1001", terms={"service": QueueTerms(delay_ms=6000)}),
            AgentSpec(agent="1002", skills={"b": 4}, terms={"billing": QueueTerms(head_start_ms=8000, delay_ms=2000)}),
            AgentSpec(agent="1004", skills={"b": 4, "en": 4}, certificates={"en": 300_000, "b": 20_000}),
            tiers=TIERS,
            queues=(
                dataclasses.replace(RULED[0], tiers=IN_SERVICE, misses=MissRule(reaction=e.MissReaction.SIGN_OUT)),
                dataclasses.replace(
                    RULED[1], misses=MissRule(after=2, reaction=e.MissReaction.NOT_READY, reason="form")
                ),
            ),
            version=3,
        ),
        relaxations={"other": RELAXATIONS["easing"][:1]},
        certified=("en",),
        adaptation=Adaptation(every_ms=4000),
    ),
)

small = st.integers(0, 7)
KINDS = 36
a_step = st.tuples(st.integers(0, KINDS - 1), small, small, st.integers(0, 3))
Script = list[tuple[int, int, int, int]]


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Steps by the dozen; without a least length most scripts would be over before the first offer."""
    return draw(st.lists(a_step, min_size=draw(st.sampled_from((1, 20, 60))), max_size=90))


def events_of(floor: Floor, step: tuple[int, int, int, int], at: int) -> list[e.Event]:
    """What a step stands for on this floor: mostly events that fit it, sometimes ones that do not."""
    kind, first, second, third = step
    agent = AGENTS[first % len(AGENTS)]
    phone = f"phone-{(first + (third == 3 and second == 3)) % len(AGENTS)}"
    contact = CONTACTS[first]
    offers = [*floor.offers, 999]
    offer = offers[first % len(offers)]
    started = e.ContactStarted(
        at=at,
        contact=contact,
        asterisk="ab"[first % 2],
        channel="c",
        access="95000",
        caller=str(second) if third else "",
        tier=TIERS[second % len(TIERS)].name,
        held=third == 3,
    )
    queued = e.ContactQueued(
        at=at,
        contact=contact,
        queue=QUEUES[second % 2],
        tier=TIERS[second % len(TIERS)].name,
        since=max(0, at - 3000 * third),
        skills={"en": 1 + second % 2} if second > 5 else {},
        any_of=({"en": 2, "b": 4},) if second == 4 else (),
        urgency_ms=7000 if third == 3 else 0,
        credit_ms=2500 * (second == 3),
        relaxation="other" if second > 4 else None,
        preferred=PREFERRED[first % 2] if third == 2 else (),
    )
    priority = e.PriorityChanged(at=at, contact=contact, tier=TIERS[second % len(TIERS)].name, urgency_ms=900 * third)
    signed_in = e.AgentSignedIn(at=at, agent=agent, extension=phone, desk=second < 2, called_up=second == 7)
    ready = e.IntentChanged(at=at, agent=agent, intent=e.Intent.READY)
    desk = e.DeskOpened if third == 3 else e.DeskClosed
    link = e.LinkDown if third == 1 else e.LinkUp
    told = e.AdaptationTold(at=at, order=list(e.AdaptationOrder)[third % 3], who="boss")
    asked = e.CallbackAsked(
        at=at,
        contact=contact,
        number=str(second),
        not_before=at + 1000 * third,
        asterisk="ab"[first % 2],
        queue=QUEUES[third % 2],
        tier=TIERS[second % len(TIERS)].name,
        customer="x" if second == 6 else None,
    )
    dial: e.Event = e.CallbackAnswered(at=at, offer=offer, channel=f"customer-{offer}")
    if third == 3:
        dial = e.CallbackFailed(at=at, offer=offer, cause=list(e.CallbackFailure)[second % len(e.CallbackFailure)])
    held = e.HoldEnded if any(offer.held for offer in floor.offers.values()) else e.HoldStarted
    steps: list[list[e.Event]] = [
        [started, queued],
        [started, queued],
        [started, queued],
        [started, e.PartyConnected(at=at, contact=contact, party="8001")]
        if second < 2
        else [queued]
        if second < 6
        else [priority],
        [signed_in, ready],
        [signed_in, ready],
        [ready],
        [e.OfferAnswered(at=at, offer=offer)],
        [e.OfferAnswered(at=at, offer=offer), e.TalkConnected(at=at, offer=offer)],
        [ended(floor, contact, second, at)],
        [e.PopAcknowledged(at=at, offer=offer), e.PhoneRinging(at=at, offer=offer)],
        [e.OfferFailed(at=at, offer=offer, cause=list(e.OfferFailure)[second % 4])],
        [e.OfferLost(at=at, offer=offer)],
        [link(at=at, asterisk="ab"[second % 2])],
        [held(at=at, offer=offer)],
        [held(at=at, offer=max(offers))] if second < 3 else [rejoining(floor, offer, second, at)],
        [
            e.AgentHungUp(at=at, offer=offer, to=("", "", "access:95001")[third % 3]),
            *in_wrap_up(floor, offer, second, at),
        ],
        [e.OutcomeSaved(at=at, contact=contact, agent=talked_with(floor, contact), outcome="done")],
        [e.AgentSignedOut(at=at, agent=agent)] if second < 2 else [desk(at=at, agent=agent)],
        [e.IntentChanged(at=at, agent=agent, intent=e.Intent.NOT_READY, reason="break")] if second < 4 else [ready],
        [e.PhoneUnreachable(at=at, extension=phone)] if second < 3 else [e.PhoneReachable(at=at, extension=phone)],
        [e.PlanChanged(at=at, plan=PLANS[first % len(PLANS)])] if second < 3 else [told, e.TimePassed(at=at)],
        [e.QueueClosed(at=at, queue=QUEUES[second % 2])] if third else [e.QueueOpened(at=at, queue=QUEUES[second % 2])],
        [e.BreakAsked(at=at, agent=agent, reason=("break", "meal")[second % 2])],
        [a_break_settled(agent, second, at)],
        [a_wish(floor, agent, second, at)],
        [e.KeyPressed(at=at, contact=contact, key="912"[second % 3])],
        [asked, e.ContactEnded(at=at, contact=contact, cause=e.EndCause.HUNG_UP)],
        [asked] if second < 4 else [started, queued, asked],
        [dial],
        [changing_mind(contact, second, third, at)],
        [an_emergency(second, third, at)],
        [e.EngineMeasured(at=at, measure=list(e.Measure)[third % 3], value=second)],
        [audio(floor, max(offers), second, third, at)],
        [consulting(floor, offer, second, third, at)],
        [consulting(floor, offer, second, third, at), e.OfferAnswered(at=at, offer=floor.number + 2)],
    ]
    return steps[kind]


CAUSES = [cause for cause in e.EndCause if cause is not e.EndCause.FALLBACK]
"""The ends that a contact which is there may have."""


def ended(floor: Floor, contact: str, second: int, at: int) -> e.ContactEnded:
    """His leg is gone; where an agent has just picked up, every other time before the two met."""
    known = floor.contacts.get(contact)
    before = known is not None and is_unmet(known, floor.offers) and second % 2 == 0
    return e.ContactEnded(at=at, contact=contact, cause=CAUSES[second % len(CAUSES)], before_talk=before)


def a_break_settled(agent: str, what: int, at: int) -> e.Event:
    match what % 4:
        case 0:
            return e.BreakTakenBack(at=at, agent=agent)
        case 1:
            return e.BreakAllowed(at=at, agent=agent, by="boss")
        case _:
            return e.IntentChanged(at=at, agent=agent, intent=e.Intent.NOT_READY, reason="meal")


def a_wish(floor: Floor, agent: str, what: int, at: int) -> e.Event:
    wrapping_up = [one.agent for one in floor.agents.values() if one.state == "wrap_up"]
    if wrapping_up and what > 1:
        return e.WrapUpCut(at=at, agent=wrapping_up[0], by="boss")
    if what < 3:
        return e.AutoAnswerChosen(at=at, agent=agent, on=what > 0)
    return e.IntentChanged(at=at, agent=agent, intent=e.Intent.LOGGED_OUT)


def in_wrap_up(floor: Floor, offer: int, what: int, at: int) -> list[e.Event]:
    if (known := floor.offers.get(offer)) is None:
        return []
    prolonged: list[e.Event] = [e.WrapUpProlonged(at=at, agent=known.agent, by="boss" if what < 4 else "")]
    return [*prolonged, e.WrapUpCut(at=at, agent=known.agent, by="boss")] if what % 2 else prolonged


def changing_mind(contact: str, what: int, third: int, at: int) -> e.Event:
    match what:
        case 0 | 1:
            return e.CallbackCancelled(
                at=at, contact=contact, cause=list(e.CancelCause)[third % 3], into=CONTACTS[what]
            )
        case 2 | 3:
            return e.CallbackMoved(at=at, contact=contact, number="9" * third, not_before=at + 500)
        case 4:
            return e.DiallingBarred(at=at, queue=QUEUES[third % 2])
        case _:
            return e.DiallingAllowed(at=at, queue=QUEUES[third % 2])


def an_emergency(what: int, third: int, at: int) -> e.Event:
    if third == 0:
        return e.EmergencySwitchedOff(at=at, queue=QUEUES[what % 2], who="boss")
    return e.EmergencySwitchedOn(at=at, queue=QUEUES[what % 2], to=list(e.EmergencyWay)[third - 1], who="boss")


def rejoining(floor: Floor, offer: int, what: int, at: int) -> e.Event:
    known = floor.offers.get(offer)
    coming = (known.rejoin if known else None) or 998
    match what % 4:
        case 0:
            return e.AgentLegLost(at=at, offer=offer, leg=known.leg if known else 0)
        case 1:
            return e.RejoinAnswered(at=at, offer=offer, leg=coming)
        case 2:
            return e.RejoinFailed(at=at, offer=offer, leg=coming)
        case _:
            return e.RejoinAsked(at=at, offer=offer)


def audio(floor: Floor, offer: int, what: int, third: int, at: int) -> e.Event:
    party = list(e.Party)[third % 2]
    if what % 2:
        return e.AudioBack(at=at, offer=offer, party=party)
    return e.AudioMissing(at=at, offer=offer, party=party, since=max(0, at - 10_000))


def consulting(floor: Floor, offer: int, what: int, third: int, at: int) -> e.Event:
    """A consult is asked for, or if there is one anywhere, something becomes of it."""
    talk = next((one for one in floor.offers.values() if one.consult is not None), None)
    if talk is None or what == 7:
        idle = [one.agent for one in floor.agents.values() if one.state == "idle"] or list(AGENTS)
        to = f"queue:{QUEUES[what % 2]}" if third == 1 else f"agent:{idle[what % len(idle)]}"
        return e.ConsultAsked(at=at, offer=offer, to=to, line="line" if third == 2 else "")
    assert talk.consult is not None
    match what:
        case 0 | 1:
            return e.AgentHungUp(at=at, offer=talk.offer, to=e.CONSULTED)
        case 2:
            return e.ConsultEnded(at=at, offer=talk.offer)
        case 3:
            return e.AgentHungUp(at=at, offer=talk.consult)
        case 4:
            return e.HoldEnded(at=at, offer=talk.offer)
        case _:
            return e.OfferAnswered(at=at, offer=talk.consult)


def talked_with(floor: Floor, contact: str) -> str:
    known = floor.contacts.get(contact)
    if known is None:
        return AGENTS[0]
    return next(iter(known.sent_on), known.agent) or AGENTS[0]


def a_walk(seed: int, steps: int) -> Script:
    draw = random.Random(seed)
    return [(draw.randrange(KINDS), draw.randrange(8), draw.randrange(8), draw.randrange(4)) for _ in range(steps)]
