"""How digits must look, and their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.digits import Check, digit_pattern, right


@pytest.mark.parametrize(
    ("pattern", "fits", "misses"),
    [
        ("1[3-9]XXXXXXXXX", ["13800138000"], ["12800138000", "1380013800", "138001380000"]),
        ("ZXX|0", ["100", "0"], ["000", "00"]),
        ("N[1-35]", ["21", "95"], ["11", "24"]),
    ],
)
def test_a_pattern_is_as_in_dialplans(pattern: str, fits: list[str], misses: list[str]) -> None:
    assert all(digit_pattern(pattern).fullmatch(digits) for digits in fits)
    assert not any(digit_pattern(pattern).fullmatch(digits) for digits in misses)


@pytest.mark.parametrize("pattern", ["", "X|", "(X+)+", "[9-1]", "x", "X" * 33, "[]", "[a-z]", ".*"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"no pattern|backwards"):
        digit_pattern(pattern)


@pytest.mark.parametrize(
    ("check", "digits", "is_right"),
    [
        # ISO/IEC 7812-1's own example.
        (Check.LUHN, "79927398713", True),
        (Check.LUHN, "79927398710", False),
        # GB 11643's examples.
        (Check.RESIDENT_ID, "11010519491231002*", True),
        (Check.RESIDENT_ID, "440524188001010014", True),
        (Check.RESIDENT_ID, "440524188001010015", False),
        (Check.RESIDENT_ID, "4405241880010100", False),
        # ISO 7064's example.
        (Check.MOD_97, "79444", True),
        (Check.MOD_97, "79445", False),
        (Check.LUHN, "12*4", False),
    ],
)
def test_check_digits(check: Check, digits: str, is_right: bool) -> None:
    assert right(check, digits) is is_right


@given(st.text("0123456789", min_size=2, max_size=20), st.data())
def test_luhn_finds_every_single_slip(digits: str, data: st.DataObject) -> None:
    whole = next(digits + str(last) for last in range(10) if right(Check.LUHN, digits + str(last)))
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([one for one in "0123456789" if one != whole[place]]))
    assert not right(Check.LUHN, whole[:place] + other + whole[place + 1 :])
