"""What a flow file may not say: each mistake is refused with its line and its mend."""

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.flow.check import Names
from ivr.flow.document import LARGEST, FlowRefused
from ivr.flow.load import load_file, load_folder, load_text

NAMES = Names(
    queues=frozenset({"service", "billing"}),
    skills=frozenset({"billing", "english"}),
    tiers=frozenset({"standard", "vip"}),
    missing=lambda ids, language: ["unrecorded"] if "unrecorded" in ids else [],
)
GOOD = """\
version: 1
languages: {zh-CN: {}, en: {english: 1}}
start: greet
on: {error: person, limit: person}
steps:
  greet:
    action: say
    prompts: [greeting]
    next: menu
  menu:
    action: menu
    prompts: [main-menu, {prompt: language-choice, language: en}]
    keys: {"1": bill, "*": greet, "#": person}
    on: {timeout: person, invalid: person}
  bill:
    action: branch
    value: tier
    cases: {vip: person}
    otherwise: person
  person:
    action: queue
    queue: billing
    skills: {billing: 3}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(FlowRefused) as refused:
        load_text(text, NAMES, file="main.yaml", name="main")
    return [str(problem) for problem in refused.value.problems]


def test_what_a_plan_lacks_is_named_with_the_flow_that_would_miss_it(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(GOOD)
    loaded = load_folder(tmp_path, NAMES)
    assert loaded.lacking(NAMES) == []
    other = replace(NAMES, queues=frozenset({"service"}), skills=frozenset({"english"}), tiers=frozenset({"standard"}))
    mend = "keep it in the plan, or publish the flow without it first"
    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in loaded.lacking(other)] == [
        f"main.yaml:18: steps.bill.cases.vip: there is no tier 'vip': {mend}",
        f"main.yaml:22: steps.person.queue: there is no queue 'billing': {mend}",
        f"main.yaml:23: steps.person.skills.billing: there is no skill 'billing': {mend}",
    ]


def test_a_good_flow_is_read() -> None:
    flow = load_text(GOOD, NAMES, file="main.yaml", name="main")
    assert (flow.name, flow.start, flow.limit, len(flow.steps)) == ("main", "greet", 60, 4)


@pytest.mark.parametrize(
    ("was", "now", "line", "what", "mend"),
    [
        ("version: 1", "version: 2", 1, "version: Input should be 1", "write 1"),
        ("start: greet", "start: greed", 3, "there is no step 'greed'", "did you mean 'greet'?"),
        ("start: greet\n", "", 0, "start is missing", "the name of the first step"),
        ("limit: person}", "limit: menu}", 4, "'menu' does not end the call", "queue or hang-up"),
        ("    prompts: [greeting]", "    promts: [greeting]", 8, "promts: this key is not known", "'prompts'?"),
        ("action: say", "action: sing", 7, "'sing' is no action", "known: answer, say, language"),
        ("    action: say\n", "", 6, "the step has no action", "add 'action:', one of answer, say"),
        ("next: menu", "next: meny", 9, "steps.greet.next: there is no step 'meny'", "did you mean 'menu'?"),
        ("next: menu", "next: [menu]", 9, "Input should be a valid string, not ['menu']", "the name of a step"),
        ('"1": bill', '"12": bill', 13, "steps.menu.keys.12: this key cannot stand here", "a step for each key"),
        ("timeout: person, ", "", 14, "timeout is missing", "the step for a caller who pressed nothing"),
        ("value: tier", "value: __import__('os')", 17, "String should match pattern", "access, tier, language"),
        ("cases: {vip:", "cases: {wip:", 18, "there is no tier 'wip'", "did you mean 'vip'?"),
        ("value: tier", "value: collected.pin", 17, "there is no collect step that fills 'pin'", "known: none"),
        ("queue: billing", "queue: biling", 22, "there is no queue 'biling'", "did you mean 'billing'?"),
        ("skills: {billing: 3}", "skills: {biling: 3}", 23, "there is no skill 'biling'", "did you mean 'billing'?"),
        ("skills: {billing: 3}", "skills: {billing: 11}", 23, "less than or equal to 10", "least level"),
        ("{english: 1}", "{englsh: 1}", 2, "there is no skill 'englsh'", "did you mean 'english'?"),
        ("[greeting]", "[unrecorded]", 8, "the prompt 'unrecorded' has no sound in en", "record it"),
        ("[greeting]", "[Greeting.wav]", 8, "steps.greet.prompts.0.prompt: String should match", "a prompt's id"),
        ("[greeting]", "[]", 8, "at least 1 item", "a list of prompts"),
        ("language: en}", "language: fr}", 12, "the flow does not speak 'fr'", "known: zh-CN, en"),
        ("bill, ", "person, ", 15, "no step leads here", "remove it"),
        ("timeout: person", "timeout: greet", 6, "goes round: greet -> menu -> greet", "let a time-out lead"),
        ("otherwise: person", "otherwise: bill", 15, "goes round: bill -> bill", "time-out"),
        ("version: 1", "version: 1\nversion: 1", 2, "version stands twice, first on line 1", "keep one"),
        ('"*": greet', "*: greet", 13, "", "quotes"),
        ("greeting]", "*a]", 8, "anchors and aliases", "quote it"),
        ("next: menu", "next: !!python/name:os.system x", 9, "the tag", "remove it"),
        ("  greet:\n", "  greet:\n   bad\n", 8, "", "mend the YAML there"),
        ("start: greet", "start: \x07greet", 0, "control characters", "UTF-8"),
    ],
)  # fmt: skip
def test_a_mistake_names_line_and_mend(was: str, now: str, line: int, what: str, mend: str) -> None:
    assert was in GOOD
    found = problems(GOOD.replace(was, now, 1))
    place = f"main.yaml:{line}" if line else "main.yaml"
    assert any(one.startswith(place) and what in one and mend in one for one in found), "\n".join(found)


def test_a_flow_without_a_way_out_is_refused() -> None:
    text = GOOD.replace("timeout: person, invalid: person", "timeout: bill, invalid: bill").replace(
        "vip: person", "vip: menu"
    )
    text = text.replace("otherwise: person", "otherwise: menu").replace('"#": person', '"#": bill')
    found = problems(text)
    assert any("steps.greet: there is no way out from here" in one for one in found), found


def test_every_problem_of_a_file_is_told_at_once() -> None:
    assert len(problems(GOOD.replace("greeting", "unrecorded").replace("queue: billing", "queue: b"))) >= 3


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "42"])
def test_what_is_no_table_is_no_flow(text: str) -> None:
    (found,) = problems(text)
    assert found.startswith("main.yaml:1: a flow is a table of keys")


@pytest.mark.parametrize("text", ["[" * 5000, "a: " * 3000 + "b", "x" * (LARGEST + 1), "? [a]\n: b", "a: 1\n---\nb: 2"])
def test_odd_yaml_is_refused_and_never_hangs(text: str) -> None:
    assert problems(text)


def test_on_yes_and_no_are_words_here() -> None:
    flow = load_text(GOOD.replace("greet", "no"), NAMES, file="main.yaml", name="main")
    assert flow.start == "no"


class TestFiles:
    def test_a_broken_flow_does_not_hide_the_others(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
        (tmp_path / "b.yaml").write_text("version: 9", encoding="utf-8")
        (tmp_path / "c.yaml").write_bytes(b"\xff\xfe")
        (tmp_path / "notes.txt").write_text("no flow")
        read = load_folder(tmp_path, NAMES)
        assert list(read.flows) == ["a"]
        assert {Path(problem.place.split(":")[0]).name for problem in read.problems} == {"b.yaml", "c.yaml"}

    @pytest.mark.parametrize("make", [False, True])
    def test_a_folder_without_flows_is_refused(self, tmp_path: Path, make: bool) -> None:
        folder = tmp_path / "flows"
        if make:
            folder.mkdir()
        with pytest.raises(FlowRefused, match=r"flows: .*: (name a folder|put a flow)"):
            load_folder(folder, NAMES)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(FlowRefused, match=r"gone\.yaml: No such file"):
            load_file(tmp_path / "gone.yaml", NAMES)
