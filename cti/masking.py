"""Telephone numbers as people see them who may not see them whole."""

import re

# Not inside a longer run of digits, a word, an Asterisk id (1700000000.12) or a channel's name (trunk-00000012).
_NUMBER = re.compile(r"(?<![0-9A-Za-z_+-])(?<![0-9]\.)(\+?[0-9]{7,15})(?![0-9A-Za-z_-]|\.[0-9])")
# In China's own numbers the country code goes; a fixed line is read with its area code's 0.
_FIXED_LINE = re.compile(r"\A\+86(?!1[3-9]|[48]00)(?=\d)")
SHOWN_LAST = 4
HIDDEN = 4
SHORTEST = 7
"""Shorter ones are short codes and extensions: nobody's own number."""


def masked(number: str) -> str:
    """138****5678: as it is dialled at home, the four digits before the last four hidden; short codes stay."""
    shown = _FIXED_LINE.sub("0", number).removeprefix("+86")
    if len(shown) < SHORTEST:
        return shown
    begins = max(0, len(shown) - SHOWN_LAST - HIDDEN)
    return shown[:begins] + "*" * (len(shown) - SHOWN_LAST - begins) + shown[-SHOWN_LAST:]


def mask_text(text: str) -> str:
    """A text with every telephone number in it masked; longer digit runs and ids with dots or dashes are left alone."""
    return _NUMBER.sub(lambda found: masked(found[1]), text)
