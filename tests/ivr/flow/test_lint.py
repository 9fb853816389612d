"""Lint finds each planted fault on its line by its rule, and nothing else; the supplied flows keep every rule."""

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from config.flow_house import lint_of
from cti.plan.read import read_file
from ivr.flow.check import Names
from ivr.flow.lint.book import RULES
from ivr.flow.lint.rule import USABLE, Finding
from ivr.flow.load import Flows, load_files
from ivr.prompts.book import PromptBook

HERE = Path(__file__).parent
CONFIG = HERE.parents[2] / "config"
PLAN = read_file(CONFIG / "plan.toml")
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
OWN = {"repair-or-bill": "停电报修，请按二。账务，请按一。", "only-in-chinese": "您好。"}
"""Prompts of an operator, in Chinese; the first in English too."""
BOOK = PromptBook()
LINT = lint_of(BOOK)


def missing(ids: object, language: str) -> list[str]:
    wanted: list[str] = list(ids)  # type: ignore[call-overload]
    own = {"repair-or-bill"} if language == "en" else set(OWN)
    return [one for one in BOOK.missing(wanted, language) if one not in own]


def text(prompt: str, language: str) -> str | None:
    if prompt in OWN:
        return OWN[prompt] if language == "zh-CN" else "To report a power cut, press two. For billing, press one."
    return LINT.text(prompt, language)


def loaded(*files: Path) -> Flows:
    names = Names.of(PLAN, missing, sources=("bill",))
    return load_files(files, names)


def findings(*files: Path) -> list[Finding]:
    return replace(LINT, text=text)(loaded(*files), PLAN)


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_each_planted_fault_is_found_where_it_is(file: Path) -> None:
    marked = {
        (number, rule)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if (mark := re.search(r"# <- ([a-z -]+)$", line))
        for rule in mark[1].split()
    }
    assert bool(marked) is (file.stem != "sound")
    found = findings(file)
    assert {(one.line, one.rule) for one in found} == marked, "\n".join(map(str, found))
    assert {one.file for one in found} <= {str(file)}
    assert all(one.mend for one in found)


def test_every_rule_has_a_flow_that_breaks_it() -> None:
    broken = {one.rule for file in BROKEN for one in findings(file)}
    assert RULES.keys() - broken == {"sub-flow-circle", "text-otherwise"}
    assert len(BROKEN) > 20


def test_the_flows_that_come_with_hotline_keep_every_rule() -> None:
    files = sorted((CONFIG / "flows").glob("*.yaml"))
    names = Names.of(PLAN, BOOK.missing)
    assert [str(one) for one in LINT(load_files(files, names), PLAN)] == []


def test_a_rule_is_switched_off_with_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    text = (HERE / "broken" / "no-star.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("start: answer", "start: answer\nlint_off: {star-back: our callers never go back}"))
    assert findings(file) == []
    file.write_text(text.replace("start: answer", "start: answer\nlint_off: {star-back: ''}"))
    assert [one.rule for one in findings(file)] == [USABLE]


def test_every_rule_says_what_it_wants_in_both_languages_and_where_it_is_from() -> None:
    for rule in RULES.values():
        assert re.search(r"[\u4e00-\u9fff]", rule.zh)
        assert rule.en
        assert rule.source
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+|decides", rule.name)


ANSWER = "  answer: {action: answer, next: which}\n"
TALK = """\
  billing-said: {action: menu, prompts: [main-menu], keys: {"1": billing, "2": person, "0": person}, tries: 1,
    on: {timeout: person, invalid: person}}
"""
SUB = """\
version: 1
languages: {zh-CN: {}, en: {}}
parameters: [account]
start: which
on: {error: bad, limit: person}
steps:
  which:
    action: branch
    when: [{condition: "starts(account, '1')", next: good}]
    otherwise: bad
  good: {action: return}
  bad: {action: return, result: not-known}
  person: {action: queue}
"""
CALLER = """\
version: 1
languages: {zh-CN: {}, en: {}}
start: answer
on: {error: person, limit: person}
steps:
  answer: {action: answer, next: check}
  check: {action: flow, flow: sub, give: {account: caller}, results: {done: person, not-known: person}}
  person: {action: queue}
"""


@pytest.mark.parametrize(
    ("caller", "what"),
    [
        (CALLER, None),
        (CALLER.replace("{account: caller}", "{}"), "the flow 'sub' wants 'account'"),
        (CALLER.replace("{account: caller}", "{account: caller, x: caller}"), "the flow 'sub' takes no 'x'"),
        (CALLER.replace(", not-known: person", ""), "the flow 'sub' may return 'not-known', which has no way"),
        (CALLER.replace("not-known: person", "not-known: person, gone: person"), "the flow 'sub' never returns 'gone'"),
        (CALLER.replace("flow: sub", "flow: caller"), "these flows run each other: caller -> caller"),
    ],
)
def test_a_sub_flow_must_fit(tmp_path: Path, caller: str, what: str | None) -> None:
    (tmp_path / "sub.yaml").write_text(SUB)
    (tmp_path / "caller.yaml").write_text(caller)
    found = [one for one in findings(*sorted(tmp_path.glob("*.yaml"))) if one.rule.startswith("sub-flow")]
    assert (what in [one.what for one in found]) if what else found == []


def test_flows_that_run_each_other_are_found_whole(tmp_path: Path) -> None:
    back = "  which: {action: flow, flow: other, give: {account: account}, results: {done: good, not-known: bad}}\n"
    text = re.sub(r"  which:\n.*?otherwise: bad\n", back, SUB, flags=re.DOTALL)
    (tmp_path / "one.yaml").write_text(text)
    (tmp_path / "other.yaml").write_text(text.replace("flow: other", "flow: one"))
    found = [one for one in findings(tmp_path / "one.yaml", tmp_path / "other.yaml") if one.rule == "sub-flow-circle"]
    assert [one.what for one in found] == [
        "these flows run each other: one -> other -> one",
        "these flows run each other: other -> one -> other",
    ]


MENU = """\
version: 1
languages: {zh-CN: {}, en: {}}
parameters: []
start: ask
on: {error: nothing, limit: nothing}
steps:
  ask:
    action: menu
    prompts: [telecom-menu]
    tries: 1
    keys: {"1": one, "2": nothing, "0": person, "*": nothing}
    on: {timeout: nothing, invalid: nothing}
  one: {action: return, result: one}
  person: {action: return, result: person}
  nothing: {action: return, result: none}
"""
LINE = """\
version: 1
languages: {zh-CN: {}, en: {}}
start: answer
on: {error: person, limit: person}
steps:
  answer: {action: answer, next: which}
  which: {action: flow, flow: which, results: {one: billing, person: person, none: person}}
  billing: {action: queue, queue: billing}
  person: {action: queue}
"""


@pytest.mark.parametrize(
    ("line", "menu", "found"),
    [
        (LINE, MENU, []),
        (LINE.replace("person: person, none", "person: billing-said, none") + TALK, MENU, [("zero-person", 7)]),
        (LINE, MENU.replace("telecom-menu", "repair-or-bill"), [("person-named", 7)]),
        (LINE.replace("start: answer", "start: which").replace(ANSWER, ""), MENU, [("answered-first", 6)]),
    ],
    ids=["sound", "0 comes back to a menu", "the first menu is inside", "asked before it is answered"],
)
def test_a_rule_looks_into_the_flows_that_are_run(
    tmp_path: Path, line: str, menu: str, found: list[tuple[str, int]]
) -> None:
    (tmp_path / "which.yaml").write_text(menu)
    (tmp_path / "line.yaml").write_text(line)
    told = [one for one in findings(*sorted(tmp_path.glob("*.yaml"))) if one.file.endswith("line.yaml")]
    assert sorted({(one.rule, one.line) for one in told}) == found, "\n".join(map(str, told))


def test_zero_that_asks_again_in_another_flow_does_not_reach_a_person_at_once(tmp_path: Path) -> None:
    (tmp_path / "which.yaml").write_text(MENU)
    text = (HERE / "broken" / "sound.yaml").read_text(encoding="utf-8")
    asked = "  ask: {action: flow, flow: which, results: {one: person, person: person, none: person}}\n"
    file = tmp_path / "line.yaml"
    file.write_text(text.replace('"2": repair, "0": person', '"2": repair, "0": ask') + asked)
    (one,) = (one for one in findings(*sorted(tmp_path.glob("*.yaml"))) if one.file == str(file))
    assert (one.rule, one.path) == ("zero-person", "steps.menu.keys.0")


def test_more_flows_inside_each_other_than_a_call_can_enter_are_found(tmp_path: Path) -> None:
    for number in range(1, 9):
        inner = (
            f"{{action: flow, flow: sub-{number + 1}, results: {{done: end}}}}" if number < 8 else "{action: return}"
        )
        end = "  end: {action: return}\n" if number < 8 else ""
        stop = "end" if number < 8 else "go"
        (tmp_path / f"sub-{number}.yaml").write_text(
            f"version: 1\nlanguages: {{zh-CN: {{}}, en: {{}}}}\nparameters: []\nstart: go\n"
            f"on: {{error: {stop}, limit: {stop}}}\nsteps:\n  go: {inner}\n{end}"
        )
    line = LINE.replace(
        "flow: which, results: {one: billing, person: person, none: person}", "flow: sub-1, results: {done: billing}"
    )
    (tmp_path / "line.yaml").write_text(line)
    found = findings(*sorted(tmp_path.glob("*.yaml")))
    assert [one.what for one in found if one.rule == "sub-flow-circle"] == [
        "9 flows run inside each other from here on, and 8 at most can"
    ]


def test_an_access_number_does_not_lead_to_a_flow_for_flows(tmp_path: Path) -> None:
    file = tmp_path / "vip.yaml"
    file.write_text(MENU)
    assert [(one.rule, one.path) for one in findings(file)] == [("number-known", "parameters")]


def test_run_time_text_needs_something_for_where_it_cannot_be_spoken(tmp_path: Path) -> None:
    text = (HERE / "broken" / "sound.yaml").read_text(encoding="utf-8")
    file = tmp_path / "one.yaml"
    file.write_text(text.replace("prompts: [greeting]", "prompts: [{text: caller, otherwise: []}]"))
    assert [one.rule for one in findings(file)] == ["text-otherwise"]


def test_findings_travel_as_json() -> None:
    (found,) = findings(HERE / "broken" / "no-star.yaml")
    assert json.loads(json.dumps(asdict(found))) == {
        "file": str(HERE / "broken" / "no-star.yaml"),
        "line": 19,
        "rule": "star-back",
        "path": "steps.repair.keys",
        "what": "* does not go back here",
        "mend": "let * lead to the menu before",
    }


def test_the_page_tells_of_every_rule() -> None:
    page = (CONFIG.parent / "docs" / "flow-lint.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(rule.name, rule.en, rule.zh, rule.source) for rule in RULES.values()]
