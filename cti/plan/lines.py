"""On which line a TOML text says what; `tomllib` does not tell."""

import re

Key = tuple[str | int, ...]

_WORD = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_WORD}(?:\s*\.\s*{_WORD})*"
_HEADING = re.compile(rf"^\s*(?P<open>\[\[?)\s*(?P<name>{_DOTTED})\s*\]\]?")
_SETTING = re.compile(rf"^\s*(?P<name>{_DOTTED})\s*=")
_EACH_WORD = re.compile(_WORD)


def _words(dotted: str) -> Key:
    return tuple(word.strip("\"'") for word in _EACH_WORD.findall(dotted))


def line_of(text: str, key: Key) -> int | None:
    """The line, from 1, that sets `key`, or the nearest table around it; None when not even its first part is there.

    A part inside an inline table or a list is on the line of the setting that holds it.
    """
    table: Key = ()
    counts: dict[Key, int] = {}
    nearest, line = 0, None
    for number, content in enumerate(text.splitlines(), 1):
        if heading := _HEADING.match(content):
            table = _words(heading["name"])
            if heading["open"] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found = table
        elif setting := _SETTING.match(content):
            found = (*table, *_words(setting["name"]))
        else:
            continue
        if key[: len(found)] == found and len(found) > nearest:
            nearest, line = len(found), number
    return line
