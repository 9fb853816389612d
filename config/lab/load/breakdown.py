"""Where the time from one call's end to the next caller's connection goes: hotline's facts beside the phones' logs."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from acd import events as e
from config.lab.load.log import Talk, mean, percentile
from cti.journal.files import facts_in

STEPS = {
    "hang_up_heard": ("the phone's BYE until hotline knows of it", "话机发出 BYE 到 hotline 得知"),
    "decided": ("until the next caller is reserved for the agent", "到为该坐席选定下一来电"),
    "ordered": ("until the ring is ordered", "到发出振铃指令"),
    "phone_rang": ("until the INVITE is at the phone", "到 INVITE 抵达话机"),
    "answer_heard": (
        "from the INVITE until hotline knows of the answer, the phone's own time included",
        "从 INVITE 到 hotline 得知应答，含话机自身用时",
    ),
    "connected": ("until caller and agent are in one bridge", "到双方进入同一桥"),
}
"""The steps in order, in English and Chinese.

Together they are the time between the hang-up and the next caller's connection.
"""


def breakdown_ms(journal: Path, runs: Sequence[Sequence[Talk]]) -> dict[str, dict[str, float]]:
    """Mean, median and 95th percentile of each step, ms; what a phone did before its first hang-up does not count.

    The k-th call at a phone is the k-th offer to its agent that was answered: `runs` are all talks of this journal.
    """
    took: dict[str, list[float]] = {step: [] for step in STEPS}
    times = _times(journal)
    by_phone: dict[str, list[tuple[int, Talk]]] = defaultdict(list)
    for run, talks in enumerate(runs):
        for talk in talks:
            by_phone[talk.phone].append((run, talk))
    for phone, mine in by_phone.items():
        pairs = zip(pairwise(mine), pairwise(times[phone]), strict=False)
        for ((run_before, before), (run, now)), (offer_before, offer) in pairs:
            if run_before != run:
                continue
            # A talk may be over before its bridge was heard of.
            if e.AgentHungUp not in offer_before or not {e.RingStarted, e.TalkConnected} <= offer.keys():
                continue
            marks = [before.hung_up, offer_before[e.AgentHungUp], offer[e.OfferMade], offer[e.RingStarted], now.rang]
            marks += [offer[e.OfferAnswered], offer[e.TalkConnected]]
            for step, (began, ended) in zip(STEPS, pairwise(marks), strict=True):
                took[step].append((ended - began) * 1000)
    return {
        step: {
            "mean": round(mean(ms), 1),
            "median": round(percentile(ms, 0.5), 1),
            "p95": round(percentile(ms, 0.95), 1),
        }
        for step, ms in took.items()
    }


def _times(journal: Path) -> dict[str, list[dict[type[e.Fact], float]]]:
    """By phone, for each answered offer in order: when each fact about it was, seconds."""
    offers: dict[int, dict[type[e.Fact], float]] = {}
    phones: dict[int, str] = {}
    for _, fact in facts_in(journal):
        number = getattr(fact, "offer", None)
        if number is None:
            continue
        offers.setdefault(number, {})[type(fact)] = fact.at / 1000
        if isinstance(fact, e.OfferMade):
            phones[number] = fact.extension
    times = defaultdict(list)
    for number, seen in offers.items():
        if e.OfferAnswered in seen:
            times[phones[number]].append(seen)
    return times
