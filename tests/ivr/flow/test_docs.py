"""docs/flows.md says every action with its keys, and its example can be used."""

import re
from pathlib import Path
from typing import get_args

from ivr.flow.check import Names
from ivr.flow.load import load_text
from ivr.flow.model import Step

PAGE = (Path(__file__).parents[3] / "docs" / "flows.md").read_text(encoding="utf-8")


def test_every_action_stands_there_with_its_keys() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|([^|]*)\|", PAGE, re.MULTILINE))
    for step in get_args(Step):
        action = get_args(step.model_fields["action"].annotation)[0]
        assert set(re.findall(r"`(\w+)`", rows[action])) == set(step.model_fields) - {"action"}, action


def test_the_example_can_be_used() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    names = Names(
        queues=frozenset({"billing"}),
        skills=frozenset({"billing", "english"}),
        tiers=frozenset(),
        missing=lambda ids, language: [],
    )
    assert load_text(example, names, file="flows.md", name="example").start == "answer"
