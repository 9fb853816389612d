"""A flow as a picture: every step and every way is in it, no box lies over another, arrows point down."""

import re
import xml.etree.ElementTree as Tree
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.plan.read import read_file
from ivr.flow.check import Names
from ivr.flow.counts import FlowCounts
from ivr.flow.ending import CallerLeft
from ivr.flow.load import load_folder, load_texts
from ivr.flow.model import Flow
from ivr.flow.picture.graph import arrows
from ivr.flow.picture.layout import GAP_X, laid_out
from ivr.flow.picture.mermaid import mermaid
from ivr.flow.picture.svg import svg
from ivr.prompts.book import PromptBook

CONFIG = Path(__file__).parents[4] / "config"
FLOWS = load_folder(
    CONFIG / "flows", Names.of(read_file(CONFIG / "plan.toml"), PromptBook().missing, PromptBook().slots)
).flows
each_flow = pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)


def texts(picture: str) -> list[str]:
    """What can be read in it."""
    root = Tree.fromstring(picture)
    return ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]


@each_flow
def test_every_step_and_every_arrow_is_in_the_svg(flow: Flow) -> None:
    picture = svg(flow)
    read = texts(picture)
    assert set(flow.steps) <= set(read)
    assert picture.count('class="way') == len(arrows(flow))
    for arrow in arrows(flow):
        assert ", ".join(filter(None, arrow.labels)) in [*read, ""]


def test_counts_stand_over_the_picture() -> None:
    flow, counts = FLOWS["main"], FlowCounts()
    for number in range(7):
        counts.went(f"c{number}", "main", "menu", ("keys", "1"))
    counts.went("c9", "main", "menu", ())
    counts.ended("c9", CallerLeft("menu"))
    read = texts(svg(flow, counts.of(flow)))
    assert "1 7" in read
    assert "menu × 1" in read


@each_flow
def test_every_step_and_every_way_is_in_the_mermaid_text(flow: Flow) -> None:
    text = mermaid(flow)
    assert text.startswith("flowchart TD\n")
    for name in flow.steps:
        assert f'["{name}<br/>' in text
    assert len(re.findall(r"^    s\d+ -\.?->?.* s\d+$|^    s\d+ -->.* s\d+$", text, re.MULTILINE)) == len(arrows(flow))


WAITS = """\
version: 1
languages: {zh-CN: {}, en: {}}
start: answer
on: {error: person, limit: person}
steps:
  answer: {action: answer, next: person}
  person: {action: queue, keys: {"1": "flow:waits", "2": "flow:waits", "3": "prompt:goodbye"}}
"""


def test_keys_while_waiting_lead_out_of_the_flow() -> None:
    names = Names.of(read_file(CONFIG / "plan.toml"), PromptBook().missing)
    loaded = load_texts({"waits.yaml": ("waits", WAITS)}, names)
    assert loaded.problems == ()
    flow = loaded.flows["waits"]
    picture = svg(flow)
    assert {"flow:waits", "prompt:goodbye", "leaves while waiting", "1, 2", "3"} <= set(texts(picture))
    assert picture.count('class="way') == 3
    text = mermaid(flow)
    assert '    s1 -->|"1, 2"| s2\n' in text
    assert '    s3["prompt:goodbye<br/>leaves while waiting"]' in text


graphs = st.integers(1, 14).flatmap(
    lambda size: st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=40, unique=True).map(
        lambda pairs: ([f"n{one}" for one in range(size)], [(f"n{a}", f"n{b}") for a, b in pairs])
    )
)


@settings(max_examples=60)
@given(graphs)
def test_no_box_lies_over_another_whatever_the_flow(graph: tuple[list[str], list[tuple[str, str]]]) -> None:
    names, edges = graph
    widths = {name: 60.0 + 10 * number for number, name in enumerate(names)}
    found = laid_out(widths, 40, edges, names[0])
    for one, other in combinations(names, 2):
        (x, y), (u, v) = found.boxes[one], found.boxes[other]
        assert abs(y - v) > 40 or abs(x - u) >= (widths[one] + widths[other]) / 2 + GAP_X - 0.01, (one, other)
    assert all(0 < x < found.width and 0 < y < found.height for x, y in found.boxes.values())
    for (source, target), route in zip(edges, found.routes, strict=True):
        assert (route[0][1], route[-1][1]) == (found.boxes[source][1], found.boxes[target][1])
        downward = [below > above for (_, above), (_, below) in pairwise(route)]
        assert source == target or len(set(downward)) == 1
