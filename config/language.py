"""The language of whoever reads the terminal: every command says what it has to say in English or in Chinese."""

import os
import tomllib
from functools import cache
from pathlib import Path

HELP = Path(__file__).with_name("help.zh-CN.toml")


def reader_language() -> int:
    """0: English, 1: Chinese, as the environment says; the system need not have that locale installed."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if wanted := os.environ.get(name):
            return int(wanted.lower().startswith("zh"))
    return 0


def said(en: str, zh: str) -> str:
    """The one of two sayings that the reader understands."""
    return (en, zh)[reader_language()]


def helped(en: str) -> str:
    """What a command's help says, in the reader's language: the Chinese is in HELP."""
    return catalogue().get(en, en) if reader_language() else en


@cache
def catalogue() -> dict[str, str]:
    """English = Chinese, of all help."""
    return tomllib.loads(HELP.read_text(encoding="utf-8"))
