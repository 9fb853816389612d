"""What was pushed can be had again, without a gap and without a double, as long as it is kept."""

import json

from hypothesis import given
from hypothesis import strategies as st

from acd.agent import Agent
from acd.floor import Floor
from cti.desk.frames import StateFrame
from cti.desk.outbox import KEPT, Outbox
from cti.desk.views import agent_view

VIEW = agent_view(Floor(), Agent(agent="1001", listed=0), "坐席甲")


def frame(seq: int) -> StateFrame:
    return StateFrame(seq=seq, at=seq, agent=VIEW, fact="IntentChanged")


def seqs(texts: list[str]) -> list[int]:
    return [json.loads(text)["seq"] for text in texts]


def filled(numbers: list[int], since: int = 0) -> Outbox:
    outbox = Outbox(since)
    for number in numbers:
        outbox.push(frame(number))
    return outbox


def test_every_open_page_gets_each_frame() -> None:
    outbox = Outbox(0)
    pages: list[list[str]] = [[], []]
    for page in pages:
        outbox.sinks[object()] = page.append
    outbox.push(frame(3))
    assert [seqs(page) for page in pages] == [[3], [3]]


@given(st.lists(st.integers(1, 50), max_size=2 * KEPT).map(lambda gaps: _running(gaps)), st.integers(0, 20_000))
def test_coming_back_gives_exactly_what_was_missed_or_says_that_it_cannot(numbers: list[int], after: int) -> None:
    newest = numbers[-1] if numbers else 0
    missed = filled(numbers).after(after, newest)
    if missed is not None:
        assert seqs(missed) == [number for number in numbers if number > after]
    else:
        assert after > newest or len([number for number in numbers if number > after]) > KEPT


def _running(gaps: list[int]) -> list[int]:
    total, numbers = 0, []
    for gap in gaps:
        total += gap
        numbers.append(total)
    return numbers


def test_what_happened_before_it_began_is_not_kept() -> None:
    assert filled([12, 13], since=10).after(9, 13) is None
    assert filled([12, 13], since=10).after(10, 13) is not None


def test_a_number_of_another_journal_is_not_believed() -> None:
    assert filled([1, 2]).after(3, 2) is None


def test_two_frames_of_one_fact_stay_together() -> None:
    outbox = filled([1])
    outbox.push(frame(2))
    outbox.push(frame(2))
    assert seqs(outbox.after(1, 2) or []) == [2, 2]
