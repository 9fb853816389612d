"""The language as JSON Schema takes what is a flow, and underlines what is none, while it is written."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.flow.document import read
from ivr.flow.model import schema
from tests.fakes.json_schema import fits

ROOT = Path(__file__).parents[3]
SUPPLIED = sorted((ROOT / "config/flows").glob("*.yaml"))
SCHEMA = schema()


def flow(file: Path) -> Any:
    return read(str(file), file.read_text(encoding="utf-8")).data


@pytest.mark.parametrize("file", SUPPLIED, ids=lambda file: file.stem)
def test_every_supplied_flow_fits(file: Path) -> None:
    assert fits(flow(file), SCHEMA, SCHEMA)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one["steps"]["menu"].update(promts=["main-menu"]),
        lambda one: one["steps"]["menu"].update(action="menue"),
        lambda one: one["steps"]["menu"].update(tries=10),
        lambda one: one["steps"]["menu"]["prompts"].append({"prompt": "main-menu", "langauge": "en"}),
        lambda one: one["steps"]["menu"]["keys"].update(a="to-service"),
        lambda one: one["steps"]["menu"]["on"].pop("timeout"),
        lambda one: one["steps"].update(Menu_2=one["steps"]["menu"]),
        lambda one: one.update(setps={}),
        lambda one: one.pop("start"),
    ],
    ids=[
        "a key",
        "an action",
        "a number",
        "a key of a prompt",
        "a menu's key",
        "a way",
        "a name",
        "a part",
        "the start",
    ],
)
def test_what_is_written_wrong_does_not_fit(spoil: Callable[[Any], object]) -> None:
    one = copy.deepcopy(flow(ROOT / "config/flows/main.yaml"))
    spoil(one)
    assert not fits(one, SCHEMA, SCHEMA)
