"""docs/architecture.md shows the router's tables as they are and explains each state of a contact."""

import re

import pytest

from acd.agent import AGENT, AgentState
from acd.contact import CONTACT, ContactState
from tools import diagrams

PAGE = diagrams.PAGE.read_text(encoding="utf-8")


def test_the_diagrams_are_drawn_from_the_tables_as_they_are() -> None:
    assert diagrams.drawn(PAGE) == PAGE, "run: python -m tools.diagrams"


def test_a_page_without_a_place_for_a_diagram_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the diagram 'agent'"):
        diagrams.drawn(PAGE.replace("<!-- /agent -->\n", ""))


def test_every_move_of_a_contact_that_leads_elsewhere_is_drawn() -> None:
    arrows = re.findall(r"^    (\w+) --> (\w+): (.+)$", diagrams.contact_diagram(), re.MULTILINE)
    drawn = {(start, fact, to) for start, to, facts in arrows for fact in facts.split(", ")}
    moves = {
        (s.value, fact.__name__, to.value) for s, row in CONTACT.items() for fact, to in row.items() if to is not s
    }
    assert drawn == moves


def test_every_state_of_an_agent_is_drawn() -> None:
    assert {state.value for state in AGENT} == {state.value for state in AgentState}
    assert [state for state in AgentState if f"{state} -->" not in diagrams.agent_diagram()] == []


@pytest.mark.parametrize("state", ContactState, ids=str)
def test_each_state_of_a_contact_is_explained(state: ContactState) -> None:
    assert f"\n| `{state}` | " in PAGE
