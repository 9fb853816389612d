"""A table of customers is taken whole or not at all; each mistake is named with line and column."""

from pathlib import Path

import pytest

from cti.customers.table import TableRefused, read_customers

TIERS = ("standard", "vip")
HEAD = "id,name,account,tier,language,numbers,address\n"
GOOD = (
    HEAD + 'C1,测试客户甲,10000001,vip,zh-CN,13800000001; 01058880001,"示例路1号,二楼"\nC2,Test Customer,,standard,,,\n'
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "customers.csv"


def refusal(file: Path, text: str | bytes) -> list[str]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TableRefused) as refused:
        read_customers(file, TIERS, str)
    return [str(problem).removeprefix(str(file)) for problem in refused.value.problems]


def test_a_table_becomes_customers(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8-sig")
    first, second = read_customers(file, TIERS, lambda number: f"+86{number.lstrip('0')}")
    assert first.numbers == ("+861058880001", "+8613800000001")
    assert first.attributes == {"address": "示例路1号,二楼"}
    assert (first.name, first.account, first.tier, first.language) == ("测试客户甲", "10000001", "vip", "zh-CN")
    assert (second.account, second.language, second.numbers, second.attributes) == (None, None, (), {})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("C 1,n,,vip,,,", ":2: id: 'C 1' is not written as it must be"),
        ("C1,,,vip,,,", ":2: name: is empty"),
        ("C1,n,12a,vip,,,", ":2: account: '12a' is not written as it must be"),
        ("C1,n,,vap,,,", ":2: tier: there is no tier 'vap': did you mean 'vip'?"),
        ("C1,n,,vip,zh,,", ":2: language: 'zh' is not spoken here: did you mean 'zh-CN'?"),
        ("C1,n,,vip,,call me,", ":2: numbers: 'call' is no telephone number"),
        ("C1,n,,vip,,,x,y", ":2: end: there are more cells than headings"),
        ("C1,n,,vip,,,\nC1,m,,vip,,,", ":3: id: 'C1' stands on line 2 too"),
    ],
)
def test_a_mistake_is_named_with_line_and_column(file: Path, line: str, says: str) -> None:
    assert refusal(file, HEAD + line + "\n")[0].startswith(says)


def test_every_line_is_checked_but_the_list_stays_readable(file: Path) -> None:
    problems = refusal(file, HEAD + "C1,n,,gold,,,\n" * 80)
    assert len(problems) == 51
    assert "more mistakes" in problems[-1]


def test_a_missing_column_is_named(file: Path) -> None:
    assert refusal(file, "id,nam,tier\n")[0].startswith(":1: there is no column 'name': did you mean 'nam'?")


def test_a_file_that_is_no_text_or_no_table_is_named(file: Path) -> None:
    assert refusal(file, b"id,name,tier\n\xb2\xe2\xca\xd4")[0].startswith(": is not UTF-8 text")
    assert refusal(file, HEAD + 'C1,"n')[0].startswith(": is no CSV")
    with pytest.raises(TableRefused, match="cannot be read"):
        read_customers(file.with_name("absent.csv"), TIERS, str)
