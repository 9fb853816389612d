"""docs/security.md names for each control a file and a test that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.partition("## Controls")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| ASVS"))
]


def named(cell: str) -> list[str]:
    return re.findall(r"`([\w./-]+/[\w./-]+)`", cell)


def test_every_control_has_a_place_and_a_test() -> None:
    assert len(ROWS) > 25
    assert [row for row in ROWS if len(row) != 4 or not named(row[2]) or not named(row[3])] == []


def test_the_places_and_the_tests_are_there() -> None:
    paths = {path for row in ROWS for cell in row[2:] for path in named(cell)}
    assert sorted(path for path in paths if not (ROOT / path).is_file()) == []


def test_every_test_named_is_one() -> None:
    tests = {path for row in ROWS for path in named(row[3])}
    assert sorted(path for path in tests if not re.fullmatch(r"tests/.*/test_\w+\.py", path)) == []
    assert [path for path in tests if "def test_" not in (ROOT / path).read_text(encoding="utf-8")] == []
