"""Callers' numbers, brought to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.numbers import Language, Number, NumberKind, normalise, region

MOBILE, FIXED, SERVICE = NumberKind.MOBILE, NumberKind.FIXED, NumberKind.SERVICE
SHORT, ABROAD, LOCAL = NumberKind.SHORT, NumberKind.INTERNATIONAL, NumberKind.LOCAL
WITHHELD, UNKNOWN = NumberKind.WITHHELD, NumberKind.UNKNOWN


@pytest.mark.parametrize(
    ("delivered", "kind", "value"),
    [
        # a mobile, as carriers write it
        ("13812345678", MOBILE, "+8613812345678"),
        ("013812345678", MOBILE, "+8613812345678"),
        ("8613812345678", MOBILE, "+8613812345678"),
        ("08613812345678", MOBILE, "+8613812345678"),
        ("+8613812345678", MOBILE, "+8613812345678"),
        ("008613812345678", MOBILE, "+8613812345678"),
        ("+86 138 1234 5678", MOBILE, "+8613812345678"),
        ("18612345678", MOBILE, "+8618612345678"),
        ("1795113812345678", MOBILE, "+8613812345678"),
        ("12593013812345678", MOBILE, "+8613812345678"),
        # a fixed line
        ("010-62345678", FIXED, "+861062345678"),
        ("01062345678", FIXED, "+861062345678"),
        ("861062345678", FIXED, "+861062345678"),
        ("+861062345678", FIXED, "+861062345678"),
        ("+8601062345678", FIXED, "+861062345678"),
        ("1062345678", FIXED, "+861062345678"),
        ("0571-87654321", FIXED, "+8657187654321"),
        ("86 571 87654321", FIXED, "+8657187654321"),
        ("075586123456", FIXED, "+8675586123456"),
        ("17909057187654321", FIXED, "+8657187654321"),
        # 400 and 800
        ("4001234567", SERVICE, "+864001234567"),
        ("04001234567", SERVICE, "+864001234567"),
        ("+868001234567", SERVICE, "+868001234567"),
        # short codes, the same from everywhere
        ("95588", SHORT, "95588"),
        ("8695588", SHORT, "95588"),
        ("+8695588", SHORT, "95588"),
        ("095588", SHORT, "95588"),
        ("01095588", SHORT, "95588"),
        ("95131234", SHORT, "95131234"),
        ("10086", SHORT, "10086"),
        ("1008611", SHORT, "1008611"),
        ("1010 1234", SHORT, "10101234"),
        # short codes of a city
        ("12345", SHORT, "12345"),
        ("01012345", SHORT, "01012345"),
        ("+8657112345", SHORT, "057112345"),
        ("96110", SHORT, "96110"),
        ("110", SHORT, "110"),
        # abroad
        ("+85291234567", ABROAD, "+85291234567"),
        ("0085291234567", ABROAD, "+85291234567"),
        ("85291234567", ABROAD, "+85291234567"),
        ("+1 (415) 555-2671", ABROAD, "+14155552671"),
        # without an area code
        ("62345678", LOCAL, "62345678"),
        ("86123456", LOCAL, "86123456"),
        ("8001", LOCAL, "8001"),
        # hidden
        ("", WITHHELD, ""),
        ("Anonymous", WITHHELD, ""),
        ('"anonymous"', WITHHELD, ""),
        ("sip:anonymous@anonymous.invalid", WITHHELD, ""),
        ("unknown", WITHHELD, ""),
        ("Restricted", WITHHELD, ""),
        ("00000000", WITHHELD, ""),
        # other spellings
        ("１３８１２３４５６７８", MOBILE, "+8613812345678"),
        ("tel:+8613812345678;phone-context=example.com", MOBILE, "+8613812345678"),
        ("sip:013812345678@192.0.2.1", MOBILE, "+8613812345678"),
        # no number
        ("abc", UNKNOWN, ""),
        ("12", UNKNOWN, ""),
        ("12345678901234567890", UNKNOWN, ""),
        ("9" * 5000, UNKNOWN, ""),
        ("+999999999999", UNKNOWN, ""),
        ("${SYSTEM(id)}", UNKNOWN, ""),
        ('1"\r\nEXEC System id', UNKNOWN, ""),
        ("13812345678'; DROP TABLE", UNKNOWN, ""),
    ],
)
def test_a_number_has_one_form(delivered: str, kind: NumberKind, value: str) -> None:
    assert normalise(delivered) == Number(kind, value)


@given(st.text() | st.from_regex(r"\+?[0-9]{0,20}", fullmatch=True))
def test_whatever_comes_is_brought_to_a_form_that_stays(text: str) -> None:
    number = normalise(text)
    assert not set(number.value) - set("+0123456789")
    if number.value:
        assert normalise(number.value) == number


@pytest.mark.parametrize(
    ("delivered", "language", "place"),
    [
        ("13912345678", "zh", "江苏省常州市"),
        ("13912345678", "en", "Changzhou, Jiangsu"),
        ("010-62345678", "zh", "北京市"),
        ("0571-87654321", "en", "Hangzhou, Zhejiang"),
        ("057112345", "zh", "浙江省杭州市"),
        ("+85291234567", "zh", "香港"),
        ("+14155552671", "en", "United States"),
        ("95588", "zh", ""),
        ("4001234567", "en", ""),
        ("62345678", "zh", ""),
        ("anonymous", "zh", ""),
    ],
)
def test_a_number_tells_where_it_belongs(delivered: str, language: Language, place: str) -> None:
    assert region(normalise(delivered), language) == place
