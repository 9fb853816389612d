"""Telephone numbers as people see them who may not see them whole."""

import re

_NUMBER = re.compile(r"(?<![0-9A-Za-z.:_-])(\+?[0-9]{7,15})(?![0-9A-Za-z.:_-])")
SHOWN_AFTER = 4


def masked(number: str) -> str:
    """138****5678: the last four digits and what leads up to the four before them; short codes stay as they are."""
    if len(number) < 7:
        return number
    hidden = min(4, len(number) - SHOWN_AFTER - 1)
    start = len(number) - SHOWN_AFTER - hidden
    return number[:start] + "*" * hidden + number[-SHOWN_AFTER:]


def mask_text(text: str) -> str:
    """A text with every telephone number in it masked; longer digit runs and ids with dots or dashes are left alone."""
    return _NUMBER.sub(lambda found: masked(found[1]), text)
