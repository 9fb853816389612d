"""What goes wrong is told in Chinese to who reads Chinese: usage errors and problems, with their mends."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_core._pydantic_core import list_all_errors
from typer import rich_utils
from typer.testing import CliRunner

from config import cli, usage
from config.sentences import CATALOGUE, HOLE, in_words, problem_in_words
from cti.problems import Problem, Refused, closest

ROOT = Path(__file__).parents[2]
SENTENCES = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
IN_CHINESE = (
    *(ROOT / "config").glob("*.py"),
    *(ROOT / "config/asterisk").glob("spec*.py"),
    *(
        file
        for part in ("plan", "database", "people", "journal", "records", "customers", "flows")
        for file in (ROOT / "cti" / part).rglob("*.py")
    ),
    *(ROOT / "cti/api" / name for name in ("operator_pass.py", "serve.py", "sessions.py")),
    *(ROOT / "ivr/prompts").glob("*.py"),
    *(ROOT / "ivr/sources").glob("*.py"),
)
"""Files whose problems are told at the command line in both languages."""
COMMAND = re.compile(r"(hotline|chmod) ")


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    monkeypatch.chdir(tmp_path)
    for name in usage.HEADINGS:
        monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))
    usage.translate_headings()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["stauts"], "没有命令 'stauts'。是否指 'status'？"),
        (["zzz"], "没有命令 'zzz'。"),
        (["user", "zzz"], "没有命令 'zzz'。"),
        (["user", "add"], "缺少参数 'login'。"),
        (["run", "--prt"], "没有选项 --prt"),
        (["run", "--confg", "x"], "没有选项 --confg（是否指 --config）"),
        (["check", "--config"], "选项 '--config' 需要一个值。"),
        (["status", "--json=1"], "选项 '--json' 不带值。"),
        (["status", "a", "b"], "多余的参数：a b"),
        (["journal", "show", "--last", "0"], "'--last' 的值不对：应不小于 1"),
        (["journal", "show", "--last", "x"], "'--last' 的值不对：应为整数"),
        (["samples", "--since", "x"], "'--since' 的值不对：'x' 不合格式 '%Y-%m-%d'。"),
        (["emergency", "on", "a", "--to", "moon"], "'--to' 的值不对：'moon' 不在可选值之列：'mobiles', 'queue',"),
    ],
)
def test_a_wrong_command_line_is_refused_in_chinese(words: list[str], told: str) -> None:
    ended = CliRunner().invoke(cli.app, words)
    assert ended.exit_code == 2
    assert told in ended.output
    assert not re.search(r"Usage|Try|Error|Missing|No such|Invalid|argument", ended.output), ended.output


def test_usage_and_help_of_every_command_are_in_chinese() -> None:
    for words in ([], ["user"], ["user", "add"], ["prompts", "say"], ["samples"]):
        shown = CliRunner().invoke(cli.app, [*words, "--help"]).output
        assert f"用法：hotline {' '.join([*words, '[选项]'])}" in shown
        assert "显示本说明并退出" in shown
        assert not re.search(r"Usage|Options|Commands|Arguments|default:|Show this", shown), shown


def test_a_problem_is_told_in_chinese() -> None:
    missing = Problem("none.toml", "no such file", "name the file with --config, or write one: hotline reference")
    assert problem_in_words(missing) == "none.toml：没有该文件：请用 --config 指定文件，或写出一份：hotline reference"
    queue = Problem("plan.toml:7: queue", "there is no queue 'servise'", closest("servise", ["service"]))
    assert cli.told(Refused(missing, queue)).splitlines()[1] == (
        "plan.toml:7: queue：没有技能组 'servise'：是否指 'service'？"
    )
    assert cli.told(PermissionError(13, "Permission denied", "/srv/x")) == (
        "/srv/x：Permission denied：请使当前用户可以使用"
    )


def test_who_reads_english_is_told_so_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert problem_in_words(Problem("x", "is missing", "remove it")) == "x: is missing: remove it"


def test_what_has_no_chinese_stays_as_it_is() -> None:
    assert in_words("[Errno 13] Permission denied: '/srv/x'") == "[Errno 13] Permission denied: '/srv/x'"


def test_what_somebody_wrote_is_not_taken_for_a_sentence() -> None:
    assert in_words("user plan") == "账号 plan"


def templates(value: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The texts that an expression may give, what is filled in as {}."""
    match value:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*templates(one, named), *templates(other, named))
        case ast.BoolOp(values=values):
            for one in values:
                yield from templates(one, named)
        case ast.Name(id=name):
            for one in named.get(name, ()):
                yield from templates(one, {})


def assigned(within: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(within):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def problems_in(file: Path) -> Iterator[str]:
    """What the problems made in a file say is wrong, and how to mend it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for within in (
        tree,
        *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)),
    ):
        named = assigned(within)
        for node in ast.walk(within):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("Problem", "Finding"):
                for argument in node.args[1:]:
                    yield from templates(argument, named)
            elif node.func.id in ("ValueError", "SpecError"):
                for text in templates(node.args[-1], named):
                    yield from text.split(": ", 1)


@pytest.mark.parametrize("file", IN_CHINESE, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_problem_has_its_chinese(file: Path) -> None:
    said = {one.replace("{}", "X") for one in problems_in(file) if not COMMAND.match(one)}
    english = {one for one in said if re.search("[a-z]{2}", one) and in_words(one) == one}
    assert english == set()


def test_no_sentence_is_there_that_nobody_says() -> None:
    said: set[str] = set()
    for file in (file for part in ("acd", "ivr", "cti", "config") for file in (ROOT / part).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                for text in templates(node, {}):
                    said |= {text, *text.split(": ", 1)}
    assert {one for one in SENTENCES["problems"] if HOLE.sub("{}", one) not in said} == set()


def test_what_pydantic_says_is_still_said_so() -> None:
    said = {HOLE.sub("{}", one["message_template_python"]) for one in list_all_errors()}
    of_pydantic = {one for one in SENTENCES["usage"] if one.startswith("Input should")}
    assert {one for one in of_pydantic if HOLE.sub("{}", one) not in said} == set()


def test_both_languages_have_the_same_holes() -> None:
    for sentences in SENTENCES.values():
        for english, chinese in sentences.items():
            names = {name for name, _ in HOLE.findall(english)}
            assert {name for name, _ in HOLE.findall(chinese)} <= names, english
