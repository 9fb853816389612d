"""A script played on a floor, looked at after each event: every choice is right, everything has one owner."""

import copy
from collections import Counter

from acd import events as e
from acd.breaks import Breaks
from acd.errors import IllegalEvent
from acd.floor import Floor
from acd.fold import FoldedFloor
from acd.lines import Lines
from acd.overload import MEASURES, load, of_name
from acd.overtaking import Overtaking, allowance_of
from acd.reasons import why_waiting
from acd.state import FloorState
from acd.together import Rung
from tests.acd import oracle
from tests.acd.scripts import PLANS, Script, events_of


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
    if made.beside:
        check_joining(before, made)
        return
    contact = oracle.best_contact(before, made.at)
    assert contact is not None
    agent = oracle.best_agent(before, contact, made.at)
    assert (made.contact, made.agent) == (contact.contact, agent.agent)
    assert made.score == oracle.score_with(before, contact, agent, made.at)
    unable = "not_preferred" if contact.step < 0 else "no_skill"
    is_crewed = oracle.crew(before, contact) is not None
    standings: Counter[str] = Counter()
    for one in before.agents.values():
        elsewhere = "called_up" if one.called_up and not is_crewed else "switched_over" if is_crewed else unable
        standings[one.standing if oracle.able(before, one, contact) else elsewhere] += 1
    del standings["idle"]
    assert made.left_out == standings
    allowance = allowance_of(before.contacts)
    for other in oracle.waiting(before):
        if other.since < contact.since and agent in oracle.may_start_with(before, other, made.at):
            bound = Overtaking(before.plan).bound_ms(other.tier, contact.tier, allowance)
            assert bound is None or contact.since - other.since <= bound, "overtaken beyond the bound"


def check_joining(before: FloorState, made: e.OfferMade) -> None:
    """A phone that rings beside others is left over, and rings for whoever was offered first of all it may have."""
    assert oracle.best_contact(before, made.at) is None, "somebody waits whom nobody rings for"
    agent = before.agents[made.agent]
    rung = [one for one in before.contacts.values() if one.queue == made.queue and oracle.may_join(before, one, agent)]
    first = min(rung, key=lambda one: oracle.ringing(before, one)[0].offer)
    assert (made.contact, made.beside) == (first.contact, first.offer)


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
    for agent in state.agents.values():
        assert not any(oracle.may_join(state, one, agent) for one in state.contacts.values()), "a phone is silent"
    assert floor.imbalance() == {}
    lines = Lines(state.contacts)
    assert (lines.all, lines.of("95000")) == (floor.lines.all, floor.lines.of("95000"))
    rung = Rung(state.contacts.values())
    assert all(rung.of(queue) == floor.rung.of(queue) for queue in state.plan.queues)
    for limit, known in ((limit, of_name(floor, limit)) for limit in state.overloads):
        assert known is not None, "an overload of a limit that is not in the plan"
        assert limit in MEASURES or load(floor, limit) > known.resume, "an overload that is over"
    counted = Breaks(state.plan, state.agents)
    assert (counted.waiting, counted.counts()) == (floor.breaks.waiting, floor.breaks.counts())
    assert counted.next() is None, "somebody's turn for a break was left untold"
    owners: dict[str, str] = {}
    reserved: list[str] = []
    for number, offer in state.offers.items():
        assert offer.offer == number
        assert state.agents[offer.agent].offer == number
        assert offer.consult is None or state.offers[offer.consult].consult_of == number
        if offer.consult_of is not None:
            assert state.offers[offer.consult_of].consult == number, "a colleague whom nobody consults"
            owners[f"consulted about {offer.contact}"] = offer.agent
            continue
        contact = state.contacts[offer.contact]
        assert number in contact.open_offers
        if number in contact.beside:
            assert contact.state == "offered", "phones ring beside a talk"
            reserved.append(offer.agent)
            continue
        assert offer.contact not in owners, "a contact with two owners"
        owners[offer.contact] = offer.agent
    reserved += owners.values()
    assert len(set(reserved)) == len(reserved), "an agent with two contacts"
    for agent in state.agents.values():
        busy = agent.state in ("reserved", "ringing", "talking", "hold")
        assert busy == (agent.offer is not None)
        assert (agent.state == "wrap_up") == (agent.wrap_up_until is not None)
        assert agent.set_aside is not None or agent.aside_until is None
    for contact in state.contacts.values():
        assert set(contact.beside) <= state.offers.keys()
        assert (contact.state in ("offered", "dialling", "talking")) == (contact.offer is not None)
    due = floor.next_deadline()
    assert due is None or due > floor.at or floor.facts == [] or not isinstance(floor.facts[0], e.TimePassed)
