"""Whatever happens on the floor, the tables agree with it, and a restart in the middle changes nothing."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd import events as e
from acd.contact import OPEN
from acd.fold import FoldedFloor
from acd.ledger import VisitAccounts
from cti.database.models import AgentInterval, AgentNow, Contact, MissingOutcome, Offer, Talk, Visit
from cti.records.book import VISIT_ENDS
from tests.acd.play import play
from tests.acd.scripts import Script, a_walk, scripts
from tests.cti.records.rows import Rows, with_own_ids


def facts_of(script: Script) -> list[e.Fact]:
    return with_own_ids(play(script)[1])


def floor_of(facts: list[e.Fact]) -> FoldedFloor:
    floor = FoldedFloor()
    for fact in facts:
        floor.fold(fact)
    return floor


def check_agrees(rows: Rows, floor: FoldedFloor) -> None:
    visits = rows.of(Visit)
    for queue in floor.ledger.visits.keys() | {row["queue"] for row in visits}:
        ends = Counter(row["end"] for row in visits if row["queue"] == queue)
        waiting = ends.pop(None, 0)
        counted = VisitAccounts(**{"entered": sum(ends.values()) + waiting, **{end: ends[end] for end in VISIT_ENDS}})
        assert counted == floor.ledger.of(queue)
    accounts = floor.ledger.contacts
    contacts = rows.of(Contact)
    assert len(contacts) == accounts.started
    assert sum(row["ended_at"] is not None for row in contacts) == accounts.ended
    assert sum(row["end"] == "lost" for row in contacts) == accounts.lost
    for agent in floor.agents.values():
        row = rows.one(AgentNow, agent=agent.agent)
        assert (row["state"], row["intent"], row["extension"]) == (agent.state, agent.intent, agent.extension)
        assert (row["offer"], row["contact"], row["listed"]) == (agent.offer, agent.contact, agent.listed)
        assert (row["set_aside"], row["reachable"]) == (agent.set_aside, agent.reachable)
    open_offers = {row["offer"] for row in rows.of(Offer) if row["ended_at"] is None}
    assert open_offers == set(floor.offers)
    for contact in floor.contacts.values():
        if contact.state in OPEN:
            visit = rows.one(Visit, contact=contact.contact, end=None)
            assert (visit["visit"], visit["tier"], visit["urgency_ms"]) == (
                contact.visits,
                contact.tier,
                contact.urgency_ms,
            )
    open_talks = {row["offer"] for row in rows.of(Talk) if row["to_at"] is None}
    assert open_talks <= {offer.offer for offer in floor.offers.values() if offer.answered_at is not None}


def check_intervals(rows: Rows) -> None:
    for agent in {row["agent"] for row in rows.of(AgentInterval)}:
        own = sorted((row for row in rows.of(AgentInterval) if row["agent"] == agent), key=lambda row: row["fact"])
        assert [row["to_at"] for row in own[:-1]] == [row["from_at"] for row in own[1:]]
        assert own[-1]["to_at"] is None


@given(scripts())
@settings(max_examples=60)
def test_the_tables_agree_with_the_floor(script: Script) -> None:
    facts = facts_of(script)
    rows = Rows().apply(*facts)
    check_agrees(rows, floor_of(facts))
    check_intervals(rows)


@given(scripts(), st.integers(0, 400))
@settings(max_examples=60)
def test_a_restart_in_the_middle_leaves_the_same_tables(script: Script, cut: int) -> None:
    facts = facts_of(script)
    through = Rows().apply(*facts)
    restarted = Rows().apply(*facts[:cut])
    restarted.reload()
    assert restarted.apply(*facts[cut:]).tables == through.tables


@pytest.mark.parametrize("seed", range(4))
def test_a_long_walk_cut_between_any_two_facts_leaves_the_same_tables(seed: int) -> None:
    facts = facts_of(a_walk(seed, 250))
    through = Rows().apply(*facts)
    for cut in random.Random(seed).sample(range(len(facts)), 25):
        restarted = Rows().apply(*facts[:cut])
        restarted.reload()
        assert restarted.apply(*facts[cut:]).tables == through.tables, (facts[cut - 1], facts[cut])


@pytest.mark.parametrize("seed", range(3))
def test_a_long_walk_agrees_at_every_step(seed: int) -> None:
    script = a_walk(seed, 300)
    floor = FoldedFloor()
    rows = Rows()
    for fact in facts_of(script):
        floor.fold(fact)
        rows.apply(fact)
        check_agrees(rows, floor)
    check_intervals(rows)
    assert rows.of(MissingOutcome) or not any(
        isinstance(fact, e.WrapUpEnded) and fact.end is e.WrapUpEnd.CAP for fact in facts_of(script)
    )
