"""The pages' words are those of docs/terms.md."""

import json
from pathlib import Path

from tests.docs.test_terms import CHINESE

PAGES = Path(__file__).parents[3] / "cti" / "pages"


def test_each_term_of_the_pages_is_a_term_with_its_chinese_name() -> None:
    terms = json.loads((PAGES / "src" / "words" / "terms.json").read_text(encoding="utf-8"))
    assert terms
    assert {term: CHINESE.get(term) for term in terms} == terms


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (PAGES / "package-lock.json").read_text(encoding="utf-8")
