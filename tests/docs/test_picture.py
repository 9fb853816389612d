"""The picture of the terminal in the README is what the demo draws."""

import re

from tools import picture


def shown(svg: str) -> list[str]:
    """The words of a picture, left to right, top to bottom; times go on while it is drawn, so figures do not count."""
    return [re.sub(r"\d+", "0", text) for text in re.findall(r"<text [^>]*>([^<]*)</text>", svg)]


def test_it_is_what_the_demo_draws() -> None:
    assert shown(picture.drawn()) == shown(picture.DRAWN.read_text(encoding="utf-8")), "run: python -m tools.picture"


def test_it_loads_nothing_from_elsewhere() -> None:
    addresses = set(re.findall(r"https?://[^\s\"')]+", picture.DRAWN.read_text(encoding="utf-8")))
    assert addresses == {"http://www.w3.org/2000/svg"}
