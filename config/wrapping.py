"""Where a line of a terminal may be broken: rich breaks at spaces alone, and Chinese has none.

A longer stretch without a space than its column would be cut, with an ellipsis for what is lost.
"""

import re

from rich import _wrap
from rich.cells import cell_len
from rich.text import Text

OPENS, CLOSES = "（《“‘【「", "）》”’】」，。；：、！？…·"
"""Marks that end no line, and that begin none."""
WIDE = "\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
"""What is written without spaces: ideographs, kana and their marks."""
WORD = re.compile(rf"\s*[{OPENS}]*(?:[{WIDE}]|[^\s{WIDE}{OPENS}]+)[{CLOSES}]*\s*|\s*\S+\s*")
"""One word with the space and the marks around it; a character of Chinese is a word."""


def break_chinese_anywhere() -> None:
    """Have rich break lines between any two characters of Chinese, as its readers do, but before no closing mark."""
    _wrap.re_word = WORD
    Text.rstrip_end = _stripped  # type: ignore[method-assign, assignment]


def _stripped(line: Text, size: int) -> None:
    """Take the space off the end of a line that is too long with it. Rich's own counts characters, not columns."""
    if cell_len(line.plain) > size:
        line.rstrip()
