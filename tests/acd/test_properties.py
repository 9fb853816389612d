"""What must hold after every event of any sequence, sensible or not."""

import contextlib
import copy
import dataclasses
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import acd.estimate
from acd import events as e
from acd.breaks import Breaks
from acd.contact import is_unmet
from acd.errors import IllegalEvent
from acd.floor import Floor
from acd.fold import FoldedFloor
from acd.lines import Lines
from acd.overload import MEASURES, load, of_name
from acd.overtaking import Overtaking, allowance_of
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
from acd.reasons import why_waiting
from acd.state import FloorState
from tests.acd import oracle
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


@pytest.fixture(scope="module", autouse=True)
def little_is_enough() -> Iterator[None]:
    """Random walks handle few contacts: let estimates be made from them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acd.estimate, "LEAST_HANDLED", 1.0)
        yield


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
    signed_in = e.AgentSignedIn(at=at, agent=agent, extension=phone, desk=second < 2)
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


def play(script: Script, cut: int = 0) -> tuple[Floor, list[e.Fact], FloorState]:
    """Run a script, checking after each event: the floor, all facts, and a checkpoint from before event `cut`."""
    floor = Floor()
    mirror = FoldedFloor()
    facts: list[e.Fact] = []
    checkpoint = FloorState()
    told = 0

    def tell(event: e.Event) -> None:
        nonlocal checkpoint, told
        if told == cut:
            checkpoint = copy.deepcopy(floor.state)
        told += 1
        try:
            floor.apply(event)
        except IllegalEvent:
            assert floor.state == mirror.state, "a refused event changed the floor"
            return
        facts.extend(floor.facts)
        for fact in floor.facts:
            if isinstance(fact, e.OfferMade):
                check_choice(mirror.state, fact)
            mirror.fold(fact)
        check_rest(floor)

    tell(e.PlanChanged(at=0, plan=PLANS[0]))
    at = 0
    for step in script:
        at += (0, 0, 500, 4000)[step[3]]
        while (due := floor.next_deadline()) is not None and due <= at:
            tell(e.TimePassed(at=due))
        for event in events_of(floor, step, at):
            tell(event)
    assert mirror.state == floor.state
    return floor, facts, checkpoint


def check_choice(before: FloorState, made: e.OfferMade) -> None:
    """The offer is the one the plain reading of the rules gives, and passes nobody beyond the bound."""
    before.at = made.at
    contact = oracle.best_contact(before, made.at)
    assert contact is not None
    agent = oracle.best_agent(before, contact, made.at)
    assert (made.contact, made.agent) == (contact.contact, agent.agent)
    assert made.score == oracle.score_with(before, contact, agent, made.at)
    unable = "not_preferred" if contact.step < 0 else "no_skill"
    if oracle.crew(before, contact) is not None:
        unable = "switched_over"
    standings = Counter(one.standing if oracle.able(before, one, contact) else unable for one in before.agents.values())
    del standings["idle"]
    assert made.left_out == standings
    allowance = allowance_of(before.contacts)
    for other in oracle.waiting(before):
        if other.since < contact.since and agent in oracle.may_start_with(before, other, made.at):
            bound = Overtaking(before.plan).bound_ms(other.tier, contact.tier, allowance)
            assert bound is None or contact.since - other.since <= bound, "overtaken beyond the bound"


def check_rest(floor: Floor) -> None:
    """No offer is left unmade, everything has one owner, the ledger balances."""
    state = floor.state
    assert oracle.best_contact(state, floor.at) is None, "an idle agent and a contact that may start were left apart"
    for contact in oracle.waiting(state):
        assert not oracle.ought_to_go_on(state, contact), "a contact stays at a step that is over"
        reasons = why_waiting(floor, contact.contact)
        assert sum(map(len, reasons.values())) == len(state.agents)
        assert "idle" not in reasons, "an able idle agent without a reason"
        assert oracle.rule_for(state, contact, floor.at) is None, "a contact stays where a rule sends it away"
    assert floor.imbalance() == {}
    lines = Lines(state.contacts)
    assert (lines.all, lines.of("95000")) == (floor.lines.all, floor.lines.of("95000"))
    for limit, known in ((limit, of_name(floor, limit)) for limit in state.overloads):
        assert known is not None, "an overload of a limit that is not in the plan"
        assert limit in MEASURES or load(floor, limit) > known.resume, "an overload that is over"
    counted = Breaks(state.plan, state.agents)
    assert (counted.waiting, counted.counts()) == (floor.breaks.waiting, floor.breaks.counts())
    assert counted.next() is None, "somebody's turn for a break was left untold"
    owners: dict[str, str] = {}
    for number, offer in state.offers.items():
        assert offer.offer == number
        assert state.agents[offer.agent].offer == number
        assert offer.consult is None or state.offers[offer.consult].consult_of == number
        if offer.consult_of is not None:
            assert state.offers[offer.consult_of].consult == number, "a colleague whom nobody consults"
            owners[f"consulted about {offer.contact}"] = offer.agent
            continue
        assert state.contacts[offer.contact].offer == number
        assert offer.contact not in owners, "a contact with two owners"
        owners[offer.contact] = offer.agent
    assert len(set(owners.values())) == len(owners), "an agent with two contacts"
    for agent in state.agents.values():
        busy = agent.state in ("reserved", "ringing", "talking", "hold")
        assert busy == (agent.offer is not None)
        assert (agent.state == "wrap_up") == (agent.wrap_up_until is not None)
        assert agent.set_aside is not None or agent.aside_until is None
    for contact in state.contacts.values():
        assert (contact.state in ("offered", "dialling", "talking")) == (contact.offer is not None)
    due = floor.next_deadline()
    assert due is None or due > floor.at or floor.facts == [] or not isinstance(floor.facts[0], e.TimePassed)


@given(scripts())
@settings(max_examples=150)
def test_every_choice_is_right_and_the_floor_is_at_rest_after_each_event(
    script: Script,
) -> None:
    play(script)


@given(scripts(), st.integers(0, 60))
@settings(max_examples=60)
def test_a_checkpoint_and_the_facts_after_it_give_the_floor_again(script: Script, cut: int) -> None:
    floor, facts, checkpoint = play(script, cut)
    rebuilt = FoldedFloor(checkpoint)
    for fact in facts[checkpoint.number :]:
        rebuilt.fold(fact)
    assert rebuilt.state == floor.state
    assert rebuilt.next_deadline() == floor.next_deadline()


@given(scripts(), st.integers(0, 60))
@settings(max_examples=60)
def test_a_floor_started_from_a_checkpoint_decides_what_the_first_one_decided_to_the_byte(
    script: Script, cut: int
) -> None:
    _, facts, checkpoint = play(script, cut)
    tail = facts[checkpoint.number :]
    again = Floor(checkpoint)
    decided: list[e.Fact] = []
    for fact in tail:
        if isinstance(fact, e.Event):
            again.apply(fact)
            decided += again.facts
    assert as_bytes(decided) == as_bytes(tail)


@given(scripts())
@settings(max_examples=60)
def test_left_alone_the_floor_comes_to_an_end_of_its_timers(script: Script) -> None:
    floor, _, _ = play(script)
    stop_what_never_ends(floor)
    before = floor.at
    for _ in range(4 * len(AGENTS) * (len(CONTACTS) + 1)):
        due = floor.next_deadline()
        if due is None:
            break
        assert due >= before
        before = due
        floor.apply(e.TimePassed(at=due))
        check_rest(floor)
    assert floor.next_deadline() is None
    assert not any(agent.state in ("reserved", "ringing", "wrap_up") for agent in floor.agents.values())


def stop_what_never_ends(floor: Floor) -> None:
    """Targets are compared for as long as the floor lives, and who waits is told something for as long as he waits."""
    silent = {name: dataclasses.replace(queue, telling=None) for name, queue in floor.plan.queues.items()}
    for event in (
        e.AdaptationTold(at=floor.at, order=e.AdaptationOrder.FREEZE, who="boss"),
        e.PlanChanged(at=floor.at, plan=dataclasses.replace(floor.plan, queues=silent)),
    ):
        with contextlib.suppress(IllegalEvent):
            floor.apply(event)


def a_walk(seed: int, steps: int) -> Script:
    draw = random.Random(seed)
    return [(draw.randrange(KINDS), draw.randrange(8), draw.randrange(8), draw.randrange(4)) for _ in range(steps)]


def test_a_journal_cut_off_anywhere_gives_a_floor_that_goes_on() -> None:
    _, facts, _ = play(a_walk(seed=7, steps=250))
    for cut in range(1, len(facts)):
        # A crash may leave an event behind without the decisions about it.
        floor = Floor()
        for fact in facts[:cut]:
            floor.fold(fact)
        at = floor.at
        for step in a_walk(seed=cut, steps=6):
            at += (0, 0, 500, 4000)[step[3]]
            for event in [e.TimePassed(at=at), *events_of(floor, step, at)]:
                with contextlib.suppress(IllegalEvent):
                    floor.apply(event)
        stop_what_never_ends(floor)
        while (due := floor.next_deadline()) is not None:
            floor.apply(e.TimePassed(at=max(due, floor.at)))
        check_rest(floor)
        assert not any(agent.state in ("reserved", "ringing", "wrap_up") for agent in floor.agents.values())


def test_long_walks_meet_every_kind_of_fact() -> None:
    met: set[type[e.Fact]] = set()
    for seed in range(60):
        _, facts, _ = play(a_walk(seed, steps=600))
        met.update(map(type, facts))
        if met == set(e.FACTS):
            return
    assert met == set(e.FACTS)


AROUND_CONSULTS = (0, 4, 8, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 20, 34, 34, 35, 35)
"""The kinds of steps from which consults come, and what may happen to them."""


def test_walks_around_consults_end_them_in_every_way() -> None:
    ends: Counter[str] = Counter()
    for seed in range(25):
        draw = random.Random(seed)
        script = [
            (draw.choice(AROUND_CONSULTS), draw.randrange(8), draw.randrange(8), draw.randrange(4)) for _ in range(250)
        ]
        floor = FoldedFloor()
        for fact in play(script)[1]:
            consulted = {offer.offer for offer in floor.offers.values() if offer.consult_of is not None}
            floor.fold(fact)
            for number in consulted:
                if number not in floor.offers:
                    ends[type(fact).__name__] += 1
                elif floor.offers[number].consult_of is None:
                    ends["handed over"] += 1
    assert set(ends) >= {"handed over", "OfferWithdrawn", "OfferExpired", "OfferFailed"}, ends


def as_bytes(facts: list[e.Fact]) -> bytes:
    return json.dumps([[type(fact).__name__, dataclasses.asdict(fact)] for fact in facts]).encode()
