"""docs/facts.md is the vocabulary as it is."""

from tools import facts


def test_the_page_is_what_the_command_prints() -> None:
    assert facts.PAGE.read_text(encoding="utf-8") == facts.page(), "run: python -m tools.facts"


def test_nothing_is_said_in_chinese_that_is_not_there() -> None:
    page = facts.page()
    assert [key for key, words in facts.CHINESE.items() if words not in page] == []
