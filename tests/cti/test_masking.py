"""Numbers as people see them who may not see them whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.masking import mask_text, masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800005678", "138****5678"),
        ("+8613800005678", "138****5678"),
        ("+861088881234", "010****1234"),
        ("+864008881234", "40****1234"),
        ("+85291234567", "+852****4567"),
        ("01088881234", "010****1234"),
        ("057188881234", "0571****1234"),
        ("88881234", "****1234"),
        ("8888123", "***8123"),
        ("95000", "95000"),
        ("8001", "8001"),
        ("", ""),
    ],
)
def test_a_number_keeps_its_end_and_what_leads_to_it(number: str, shown: str) -> None:
    assert masked(number) == shown


@given(st.text("0123456789", min_size=7, max_size=15))
def test_at_least_three_digits_are_hidden_and_the_length_stays(number: str) -> None:
    shown = masked(number)
    assert len(shown) == len(number)
    assert shown.count("*") >= 3
    assert shown[-4:] == number[-4:]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call from 13800005678 to 95000", "call from 138****5678 to 95000"),
        ("来电13800005678，请接听", "来电138****5678，请接听"),
        ("sip:+8613800005678@10.0.0.1", "sip:138****5678@10.0.0.1"),
        ("sip:13800005678@10.0.0.1", "sip:138****5678@10.0.0.1"),
        ("tel=13800005678;x", "tel=138****5678;x"),
        ("It was 13800005678.", "It was 138****5678."),
        ('{"caller":"13800005678"}', '{"caller":"138****5678"}'),
        ("channel PJSIP/trunk-00000012", "channel PJSIP/trunk-00000012"),
        ("contact pbx1-1700000000.12 ended", "contact pbx1-1700000000.12 ended"),
        ("1700000000.12", "1700000000.12"),
        ("offer 12345", "offer 12345"),
        ("2026-11-22T18:00:00", "2026-11-22T18:00:00"),
        ("sha 0123456789abcdef", "sha 0123456789abcdef"),
        ("1234567890123456", "1234567890123456"),
    ],
)
def test_numbers_in_a_text_are_masked_and_ids_are_not(text: str, shown: str) -> None:
    assert mask_text(text) == shown
