"""Which Asterisk answers, and whether it takes requests on the WebSocket."""

from __future__ import annotations

import re
from typing import Literal

Rest = Literal["websocket", "http"]

# First release of each branch that knows RESTRequest, from Asterisk's change logs; newer branches all do.
_FIRST = {20: 14, 21: 9, 22: 4}

SINCE = "20.14, 21.9 or 22.4"
"""The releases from which requests travel on the WebSocket, for messages."""


def parse(version: str) -> tuple[int, int] | None:
    """Branch and release of a version as Asterisk writes it; None for a build without numbers.

    Packaged and certified builds carry more around the numbers: `22.10.1+dfsg`, `certified-20.7-cert2`.
    """
    match = re.search(r"(?<![\d.])([0-9]{1,4})\.([0-9]{1,4})", version)
    return (int(match[1]), int(match[2])) if match else None


def rest_for(version: str) -> Rest:
    """How to send requests to that Asterisk: over HTTP unless it is known to take them on the WebSocket."""
    numbers = parse(version)
    if numbers is None:
        return "http"
    branch, release = numbers
    if branch > max(_FIRST):
        return "websocket"
    return "websocket" if branch in _FIRST and release >= _FIRST[branch] else "http"
