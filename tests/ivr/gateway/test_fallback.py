"""The fallback's log is read onward, half-written lines wait, and each call reaches the floor once."""

from pathlib import Path

import pytest

from acd import events as e
from acd.floor import Floor
from acd.plan import AgentSpec, Plan, Queue, Tier
from ivr.gateway.fallback import READY, ends, variables
from ivr.gateway.fallback_log import TALKED, FallbackLog

END = '"HOTLINE_FALLBACK_END","{at}","PJSIP/trunk-1","{c}","{c}","h","hotline-fallback","13900000001","95000","","","",'
EXTRA = '"{{""extra"":""{c} 1700000000000 {end} call-{c}""}}"\n'


def line(contact: str, at: str, end: str = "answered:PJSIP/8001") -> str:
    return END.format(at=at, c=contact) + EXTRA.format(c=contact, end=end)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "hotline.csv"
    path.write_text('"CHAN_START","1700000000.1","x"\n' + line("a-1", "1700000005.25"))
    return path


def test_it_is_read_onward_and_half_a_line_waits_for_its_end(log: Path) -> None:
    reader = FallbackLog(log)
    (first,) = reader.read(0)
    assert (first.contact, first.access, first.end, first.who) == ("a-1", "95000", "answered", "PJSIP/8001")
    assert first.detail == "answered by PJSIP/8001, 5 s in the fallback"
    whole = line("a-2", "1700000006.5", "abandoned")
    with log.open("a") as file:
        file.write(whole[:40])
    assert reader.read(0) == []
    with log.open("a") as file:
        file.write(whole[40:])
    assert [call.contact for call in reader.read(0)] == ["a-2"]


def test_a_start_leaves_out_what_the_floor_has_and_a_new_file_is_begun(log: Path) -> None:
    assert FallbackLog(log).read(1_700_000_005_250_000) == []
    reader = FallbackLog(log)
    reader.read(0)
    log.rename(log.with_suffix(".1"))
    log.write_text(line("a-3", "1700000009.0"))
    assert [call.contact for call in reader.read(0)] == ["a-3"]
    assert FallbackLog(log.with_name("none")).read(0) == []


def test_a_line_that_a_crash_cut_is_passed_over(log: Path) -> None:
    log.write_text(line("a-4", "1700000005.1").replace("1700000000000", "soon") + line("a-5", "1700000005.2"))
    assert [call.contact for call in FallbackLog(log).read(0)] == ["a-5"]


def came_and_ended(contact: str, at: str, *kinds: str) -> str:
    """Lines of a call that came to the fallback, and what else is told of it."""
    extra = {"HOTLINE_FALLBACK": '"{""extra"":""' + f"{contact} 3 call-{contact}" + '""}"'}
    return "".join(
        END.replace("HOTLINE_FALLBACK_END", kind).format(at=at, c=contact) + extra.get(kind, "") + "\n"
        for kind in kinds
    )


@pytest.mark.parametrize("application", ["AGI", "Stasis"])
def test_who_was_fetched_home_before_asterisk_died_is_told_of_by_the_floor_alone(log: Path, application: str) -> None:
    home = came_and_ended("a-1", "1700000002.0", "APP_START").replace('"95000",""', f'"95000","{application}"')
    log.write_text(
        came_and_ended("a-1", "1700000001.0", "HOTLINE_FALLBACK")
        + home
        + came_and_ended("a-2", "1700000001.0", "HOTLINE_FALLBACK")
        + home.replace("a-1", "a-2").replace(application, "Queue")
    )
    assert [call.contact for call in FallbackLog(log).read(0, began_at=1_700_000_009_000_000)] == ["a-2"]


def test_calls_that_were_there_when_asterisk_died_are_lost_with_it(log: Path) -> None:
    log.write_text(
        came_and_ended("a-1", "1700000001.0", "HOTLINE_FALLBACK")
        + came_and_ended("a-2", "1700000001.0", "HOTLINE_FALLBACK", "CHAN_END")
        + came_and_ended("a-3", "1700000001.0", "HOTLINE_FALLBACK")
        + line("a-3", "1700000002.0")
    )
    reader = FallbackLog(log)
    assert [call.contact for call in reader.read(0)] == ["a-3"]
    (dead,) = reader.read(0, began_at=1_700_000_009_000_000)
    assert (dead.contact, dead.end, dead.sip_call_id) == ("a-1", "lost", "call-a-1")
    floor = Floor()
    for event in ends(floor, "a", dead, None, 4):
        floor.apply(event)
    assert floor.ledger.contacts.lost == 1
    assert FallbackLog(log).read(floor.state.fallback_read["a"], began_at=1_700_000_009_000_000) == []
    assert reader.read(0, began_at=1_700_000_009_000_000) == []


def test_each_call_is_in_the_ledger_once_whether_it_was_known_or_not(log: Path) -> None:
    log.write_text("".join(line(f"a-{n}", f"170000000{n}.0") for n in (5, 6, 7)))
    floor = Floor()
    floor.apply(e.PlanChanged(at=1, plan=Plan(tiers={"t": Tier(name="t")}, queues={"q": Queue(name="q")})))
    for contact in ("a-5", "a-6"):
        came = e.ContactStarted(at=2, contact=contact, asterisk="a", channel=contact, access="1", caller="")
        floor.apply(came)
    floor.apply(e.ContactQueued(at=3, contact="a-6", queue="q", tier="t", since=3))
    for call in FallbackLog(log).read(0):
        for event in ends(floor, "a", call, call.talk, 4):
            floor.apply(event)
    assert (floor.ledger.contacts.started, floor.ledger.contacts.fallback) == (3, 3)
    assert floor.ledger.of("q").fallback == 1
    assert floor.ledger.imbalance(floor.contacts.values()) == {}
    assert FallbackLog(log).read(floor.state.fallback_read["a"]) == []


def test_a_talk_began_when_somebody_answered_and_if_that_is_not_known_when_the_caller_came(log: Path) -> None:
    answered = line("a-8", "1700000003.5").replace("HOTLINE_FALLBACK_END", TALKED)
    answered = answered.replace("a-8 1700000000000 answered:PJSIP/8001 call-a-8", "a-8")
    log.write_text(answered)
    reader = FallbackLog(log)
    assert reader.read(0) == []
    with log.open("a") as file:
        file.write(line("a-8", "1700000009.0") + line("a-9", "1700000009.5", "answered:out-139") + line("b", "1", "x"))
    known, unknown, alone = reader.read(0)
    assert known.talk == e.InFallback(party="8001", talked_from=1_700_000_003_500)
    assert unknown.talk == e.InFallback(party="139", talked_from=1_700_000_000_000)
    assert alone.talk is None


def test_the_phones_of_those_who_are_ready_are_told(log: Path) -> None:
    floor = Floor()
    agents = ("1", "2", "3")
    floor.apply(e.PlanChanged(at=1, plan=Plan(agents={each: AgentSpec(agent=each) for each in agents})))
    for agent in agents:
        floor.apply(e.AgentSignedIn(at=1, agent=agent, extension=f"80{agent}"))
    for agent in ("1", "3"):
        floor.apply(e.IntentChanged(at=1, agent=agent, intent=e.Intent.READY))
    floor.apply(e.PhoneUnreachable(at=1, extension="803"))
    assert variables(floor, {"HOTLINE_QUEUE_S": "5"}) == {"HOTLINE_QUEUE_S": "5", READY: "801"}


def test_who_works_on_a_number_outside_is_not_rung_by_the_queue_of_last_resort(log: Path) -> None:
    floor = Floor()
    floor.apply(e.PlanChanged(at=1, plan=Plan(agents={"1": AgentSpec(agent="1")})))
    floor.apply(e.AgentSignedIn(at=1, agent="1", extension="13900000001", outside=True))
    floor.apply(e.IntentChanged(at=1, agent="1", intent=e.Intent.READY))
    assert variables(floor, {}) == {READY: ""}
