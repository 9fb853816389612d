"""A fact goes into a line of the journal and comes back equal."""

from dataclasses import MISSING, fields
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd import events as e
from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.journal.line import FACT_TYPES, BadLine, read_line, write_line

skills = st.dictionaries(st.text(), st.integers(1, 10))
plans = st.builds(
    Plan,
    tiers=st.dictionaries(st.text(), st.builds(Tier, name=st.text())),
    queues=st.dictionaries(
        st.text(), st.builds(Queue, name=st.text(), skills=st.dictionaries(st.text(), st.integers(1, 10)))
    ),
    agents=st.dictionaries(st.text(), st.builds(AgentSpec, agent=st.text(), queues=st.none())),
    agent_order=st.just(("longest_idle",)),
)
shares = st.floats(0, 1)


def any_fact(kind: type[e.Fact]) -> st.SearchStrategy[e.Fact]:
    special: dict[str, st.SearchStrategy[Any]] = {
        "at": st.integers(0, 2**53),
        "plan": plans,
        "leans": st.lists(st.builds(e.Leaning, share=shares)).map(tuple),
    }
    hints = get_type_hints(kind)
    given_fields = {
        field.name: special.get(field.name, st.from_type(hints[field.name]))
        for field in fields(kind)
        if field.name in special or field.default is MISSING or field.name != "score"
    }
    given_fields.pop("score", None)
    if "score" in hints:
        given_fields["score"] = st.floats(allow_nan=False, allow_infinity=False)
    if "over_contacts" in hints:
        given_fields["over_contacts"] = st.just((("c1", 1.5),))
    return st.builds(kind, **given_fields)


@given(st.sampled_from(e.FACTS).flatmap(any_fact), st.integers(1, 2**53))
def test_every_fact_survives_the_line(fact: e.Fact, number: int) -> None:
    line = write_line(number, fact)
    assert line.count(b"\n") == 1
    assert read_line(line) == (number, fact)


def test_every_fact_has_a_name_of_its_own() -> None:
    assert len(FACT_TYPES) == len(e.FACTS)


@given(st.data())
def test_a_flipped_bit_is_noticed(data: st.DataObject) -> None:
    line = bytearray(write_line(7, e.TimePassed(at=1_700_000_000_000)))
    line[data.draw(st.integers(0, len(line) - 2))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadLine):
        read_line(bytes(line))
