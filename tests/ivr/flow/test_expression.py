"""Expressions of flows: what they say, what they refuse, and that nothing else can be done with them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.expression import DEEPEST, LONGEST, ExpressionFault, ExpressionWrong, evaluate, parsed, truth, written

VALUES: dict[str, str | Decimal | bool] = {
    "tier": "gold",
    "bill.due": Decimal("12.50"),
    "bill.text": "12.5",
    "proved": True,
    "empty": "",
    "caller": "+8613800000001",
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("tier == 'gold'", True),
        ("tier in ('vip', 'gold') and bill.due > 0", True),
        ("tier in ('vip')", False),
        ("not tier == 'gold'", False),
        ("not known(customer.id) or length(caller) < 8", True),
        ("known(empty)", False),
        ("bill.due == 12.5", True),
        ("bill.text == 12.50", True),
        ("bill.text == '12.50'", False),
        ("bill.due >= bill.text", True),
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("-bill.due + 1", Decimal("-11.50")),
        ("number('3') + 1", Decimal(4)),
        ("'a' + 'b'", "ab"),
        ("starts(caller, '+86')", True),
        ("ends(caller, '01')", True),
        ("length(12.50)", Decimal(4)),
        ("proved == true", True),
        ("true and false", False),
        ("nobody", ""),
        ("'it''s'", None),
        ("false or true and false", False),
        ("'2026-01-02' < '2026-01-10'", True),
    ],
)
def test_says(expression: str, value: object) -> None:
    if value is None:
        with pytest.raises(ExpressionWrong):
            evaluate(expression, VALUES)
    else:
        assert evaluate(expression, VALUES) == value


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "character 1: 'the end', where a name"),
        ("tier =", "character 6: '=' means nothing here"),
        ("tier == 'gold", "character 9"),
        ("(1 + 2", "where ')' is wanted"),
        ("tier 'x'", "where an operator"),
        ("__import__('os')", "character 1: '_' means nothing"),
        ("open('x')", "there is no function 'open'; known: known, length"),
        ("length(1, 2)", "length takes 1, not 2"),
        ("a.b.c.d()", "there is no function"),
        ("1 == 2 == 3", "where an operator"),
        ("x in 3", "where '(' is wanted"),
        ("lambda: 1", "means nothing here"),
        ("a" * (LONGEST + 1), f"{LONGEST} at most"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), f"more than {DEEPEST} brackets"),
    ],
)
def test_refuses_and_says_where(expression: str, why: str) -> None:
    with pytest.raises(ExpressionWrong) as wrong:
        parsed(expression)
    assert why in str(wrong.value)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("tier + 1", "what is no number"),
        ("tier < 3", "compared with what is none"),
        ("proved < 'x'", "compared with what is none"),
        ("number(tier)", "what is no number"),
    ],
)
def test_a_fault_says_why_and_shows_no_value(expression: str, why: str) -> None:
    with pytest.raises(ExpressionFault) as fault:
        evaluate(expression, VALUES)
    assert why in str(fault.value)
    assert "gold" not in str(fault.value)


def test_names_are_those_that_are_read() -> None:
    assert parsed("known(a.b) and tier in ('x', c)").names == {"a.b", "tier", "c"}


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("12.50"), "12.5"), (Decimal("100"), "100"), (Decimal("1E+2"), "100"), (True, "true")]
)
def test_values_are_written_plainly(value: Decimal | bool, text: str) -> None:
    assert written(value) == text


numbers = st.decimals(min_value=0, max_value=10**12, places=2).map(str)
names = st.sampled_from(sorted(VALUES))
atoms = st.one_of(numbers, names, st.text("abc 1+.", max_size=5).map(lambda text: f"'{text}'"))
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "==", "<", "and", "or"]), inner).map(
            lambda three: f"({' '.join(three)})"
        ),
        inner.map(lambda one: f"not ({one})"),
        inner.map(lambda one: f"length({one})" if "and" not in one and "or" not in one else f"({one})"),
    ),
    max_leaves=12,
)


@given(expressions)
def test_whatever_is_written_has_a_value_or_a_typed_refusal(expression: str) -> None:
    try:
        value = evaluate(expression, VALUES)
    except (ExpressionWrong, ExpressionFault):
        return
    assert isinstance(value, str | Decimal | bool)
    assert isinstance(truth(value), bool)
    assert len(written(value)) <= LONGEST


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ExpressionWrong):
        assert parsed(text).names >= set()


@given(st.decimals(-(10**9), 10**9, places=2), st.decimals(-(10**9), 10**9, places=2))
def test_numbers_are_compared_and_reckoned_as_numbers(a: Decimal, b: Decimal) -> None:
    values = {"a": a, "b": b}
    assert evaluate("a < b", values) == (a < b)
    assert evaluate("a == b", values) == (a == b)
    assert evaluate("a + b", values) == a + b
    assert evaluate("a - b", values) == a - b
    assert evaluate("not a < b and not a == b", values) == (a > b)


@pytest.mark.parametrize(
    ("expression", "equals"),
    [
        ("tier == 'gold'", {("tier", "gold")}),
        ("'gold' != tier and bill.due == 12.5", {("tier", "gold"), ("bill.due", "12.5")}),
        ("tier in ('vip', 'gold', other)", {("tier", "vip"), ("tier", "gold")}),
        ("length(tier) == 4 or tier + 'x' == 'goldx' or tier < 'vip' or tier == other", set()),
    ],
)
def test_what_a_name_is_compared_with_is_known(expression: str, equals: set[tuple[str, str]]) -> None:
    assert parsed(expression).equals == equals
