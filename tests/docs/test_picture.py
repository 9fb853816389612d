"""The picture of the terminal in each README is what the demo draws."""

import re

import pytest

from tools import picture


def shown(svg: str) -> list[str]:
    """The words of a picture, left to right, top to bottom; times go on while it is drawn, so figures do not count."""
    return [re.sub(r"\d+", "0", text) for text in re.findall(r"<text [^>]*>([^<]*)</text>", svg)]


@pytest.mark.parametrize("language", picture.DRAWN)
def test_it_is_what_the_demo_draws(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setenv("LC_ALL", language)
    stands = picture.DRAWN[language].read_text(encoding="utf-8")
    assert shown(picture.drawn()) == shown(stands), "run: python -m tools.picture"


@pytest.mark.parametrize("language", picture.DRAWN)
def test_it_loads_nothing_from_elsewhere(language: str) -> None:
    addresses = set(re.findall(r"https?://[^\s\"')]+", picture.DRAWN[language].read_text(encoding="utf-8")))
    assert addresses == {"http://www.w3.org/2000/svg"}
