"""The rule of order: of two who wait on the same access number, the one who came first is rung for first."""

from collections import defaultdict
from collections.abc import Iterable

from config.lab.check.case import Case
from config.lab.check.verdict import Disagreement, Kind


def check_order(calls: Iterable[Case], tolerance_s: float = 1.0) -> list[Disagreement]:
    """Whoever was passed by a later one while both waited; only the first ring for each counts.

    By Asterisk's log of who was handed over when, and the agents' phones. For access numbers whose callers all want
    the same agents.
    """
    slack = round(tolerance_s * 1000)
    lines: dict[str, list[tuple[int, Case]]] = defaultdict(list)
    for case in calls:
        if case.placed is not None and case.switch is not None and case.switch.waits:
            # Who was in Asterisk's fallback first has waited since then.
            came = min(span.start for span in (case.switch.waits[0], *case.switch.fallback_spans))
            lines[case.placed.number].append((came, case))
    found = []
    for waiting in lines.values():
        waiting.sort(key=lambda one: one[0])
        for place, (came, case) in enumerate(waiting):
            for later, other in waiting[place + 1 :]:
                rung = _first_ring(other)
                if later - came > slack and rung and _waits_unrung(case, rung, slack):
                    found.append(
                        Disagreement(
                            kind=Kind.PASSED,
                            contact=case.contact,
                            call_id=case.call_id,
                            values={"other": other.contact, "earlier": f"{(later - came) / 1000:.1f} s"},
                        )
                    )
                    break
    return found


def _first_ring(case: Case) -> int:
    return case.legs[0].started_at if case.legs else 0


def _waits_unrung(case: Case, at: int, slack: int) -> bool:
    first = _first_ring(case)
    assert case.switch is not None
    in_queue = any(wait.start + slack < at < wait.end - slack for wait in case.switch.waits)
    return in_queue and (not first or first > at + slack)
