"""A rehearsal: the plan's times fall due, habits answer to what the floor decides, and what does not fit is counted."""

from collections.abc import Callable

from acd import events as e
from acd.floor import Floor
from acd.plan import Plan
from acd.simulate.habits import Agents, Callers, Response, Talk
from acd.simulate.rehearsal import Rehearsal
from tests.acd.shift import plan

MINUTE = Talk(ms=60_000)
PROMPT = Response(ms=2_000)


class Watched:
    """A rehearsal and the facts it made."""

    def __init__(
        self,
        in_force: Plan,
        patience: Callable[[str], int | None] = lambda contact: None,
        talk: Talk = MINUTE,
        response: Response = PROMPT,
    ) -> None:
        self.facts: list[e.Fact] = []
        self.rehearsal = Rehearsal(Floor())
        for kind in e.FACTS:
            self.rehearsal.on(kind, self.facts.append)
        Callers(self.rehearsal, patience, lambda contact, agent: talk)
        Agents(self.rehearsal, lambda contact, agent: response, lambda contact, agent: talk)
        self.rehearsal.enter(e.PlanChanged(at=0, plan=in_force))

    def sign_in(self, *agents: str, desk: bool = False) -> None:
        for agent in agents:
            self.rehearsal.enter(e.AgentSignedIn(at=0, agent=agent, extension=f"phone-{agent}", desk=desk))
            self.rehearsal.enter(e.IntentChanged(at=0, agent=agent, intent=e.Intent.READY))

    def call(self, contact: str, at: int) -> None:
        started = e.ContactStarted(at=at, contact=contact, asterisk="", channel="", access="", caller="")
        self.rehearsal.enter(started)
        self.rehearsal.enter(e.ContactQueued(at=at, contact=contact, queue="service", tier="standard", since=at))

    def when(self, kind: type[e.Fact]) -> list[int]:
        return [fact.at for fact in self.facts if type(fact) is kind]


def test_a_caller_is_answered_talks_and_his_agent_wraps_up() -> None:
    watched = Watched(plan("1001"), talk=Talk(ms=60_000, wrap_up_ms=5_000))
    watched.sign_in("1001", desk=True)
    watched.call("a", 1_000)
    watched.rehearsal.run(100_000)
    assert watched.when(e.RingStarted) == [1_000]
    assert watched.when(e.OfferAnswered) == [3_000]
    assert watched.when(e.ContactEnded) == [63_000]
    assert watched.when(e.WrapUpEnded) == [68_000]
    assert watched.rehearsal.floor.contacts == {}


def test_an_outcome_nobody_saves_ends_with_the_cap_of_the_plan() -> None:
    watched = Watched(plan("1001"), talk=Talk(ms=60_000, wrap_up_ms=None, agent_ends=True))
    watched.sign_in("1001")
    watched.call("a", 0)
    watched.rehearsal.run(200_000)
    assert watched.when(e.AgentHungUp) == watched.when(e.ContactEnded) == [62_000]
    assert watched.when(e.WrapUpEnded) == [92_000]


def test_a_caller_gives_up_when_his_patience_ends_and_not_when_he_talks() -> None:
    watched = Watched(plan("1001"), patience=lambda contact: {"a": 10_000, "b": 20_000}[contact])
    watched.sign_in("1001")
    watched.call("a", 0)
    watched.call("b", 1_000)
    watched.rehearsal.run(30_000)
    (ended,) = [fact for fact in watched.facts if isinstance(fact, e.ContactEnded)]
    assert (ended.contact, ended.at) == ("b", 21_000)


def test_a_late_pop_rings_all_the_same_and_a_miss_ends_with_the_ring_time() -> None:
    watched = Watched(plan("1001"), response=Response(pop_ms=None, ms=None, returns_ms=4_000))
    watched.sign_in("1001", desk=True)
    watched.call("a", 0)
    watched.rehearsal.run(25_000)
    assert watched.when(e.RingStarted) == [150, 19_300]
    assert watched.when(e.OfferExpired) == watched.when(e.AgentSetAside) == [15_150]
    assert [fact.at for fact in watched.facts if isinstance(fact, e.IntentChanged)] == [0, 19_150]


def test_a_phone_that_fails_sets_its_agent_aside() -> None:
    watched = Watched(plan("1001", "1002"), response=Response(ms=500, failure=e.OfferFailure.BUSY))
    watched.sign_in("1001", "1002")
    watched.call("a", 0)
    watched.rehearsal.run(10_000)
    assert watched.when(e.AgentSetAside) == [500, 1_000]


def test_who_gives_up_while_he_rings_is_answered_by_nobody() -> None:
    watched = Watched(plan("1001"), patience=lambda contact: 1_000)
    watched.sign_in("1001")
    watched.call("a", 0)
    watched.rehearsal.run(10_000)
    assert watched.when(e.OfferWithdrawn) == [1_000]
    assert watched.when(e.OfferAnswered) == []


def test_what_does_not_fit_is_counted_and_changes_nothing() -> None:
    watched = Watched(plan("1001"))
    watched.rehearsal.enter(e.IntentChanged(at=5, agent="1001", intent=e.Intent.READY))
    watched.rehearsal.enter(e.AgentSignedOut(at=6, agent="nobody"))
    watched.rehearsal.run(10)
    assert watched.rehearsal.refused == {"IntentChanged": 1, "AgentSignedOut": 1}
    assert watched.rehearsal.told == 1


def test_what_is_due_at_the_same_time_is_done_in_the_order_it_was_entered_and_nothing_after_the_end() -> None:
    rehearsal = Rehearsal(Floor())
    done: list[str] = []
    for name, at in (("b", 2), ("a", 1), ("c", 2), ("d", 3)):
        rehearsal.later(at, lambda name=name: done.append(name))  # type: ignore[misc]
    rehearsal.run(2)
    assert done == ["a", "b", "c"]
