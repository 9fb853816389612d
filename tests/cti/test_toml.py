"""Reading TOML that somebody wrote by hand."""

import pytest

from cti.toml import TomlWrong, read_toml


def test_values_are_read() -> None:
    assert read_toml("version = 1\n[tiers.vip]\nrank = 2\n") == {"version": 1, "tiers": {"vip": {"rank": 2}}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = ", "end of document"),
        ("a = " + "[" * 5000, "brackets"),
        ("a = " + "9" * 5000, "4300 digits"),
    ],
    ids=["broken off", "endless depth", "endless number"],
)
def test_what_is_no_toml_has_one_error(text: str, says: str) -> None:
    with pytest.raises(TomlWrong, match=says):
        read_toml(text)
