"""One word for one thing: docs/terms.md names it, and a second word is found wherever it stands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.agent import AgentState
from acd.events import Intent
from config.status_cli import WORDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "terms.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| term |", "| --- |"))
]
CHINESE = {row[0]: row[1] for row in ROWS}

SECOND_WORDS: dict[str, tuple[str, ...]] = {
    "contact": ("interaction", "conversation", "call session", "contact session"),
    "caller": ("calling party", "ani"),
    "leg": ("call leg", "party leg"),
    "access number": ("dnis", "ddi", "service number", "hotline number", "inbound number", "特服号", "接入码"),
    "flow": ("callflow", "call flow", "ivr script", "ivr tree", "dialog flow"),
    "prompt": ("voice prompt", "sound prompt", "提示语"),
    "tier": ("customer class", "customer grade", "customer level", "vip level", "service class"),
    "head start": ("priority boost", "priority bonus", "priority points", "time bonus"),
    "dead-man's time": ("watchdog", "keepalive timer", "dead man switch", "dead man timer"),
    "floor": ("switchboard", "router state", "acd state"),
    "ring together": ("ring all", "ringall", "simultaneous ring", "parallel ringing", "同时振铃", "群振"),
    "queue": ("skill group", "hunt group", "workgroup", "work group", "call queue group", "acd group", "业务组"),
    "visit": ("queue entry", "queue stay", "queue session"),
    "skill": ("proficiency", "competence", "competency"),
    "level": ("skill score", "skill rating", "skill weight"),
    "offer": ("call offer", "ring attempt", "delivery attempt", "call assignment", "agent assignment"),
    "pop": ("screen pop", "popup", "pop up", "screenpop"),
    "RONA": ("ring no answer", "rna"),
    "set aside": ("auto pause", "auto paused", "auto not ready"),
    "wrap-up": ("acw", "after call work", "after contact work", "post call work", "wrapup", "事后处理"),
    "outcome": ("disposition", "wrap up code", "call result", "result code", "closing code", "小结码"),
    "missing outcome": ("overdue outcome", "pending outcome", "outstanding outcome"),
    "abandoned": ("dropped call",),
    "agent": (
        "csr",
        "call taker",
        "attendant",
        "teleoperator",
        "operator seat",
        "座席",
        "坐席员",
        "话务员",
        "客服代表",
    ),
    "agent number": ("employee number", "employee id", "staff id", "job number", "badge number", "agent code"),
    "phone": ("handset",),
    "extension": ("extension number", "station number", "ext no"),
    "second factor": ("2fa", "mfa", "two factor", "two step", "双因素", "多因素"),
    "recovery code": ("backup code", "scratch code", "备用码"),
    "desk": ("agent desktop", "workstation", "agent console", "workbench"),
    "intent": ("desired state", "wanted state", "requested state"),
    "ready": ("示闲",),
    "not ready": ("示忙", "aux mode"),
    "reason": ("aux code", "aux reason", "pause code", "pause reason", "break code", "not ready code"),
    "supervisor": ("team leader", "shift leader", "group leader", "floor manager"),
    "fact": ("domain event",),
    "journal": ("event log", "event store", "fact log", "write ahead log"),
    "ledger": ("account book", "balance sheet"),
    "plan": ("routing config", "business config"),
    "sample": ("spot check", "qa pick", "qa draw", "inspection sample", "抽样"),
}
"""Term -> words that would mean the same, as words with spaces: `wrap up code` is found in `WrapUpCode`, too."""

OTHERS_WORDS = re.compile(r"(?i)call event log|content.disposition")
"""Words of other people's things: Asterisk's CEL, HTTP's header."""

PLACES = ("acd", "ivr", "cti", "recordings", "config", "tools", "tests", "docs", "*.md")
KINDS = {".py", ".md", ".toml", ".yaml", ".ts", ".svelte"}
NOT_OURS = {"ivr/ari/generated.py", "docs/terms.md", "tests/docs/test_terms.py", "cti/pages/src/api/generated.ts"}


def written() -> Iterator[tuple[str, str]]:
    """(path, text) of everything people and programs read here."""
    for place in PLACES:
        for start in ROOT.glob(place):
            for path in [start] if start.is_file() else sorted(start.rglob("*")):
                name = path.relative_to(ROOT).as_posix()
                if path.suffix in KINDS and name not in NOT_OURS and "node_modules" not in path.parts:
                    yield name, path.read_text(encoding="utf-8")


def words(line: str) -> list[str]:
    """A line's words and signs in small letters, names taken apart: `WrapUpEnd.cap_s` is wrap, up, end, ., cap, s."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", OTHERS_WORDS.sub("", line))
    return re.findall(r"[a-z0-9]+|[^\sa-z0-9_-]", apart.lower())


def second_words(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, second word, term) of each second word."""
    for number, line in enumerate(text.splitlines(), start=1):
        of_line = words(line)
        for at, word in enumerate(of_line):
            for second in STARTING_WITH.get(word.removesuffix("s"), ()):
                found = " ".join(of_line[at : at + second.count(" ") + 1])
                if found in (second, f"{second}s"):
                    yield number, found, TERM_OF[second]
        for second in CHINESE_SECONDS:
            if second in line:
                yield number, second, TERM_OF[second]


TERM_OF = {second: term for term, seconds in SECOND_WORDS.items() for second in seconds}
CHINESE_SECONDS = [second for second in TERM_OF if not second.isascii()]
STARTING_WITH: dict[str, list[str]] = {}
for _second in TERM_OF:
    STARTING_WITH.setdefault(_second.partition(" ")[0].removesuffix("s"), []).append(_second)

# --- the page ---


def test_each_term_has_its_chinese_name_and_a_line_in_both_languages() -> None:
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []


def test_no_term_stands_there_twice() -> None:
    terms = [row[0] for row in ROWS]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


@pytest.mark.parametrize("value", [*AgentState, *Intent], ids=str)
def test_each_state_and_intent_of_an_agent_is_a_term(value: AgentState | Intent) -> None:
    assert {value.value.replace("_", " "), value.value.replace("_", "-")} & CHINESE.keys()


@pytest.mark.parametrize("state", AgentState, ids=str)
def test_the_live_status_calls_an_agents_state_by_its_chinese_name(state: AgentState) -> None:
    english, chinese = WORDS.get(state.value, (state.value, ""))
    assert chinese == CHINESE[english]


# --- everything else ---


def test_every_term_with_second_words_is_on_the_page() -> None:
    assert SECOND_WORDS.keys() - CHINESE.keys() == set()


@pytest.mark.parametrize(
    "line",
    ["class WrapUpCode:", "wrap_up_code = 3", "the wrap-up code", "Wrap-Up codes", 'label = "小结码"'],
)
def test_a_second_word_is_found_in_names_and_in_sentences(line: str) -> None:
    assert [term for _, _, term in second_words(line)] == ["outcome"]


def test_other_peoples_words_and_parts_of_words_are_left_alone() -> None:
    assert list(second_words("Asterisk's call event log; content_disposition_type; animal, organic")) == []


def test_nobody_uses_a_second_word() -> None:
    found = [
        f"{name}:{number}: {second!r}: the word is {term!r} (docs/terms.md)"
        for name, text in written()
        for number, second, term in second_words(text)
    ]
    assert found == []
