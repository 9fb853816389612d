"""What differs between two texts of a flow."""

import difflib


def differing(old: str, new: str, before: object, after: object) -> list[str]:
    """The lines of a unified diff with three lines around each change; `before` and `after` name the texts."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), str(before), str(after), lineterm="")
    return list(lines)
