"""Scripts: what callers hear is compared, what becomes of them is compared, and what was never run is told."""

from pathlib import Path

import pytest

from cti.plan.read import read_file
from ivr.flow.check import Names
from ivr.flow.document import FlowRefused, read
from ivr.flow.load import Flows, load_folder, load_texts
from ivr.flow.scripts.coverage import coverage
from ivr.flow.scripts.document import Script, moment, read_script, script_of
from ivr.flow.scripts.play import Outcome, Stage
from ivr.prompts.book import PromptBook
from ivr.prompts.catalogue import supplied

CONFIG = Path(__file__).parents[4] / "config"
PLAN = read_file(CONFIG / "plan.toml")
BOOK = PromptBook()
FLOWS = load_folder(CONFIG / "flows", Names.of(PLAN, BOOK.missing))
SCRIPTS = sorted((CONFIG / "flows" / "tests").glob("*.yaml"))

FLOW = """\
version: 1
languages: {zh-CN: {}, en: {english: 1}}
start: answer
on: {error: person, limit: person}
steps:
  answer: {action: answer, next: closed}
  closed: {action: hours, hours: office, open: bill, closed: message, on: {error: message}}
  bill:
    action: look-up
    source: bill
    ask: {caller: caller}
    into: bill
    next: told
    on: {none: person, timeout: sorry}
  told: {action: say, prompts: [{prompt: balance, values: {amount: bill.due}}], next: meter}
  meter:
    action: collect
    prompts: [ask-account]
    name: meter
    digits: {min: 3, max: 5}
    tries: 1
    next: score
    on: {timeout: person, invalid: person}
  score:
    action: survey
    prompts: [main-menu]
    name: clear
    scores: {"1": 5, "2": 1}
    tries: 1
    next: bye
    on: {timeout: bye, invalid: bye}
  sorry: {action: transfer, to: "10086", on: {timeout: person}}
  message: {action: message, prompts: [trouble], next: bye, on: {empty: person}}
  bye: {action: hang-up}
  person: {action: queue}
"""
CALLS = """\
version: 1
flow: bill
given: {hours: open, sources: {bill: {due: 12.5}}}
calls:
"""


def stage() -> Stage:
    names = Names.of(PLAN, BOOK.missing, lambda prompt: frozenset(supplied()[prompt].slots()), sources=("bill",))
    loaded: Flows = load_texts({"bill.yaml": ("bill", FLOW.replace("hours: office, ", ""))}, names)
    assert loaded.problems == ()
    return Stage(loaded.flows, PLAN, BOOK)


def script(calls: str) -> Script:
    return script_of(read("bill.yaml", CALLS + calls))


def play(calls: str) -> Outcome:
    (outcome,) = stage().play(script(calls))
    return outcome


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_the_flows_that_come_with_hotline_do_what_their_scripts_say_on_every_way(file: Path) -> None:
    played = read_script(file)
    outcomes = Stage(FLOWS.flows, PLAN, BOOK).play(played)
    assert [f"{one.place}: {one.call.name}: {problem}" for one in outcomes for problem in one.problems] == []
    assert coverage(FLOWS.flows[played.flow], [way for one in outcomes for way in one.ways]).missed == []


def test_every_flow_that_comes_with_hotline_has_its_script() -> None:
    lines = {name for name, flow in FLOWS.flows.items() if flow.parameters is None}
    assert {read_script(file).flow for file in SCRIPTS} == lines


def test_sub_flows_are_run_on_every_way_by_the_scripts_of_the_others() -> None:
    outcomes = [one for file in SCRIPTS for one in Stage(FLOWS.flows, PLAN, BOOK).play(read_script(file))]
    ways = [way for one in outcomes for way in one.ways]
    subs = [flow for flow in FLOWS.flows.values() if flow.parameters is not None]
    assert [coverage(flow, ways).missed for flow in subs] == [[]]


GOOD = """\
  - name: everything in its order
    turns:
      - hear: [balance amount=12.5, ask-account]
        press: "123#"
      - hear: [main-menu]
        press: "1"
    end: {hung_up: true}
    through: [bill, meter, bye]
    scores: {clear: 5}
"""


def test_a_call_that_is_as_it_must_be_has_no_problems() -> None:
    outcome = play(GOOD)
    assert outcome.problems == []
    assert outcome.heard == ["zh-CN/balance amount=12.5", "zh-CN/ask-account", "zh-CN/main-menu"]
    assert outcome.place == "bill.yaml:5"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "balance amount=12.5, ",
            "",
            "turn 1: heard [zh-CN/balance amount=12.5, zh-CN/ask-account], not [ask-account]",
        ),
        ("[main-menu]", "[en/main-menu]", "turn 2: heard [zh-CN/main-menu], not [en/main-menu]"),
        ("hung_up: true", "queue: billing", "the call ended with hung_up: True, not with queue: billing"),
        ("[bill, meter, bye]", "[meter, bill]", "the call did not come through 'bill' in its order"),
        ("{clear: 5}", "{clear: 4}", "the call left the scores {'clear': 5}, not {'clear': 4}"),
        ('"123#"', '"12#34"', "turn 1: nobody asked for the keys 34"),
        ('"123#"', '"12#"', "the call ended before turn 2; 1 left, last heard []"),
    ],
)
def test_what_is_otherwise_is_told_with_its_turn(old: str, new: str, problem: str) -> None:
    assert problem in "\n".join(play(GOOD.replace(old, new)).problems)


@pytest.mark.parametrize(
    ("given", "turns", "end"),
    [
        ("{sources: {bill: none}, hours: open}", "[]", "{queue: service}"),
        ("{sources: {bill: error}, hours: open}", "[]", "{queue: service}"),
        ("{sources: {bill: timeout}, hours: open, dials: [answered]}", "[]", '{connected: "10086"}'),
        ("{sources: {bill: timeout}, hours: open, dials: [busy]}", "[]", "{queue: service}"),
        ("{sources: {bill: timeout}, hours: open}", "[]", "{queue: service}"),
        ("{hours: closed}", "[{hear: [trouble], speak_s: 0}]", "{queue: service}"),
        ("{hours: error}", "[{hang_up: true}]", "{left: true}"),
        ("{hours: open, sources: {bill: {due: 1}}, fails: [ask-account]}", "[]", "{queue: service}"),
        ("{hours: open, sources: {bill: {due: 1}}}", "[{hear: [balance amount=1], hang_up: true}]", "{left: true}"),
        ("{hours: open, sources: {bill: {due: 1}}}", "[{press: '123'}]", "{hung_up: true}"),
    ],
)
def test_what_the_flow_finds_is_the_scripts(given: str, turns: str, end: str) -> None:
    outcome = play(f"  - {{name: any, given: {given}, turns: {turns}, end: {end}}}\n")
    assert outcome.problems == []


def test_a_message_is_left_after_hours() -> None:
    turns = "turns: [{hear: [trouble], speak_s: 7}]"
    call = f"  - {{name: any, given: {{hours: closed}}, {turns}, end: {{hung_up: true}}, items: [message]}}\n"
    assert play(call).problems == []
    assert play(call.replace("[message]", "[]")).problems == ["the call left the items ['message'], not []"]


def test_what_was_never_taken_is_told() -> None:
    at = stage()
    (outcome,) = at.play(script(GOOD))
    covered = coverage(at.flows["bill"], outcome.ways)
    assert {"closed.closed", "closed.on.error", "bill.on.none", "meter.on.timeout", "person", "on.error"} <= set(
        covered.missed
    )
    assert not {"answer.next", "closed.open", "meter.next", "score.next", "bye"} & set(covered.missed)
    assert covered.share == 1 - len(covered.missed) / covered.ways


def test_moments_are_the_clock_of_china_unless_they_say_otherwise() -> None:
    assert moment("2026-03-04T10:00").isoformat() == "2026-03-04T10:00:00+08:00"
    assert moment("2026-03-04T10:00+00:00").utcoffset() is not None


@pytest.mark.parametrize(
    ("calls", "problem"),
    [
        ("  - {name: any, turns: [{pres: '1'}], end: {left: true}}\n", "bill.yaml:5: calls.0.turns.0.pres"),
        ("  - {name: any, turns: [{pres: '1'}], end: {left: true}}\n", "not known here: did you mean 'press'?"),
        ("  - {name: any, at: '25:00', end: {left: true}}\n", "a moment is written as 2026-03-04T10:00"),
        ("  - {name: any, turns: [{press: x}], end: {left: true}}\n", "bill.yaml:5: calls.0.turns.0.press"),
        ("  - {name: any, turns: [{hear: [x]}, {press: '1'}], end: {left: true}}\n", "in each turn but the last"),
        ("  - {name: any, end: {left: true, queue: x}}\n", "one of queue, connected, hung_up, left"),
        ("  []\n", "at least 1 item"),
    ],
)
def test_a_script_that_is_none_is_refused_with_its_line(calls: str, problem: str) -> None:
    with pytest.raises(FlowRefused) as caught:
        script(calls)
    assert problem in str(caught.value)


WAITS = """\
version: 1
languages: {zh-CN: {}, en: {}}
start: answer
on: {error: person, limit: person}
steps:
  answer: {action: answer, next: person}
  person: {action: queue, keys: {"1": "prompt:goodbye", "2": "queue:billing"}}
"""


@pytest.mark.parametrize(
    ("keys", "problems", "missed"),
    [
        ('{"1": "prompt:goodbye", "2": "queue:billing"}', 0, []),
        ('{"1": "prompt:goodbye"}', 1, ["person.keys.2"]),
        ('{"1": "prompt:goodbye", "2": "queue:repair"}', 1, []),
    ],
)
def test_where_keys_lead_while_he_waits_is_compared_and_counts_as_a_way(
    keys: str, problems: int, missed: list[str]
) -> None:
    loaded = load_texts({"waits.yaml": ("waits", WAITS)}, Names.of(PLAN, BOOK.missing))
    assert loaded.problems == ()
    text = f"version: 1\nflow: waits\ncalls:\n  - {{name: waits, end: {{queue: service, keys: {keys}}}}}\n"
    (outcome,) = Stage(loaded.flows, PLAN, BOOK).play(script_of(read("waits.yaml", text)))
    assert len(outcome.problems) == problems
    found = coverage(loaded.flows["waits"], outcome.ways)
    assert [way for way in found.missed if ".keys." in way] == missed
