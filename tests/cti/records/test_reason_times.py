"""The time of each reason, right through every transition: what an agent's intervals add up to."""

import dataclasses
from collections import Counter
from itertools import pairwise

from acd import events as e
from acd.plan import BreakCap, MissRule, Reason
from cti.database.models import AgentInterval
from tests.acd.shift import Shift, plan
from tests.cti.records.rows import Rows


def test_each_reason_has_its_own_time_and_no_second_is_lost_or_counted_twice() -> None:
    reasons = {"break": Reason(is_break=True), "form": Reason()}
    misses = MissRule(reaction=e.MissReaction.NOT_READY, reason="form")
    shift = Shift(
        dataclasses.replace(plan("1001", "1002"), reasons=reasons, break_caps=(BreakCap(most=1),), misses=misses)
    )
    shift.sign_in("1001", "1002", ready=False)
    shift.wait(5)
    shift.not_ready("1002", "break")
    shift.ready("1001")
    shift.call("a")
    shift.answer("a")
    shift.not_ready("1001", "form")  # chosen in the talk, it counts from when he is away
    shift.wait(60)
    shift.hang_up("a")
    shift.wait(10)
    shift.save("a", "1001")
    shift.wait(20)
    shift.tell(e.BreakAsked(at=shift.now, agent="1001", reason="break"))
    shift.wait(3)
    shift.ready("1002")  # his turn for a break
    shift.wait(7)
    shift.not_ready("1001", "break")
    shift.wait(40)
    shift.ready("1001")
    shift.wait(4)
    shift.sign_out("1002")
    shift.call("b")
    shift.wait(15)  # missed: not ready for the reason of the plan
    shift.wait(30)
    shift.sign_out("1001")
    rows = [row for row in Rows().apply(*shift.history).of(AgentInterval) if row["agent"] == "1001"]
    intervals = sorted(rows, key=lambda row: (row["from_at"], row["fact"]))
    assert all(first["to_at"] == second["from_at"] for first, second in pairwise(intervals))
    seconds: Counter[str] = Counter()
    for row in intervals:
        if row["state"] == "away" and row["intent"] == "not_ready":
            seconds[row["reason"]] += (row["to_at"] - row["from_at"]) // 1000
    assert seconds == {"": 5, "form": 20 + 3 + 7 + 30, "break": 40}
