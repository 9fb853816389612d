"""What the pages name is there: links, files, commands, what `make` can do; and the two READMEs say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.cli import SUBS

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TOPS = ("acd", "ivr", "cti", "recordings", "config", "tests", "tools", "docs", "requirements", "stubs", ".ci")
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def quoted(page: Path) -> Iterator[str]:
    """What stands between backquotes, and each line of a block."""
    blocks = re.split(r"^```.*$", text_of(page), flags=re.MULTILINE)
    for number, block in enumerate(blocks):
        yield from block.splitlines() if number % 2 else re.findall(r"`([^`\n]+)`", block)


def outline(page: Path) -> list[str]:
    """The marks of its structure, without words."""
    return re.findall(r"^(?:#+ |- |\d\. |```|\| )", text_of(page), re.MULTILINE)


each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@each_page
def test_its_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(page))
    ours = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in ours if not (page.parent / link).exists()] == []


@each_page
def test_the_files_it_names_are_there(page: Path) -> None:
    paths = {
        path.rstrip("/")
        for words in quoted(page)
        for path in re.findall(rf"(?<![\w./-])((?:{'|'.join(map(re.escape, TOPS))})/[\w./-]+)", words)
        if not path.endswith(("/NAME", "."))
    }
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


@each_page
def test_the_commands_it_names_are_there(page: Path) -> None:
    words = [word for line in quoted(page) for word in re.findall(r"(?:^|\s|/)hotline ([a-z][a-z-]*)", line)]
    assert sorted({word for word in words} - SUBS.keys()) == []


@each_page
def test_what_it_makes_can_be_made(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE))
    asked = {word for line in quoted(page) for word in re.findall(r"^\s*make ([a-z]+)", line)}
    assert sorted(asked - targets) == []


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = (outline(readme) for readme in READMES)
    assert english == chinese


def test_both_readmes_give_the_same_blocks_and_links() -> None:
    english, chinese = (
        re.findall(
            r"^```.*?^```$|\]\([^)]+\)", text_of(readme).replace(f"({other.name})", ""), re.MULTILINE | re.DOTALL
        )
        for readme, other in zip(READMES, reversed(READMES), strict=True)
    )
    # A picture of words is there in each language.
    assert english == [one.replace("demo.zh-CN.svg", "demo.svg") for one in chinese]
