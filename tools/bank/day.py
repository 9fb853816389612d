"""A day of the bank as a recorded day. When an agent was there is not in its file and is inferred.

Nobody sits idle beside a caller he serves: an agent between two calls was not there, or not done with the last one,
as long as such a caller had waited for `SLACK_S` already. Then he was free again when the next call began that had
waited, or once nobody waited. Short absences belong to the call before them, as its wrap-up; longer ones are breaks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from acd import events as e
from acd.plan import AgentSpec, Plan, Queue, Tier
from acd.simulate.habits import Talk
from acd.simulate.recorded import RecordedDay, Visit
from acd.simulate.visits import VisitEnd, Waited
from acd.state import FloorState
from tools.bank.calls import BankCall

SLACK_S = 5
"""A wait so short is the ring and the clock's rounding."""
BREAK_S = 300
"""From here on an absence is a break."""
FEW = 3
"""Who took fewer calls of a kind that day does not serve it."""
VIP, REGULAR = "vip", "regular"
HEAD_START_S = 90


@dataclass(frozen=True, slots=True)
class Absence:
    """An agent was not there for a caller; seconds of the day."""

    agent: str
    after: str | None
    """The call before it; None: before his first."""
    begin: int
    end: int


def serves(calls: Iterable[BankCall]) -> dict[str, frozenset[str]]:
    """Agent = the kinds of calls he took."""
    took = Counter((call.agent, call.kind) for call in calls if call.agent is not None)
    found: dict[str, frozenset[str]] = {}
    for agent in sorted({agent for agent, _ in took if agent is not None}):
        often = frozenset(kind for (who, kind), count in took.items() if who == agent and count >= FEW)
        found[agent] = often or frozenset(kind for who, kind in took if who == agent)
    return found


def plan_of(calls: Sequence[BankCall], head_start_s: float = HEAD_START_S) -> Plan:
    """The bank's plan: who has waited longest goes first, a VIP as if he had come so much earlier."""
    kinds = sorted({call.kind for call in calls})
    return Plan(
        tiers={REGULAR: Tier(name=REGULAR), VIP: Tier(name=VIP, head_start_ms=round(1000 * head_start_s))},
        queues={kind: Queue(name=kind, skills={kind: 1}, wrap_up_ms=1000 * BREAK_S) for kind in kinds},
        agents={
            agent: AgentSpec(agent=agent, skills=dict.fromkeys(sorted(own), 1)) for agent, own in serves(calls).items()
        },
    )


def absences(calls: Sequence[BankCall]) -> Iterator[Absence]:
    """When each agent was not there between his calls."""
    for agent, kinds in serves(calls).items():
        own = sorted((call for call in calls if call.agent == agent), key=lambda each: each.left)
        others = sorted(
            (call.came + SLACK_S, call.left)
            for call in calls
            if call.kind in kinds and call.agent != agent and call.left - call.came > SLACK_S
        )
        for before, after in pairwise(own):
            end = _free(before.end, after, others)
            if end > before.end:
                yield Absence(agent, before.call, before.end, end)


def _free(begin: int, after: BankCall, others: Sequence[tuple[int, int]]) -> int:
    """When he was there again for the call after: `others` wait from … to …."""
    if after.left - after.came > SLACK_S:
        return after.left
    return max((min(to, after.left) for since, to in others if since < after.left and to > begin), default=begin)


def recorded(calls: Sequence[BankCall], midnight: datetime) -> RecordedDay:
    """The day that begins with this midnight."""
    first = round(1000 * midnight.timestamp())
    away = list(absences(calls))
    wrap_up = {absence.after: absence.end - absence.begin for absence in away if not _is_break(absence)}
    until = first + 1000 * (max(call.end for call in calls) + 1)
    happened = tuple(
        Waited(
            contact=call.call,
            queue=call.kind,
            tier=VIP if call.vip else REGULAR,
            came=first + 1000 * call.came,
            since=first + 1000 * call.came,
            end=VisitEnd.ANSWERED if call.agent is not None else VisitEnd.ABANDONED,
            wait_ms=1000 * (call.left - call.came),
        )
        for call in calls
    )
    return RecordedDay(
        begin=first,
        since=first,
        until=until,
        state=FloorState(),
        visits=tuple(_visit(call, first, wrap_up.get(call.call, 0)) for call in calls),
        outside=tuple(sorted(_hours(calls, away, first), key=lambda event: event.at)),
        plans=(e.PlanChanged(at=first, plan=plan_of(calls)),),
        offers={},
        happened=happened,
    )


def _is_break(absence: Absence) -> bool:
    return absence.end - absence.begin >= BREAK_S


def _visit(call: BankCall, first: int, wrap_up_s: int) -> Visit:
    at = first + 1000 * call.came
    tier = VIP if call.vip else REGULAR
    return Visit(
        started=e.ContactStarted(at=at, contact=call.call, asterisk="", channel="", access="", caller=""),
        queued=e.ContactQueued(at=at, contact=call.call, queue=call.kind, tier=tier, since=at),
        waited_ms=1000 * (call.left - call.came),
        gave_up=call.agent is None,
        talk=Talk(ms=1000 * (call.end - call.left), wrap_up_ms=1000 * wrap_up_s) if call.agent is not None else None,
    )


def _hours(calls: Sequence[BankCall], away: Iterable[Absence], midnight: int) -> Iterator[e.Event]:
    """Agents come with their first call, go with their last, and pause in between."""
    came: dict[str, int] = {}
    last: dict[str, int] = {}
    for call in calls:
        if call.agent is not None:
            came[call.agent] = min(call.left, came.get(call.agent, call.left))
            last[call.agent] = max(call.end, last.get(call.agent, 0))
    for agent, at in came.items():
        yield e.AgentSignedIn(at=midnight + 1000 * at, agent=agent, extension=agent)
        yield _intends(midnight + 1000 * at, agent, e.Intent.READY)
        yield e.AgentSignedOut(at=midnight + 1000 * last[agent], agent=agent)
    for absence in away:
        if _is_break(absence):
            yield _intends(midnight + 1000 * absence.begin, absence.agent, e.Intent.NOT_READY)
            yield _intends(midnight + 1000 * absence.end, absence.agent, e.Intent.READY)


def _intends(at: int, agent: str, intent: e.Intent) -> e.Event:
    reason = "break" if intent is e.Intent.NOT_READY else ""
    return e.IntentChanged(at=at, agent=agent, intent=intent, reason=reason)
