"""The answers that API, desk and command line get from the records."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd import events as e
from acd.plan import Queue
from cti.database.connection import Database
from cti.database.models import Recording, RecordingGap
from cti.records.ledger import CONTACT_ENDS, balance
from cti.records.log import LogFilter, LogLine
from cti.records.queries import RecordQueries
from cti.records.writer import RecordWriter
from tests.acd.shift import Shift, plan

PLAN = plan(
    "1001",
    "1002",
    queues=(Queue(name="service", ring_ms=15_000, wrap_up_ms=30_000), Queue(name="billing", wrap_up_ms=0)),
)


def a_morning() -> Shift:
    """a: answered after 4 s by 1001, on hold 2 s, outcome; b: abandoned after 3 s; c: machine only; d: waits."""
    shift = Shift(PLAN)
    shift.sign_in("1001")
    shift.call("a", tier="vip")
    shift.wait(4)
    shift.answer("a")
    shift.wait(6)
    shift.tell(e.HoldStarted(at=shift.now, offer=shift.offer("a")))
    shift.wait(2)
    shift.tell(e.HoldEnded(at=shift.now, offer=shift.offer("a")))
    shift.call("b", queue="billing")
    shift.wait(3)
    shift.hang_up("b")
    shift.start("c")
    shift.hang_up("c", e.EndCause.FLOW)
    shift.wait(5)
    shift.hang_up("a")
    shift.save("a", "1001", "enquiry.bill")
    shift.not_ready("1001")
    shift.wait(10)
    shift.call("d")
    return shift


async def keep(database: Database, facts: list[e.Fact]) -> RecordQueries:
    writer = RecordWriter(database, journal="test", facts_after=lambda n: iter(list(enumerate(facts, 1))[n:]))
    await writer.start(len(facts))
    await writer.stop()
    assert writer.applied == len(facts)
    return RecordQueries(database)


@pytest.fixture
async def records(database: Database) -> RecordQueries:
    records = await keep(database, a_morning().history)
    async with database.writing() as session:
        session.add(
            Recording(
                id="secret",
                contact="a",
                file="2026/01/01/secret.wav",
                seconds=16.0,
                channels=2,
                rate=8000,
                sha256="0" * 64,
                repaired=False,
                caller_talk=0.5,
                agent_talk=0.5,
                checks={},
                made_at=1,
            )
        )
        session.add(RecordingGap(contact="b", cause="missing", seconds=1.5, detail="", at=2))
    return records


async def test_the_ledger_tells_every_contact_and_balances(records: RecordQueries) -> None:
    found = await records.ledger()
    assert found["balance"]["contacts"] == {
        "started": 4,
        "ended_in_ivr": 1,
        "refused": 0,
        "shed": 0,
        "ended_after_visits": 2,
        "lost": 0,
        "fallback": 0,
        "live": 1,
        "difference": 0,
    }
    service, billing = found["balance"]["visits"]["service"], found["balance"]["visits"]["billing"]
    assert (service["entered"], service["answered"], service["open"], service["difference"]) == (2, 1, 1, 0)
    assert (billing["entered"], billing["abandoned"], billing["difference"]) == (1, 1, 0)
    assert [contact["contact"] for contact in found["contacts"]] == ["a", "b", "c", "d"]
    assert found["contacts"][0] == {
        "contact": "a",
        "sip_call_id": "",
        "caller": "13800000000",
        "access": "95000",
        "started_at": 0,
        "ended_at": 20_000,
        "end": "hung_up",
        "visits": [
            {
                "queue": "service",
                "tier": "vip",
                "entered_at": 0,
                "since": 0,
                "ended_at": 4_000,
                "end": "answered",
                "agent": "1001",
                "answered_at": 4_000,
            }
        ],
        "talks": [{"agent": "1001", "extension": "phone-1001", "from": 4_000, "to": 20_000}],
        "party_talks": [],
        "recordings": [{"file": "2026/01/01/secret.wav", "channels": 2, "seconds": 16.0}],
        "gaps": [],
        "outcome": "enquiry.bill",
    }
    assert found["contacts"][1]["gaps"] == [{"cause": "missing", "seconds": 1.5}]


async def test_the_ledger_of_a_period_has_the_contacts_that_began_in_it(records: RecordQueries) -> None:
    found = await records.ledger(since=12_000, until=30_000)
    assert [contact["contact"] for contact in found["contacts"]] == ["b", "c"]


async def test_a_long_ledger_is_read_in_parts_and_loses_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti.records.ledger.AT_ONCE", 3)
    shift = Shift(PLAN)
    for i in range(10):
        # Several at the same moment: the parts must not be cut by time alone.
        shift.start(f"c{i}")
    records = await keep(database, shift.history)
    assert [one["contact"] for one in (await records.ledger())["contacts"]] == [f"c{i}" for i in range(10)]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "ended_at": st.none() | st.just(1),
                "end": st.sampled_from([cause.value for cause in e.EndCause]),
                "visits": st.lists(
                    st.fixed_dictionaries(
                        {"queue": st.sampled_from("xy"), "end": st.sampled_from(["answered", "abandoned", None])}
                    ),
                    max_size=3,
                ),
            }
        )
    )
)
@settings(max_examples=100)
def test_every_contact_is_in_exactly_one_account(contacts: list[dict[str, object]]) -> None:
    found = balance(contacts)
    assert found["contacts"]["difference"] == 0
    assert sum(found["contacts"][end] for end in CONTACT_ENDS) + found["contacts"]["live"] == len(contacts)
    assert all(queue["difference"] == 0 for queue in found["visits"].values())


def test_a_visit_with_an_end_the_ledger_does_not_know_is_a_difference() -> None:
    contact = {"ended_at": 1, "end": "flow", "visits": [{"queue": "x", "end": "vanished"}]}
    assert balance([contact])["visits"]["x"]["difference"] == 1


async def test_the_log_shows_contacts_newest_first_with_what_became_of_them(records: RecordQueries) -> None:
    page = await records.log(LogFilter())
    assert [line.contact for line in page.lines] == ["d", "c", "b", "a"]
    assert page.next is None
    assert page.lines[3] == LogLine(
        contact="a",
        started_at=0,
        ended_at=20_000,
        caller="13800000000",
        access="95000",
        customer=None,
        language="",
        end="hung_up",
        queue="service",
        tier="vip",
        visit_end="answered",
        wait_ms=4_000,
        agents=("1001",),
        talk_ms=16_000,
        outcome="enquiry.bill",
        recording="secret",
    )


@pytest.mark.parametrize(
    ("wanted", "contacts"),
    [
        (LogFilter(queue="billing"), ["b"]),
        (LogFilter(agent="1001"), ["a"]),
        (LogFilter(end="flow"), ["c"]),
        (LogFilter(outcome="enquiry.bill"), ["a"]),
        (LogFilter(live=True), ["d"]),
        (LogFilter(live=False, since=1), ["c", "b"]),
        (LogFilter(caller="13800000000", until=12_000), ["a"]),
        (LogFilter(caller="' OR 1=1 --"), []),
        (LogFilter(customer="C1"), []),
        (LogFilter(access="95001"), []),
    ],
)
async def test_the_log_is_filtered(records: RecordQueries, wanted: LogFilter, contacts: list[str]) -> None:
    assert [line.contact for line in (await records.log(wanted)).lines] == contacts


async def test_pages_join_without_gap_or_repeat_while_new_contacts_come_in(database: Database) -> None:
    shift = Shift(PLAN)
    for i in range(7):
        shift.start(f"c{i}")
    records = await keep(database, shift.history)
    first = await records.log(LogFilter(), limit=3)
    shift.wait(1)
    shift.start("new")
    await keep(database, shift.history)
    second = await records.log(LogFilter(), before=first.next, limit=3)
    third = await records.log(LogFilter(), before=second.next, limit=3)
    found = [line.contact for page in (first, second, third) for line in page.lines]
    assert found == [f"c{i}" for i in range(6, -1, -1)]
    assert third.next is None


async def test_a_contact_is_told_whole(records: RecordQueries) -> None:
    await records.save_note(contact="a", agent="1001", note="calls again\x00", at=21_000)
    await records.save_note(contact="a", agent="1001", note="calls again tomorrow", at=22_000)
    found = await records.contact("a")
    assert found is not None
    assert found.contact.sip_call_id == ""
    assert [offer.end for offer in found.offers] == ["answered"]
    assert [(hold.from_at, hold.to_at) for hold in found.holds] == [(10_000, 12_000)]
    assert [note.note for note in found.notes] == ["calls again tomorrow"]
    assert [recording.id for recording in found.recordings] == ["secret"]
    assert [*found.gaps, *found.samples, *found.missing_outcomes] == []
    assert await records.contact("ghost") is None


async def test_owed_outcomes_are_listed_until_they_are_saved(database: Database) -> None:
    shift = Shift(PLAN)
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.hang_up("a")
    shift.wait(30)
    records = await keep(database, shift.history)
    owed = await records.missing_outcomes("1001")
    assert [(one.contact, one.since, one.started_at) for one in owed] == [("a", 30_000, 0)]
    assert await records.missing_outcomes("1002") == []
    assert await records.missing_outcomes() == owed
    shift.save("a", "1001")
    await keep(database, shift.history)
    assert await records.missing_outcomes() == []


async def test_the_last_contacts_of_a_number_are_told(records: RecordQueries) -> None:
    found = await records.last_contacts(number="13800000000", limit=2)
    assert [one.contact for one in found] == ["d", "c"]
    oldest = (await records.last_contacts(number="13800000000"))[-1]
    assert (oldest.contact, oldest.queue, oldest.agent, oldest.outcome) == ("a", "service", "1001", "enquiry.bill")
    assert await records.last_contacts(customer="C1") == []
    assert await records.last_contacts() == []


async def test_queues_have_figures_that_add_up(records: RecordQueries) -> None:
    billing, service = await records.queues(since=0, until=60_000, targets_ms={"service": 4_000, "billing": 2_000})
    assert (service.queue, service.entered, service.open) == ("service", 2, 1)
    assert (service.answered_within, service.answer_wait_ms, service.longest_wait_ms) == (1, 4_000, 4_000)
    assert (billing.ends["abandoned"], billing.abandoned_within) == (1, 0)
    for queue in (billing, service):
        assert queue.entered == sum(queue.ends.values()) + queue.open
    assert [one.queue for one in await records.queues(since=20_000, until=60_000, targets_ms={})] == ["service"]


async def test_agents_have_figures_cut_at_the_edges_of_the_period(records: RecordQueries) -> None:
    (agent,) = await records.agents(since=0, until=35_000)
    assert (agent.agent, agent.offers, agent.answered, agent.missed, agent.failed) == ("1001", 1, 1, 0, 0)
    assert (agent.ring_ms, agent.talk_ms, agent.hold_ms, agent.wrap_up_ms) == (4_000, 14_000, 2_000, 0)
    assert (agent.not_ready_ms, agent.signed_in_ms) == (15_000, 35_000)
    (part,) = await records.agents(since=11_000, until=13_000)
    assert (part.hold_ms, part.talk_ms, part.offers) == (1_000, 1_000, 0)


async def test_questions_may_be_asked_all_at_once(records: RecordQueries) -> None:
    answers = await asyncio.gather(*(records.log(LogFilter()) for _ in range(20)))
    assert all(page == answers[0] for page in answers)
