"""What travels on the ARI WebSocket, as bytes in and values out; no socket here.

Each text is one JSON object with a `type`. Answers to requests (`RESTResponse`) come among the events.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from ivr.ari.generated import AnyEvent, RESTRequest

if TYPE_CHECKING:
    from collections.abc import Callable

_event: Callable[[bytes], AnyEvent] = msgspec.json.Decoder(AnyEvent).decode
_encode = msgspec.json.Encoder().encode
_broken = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_refusal = msgspec.json.Decoder(dict[str, Any]).decode


class FrameError(ValueError):
    """A text that is no JSON object with a type: half a frame, broken JSON, a list.

    Says where it broke, not what was in it.
    """


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event the generated models do not know, or know in another shape: `why` tells which.

    `fields` is the whole object as it came.
    """

    type: str
    fields: dict[str, Any] = field(repr=False)
    why: str


def read_frame(text: bytes) -> AnyEvent | RawEvent:
    """Read one text of the WebSocket; raises `FrameError`."""
    try:
        return _event(text)
    except msgspec.ValidationError as error:
        return _raw(text, str(error))
    except _broken as error:
        raise FrameError(f"{len(text)} bytes: {error}") from None


def _raw(text: bytes, why: str) -> RawEvent:
    try:
        fields = msgspec.json.decode(text)
    except _broken as error:
        raise FrameError(f"{len(text)} bytes: {error}") from None
    if not isinstance(fields, dict):
        raise FrameError(f"{len(text)} bytes: a JSON object was expected")
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise FrameError(f"{len(text)} bytes: an object without a type")
    return RawEvent(kind, fields, why)


def write_request(number: int, method: str, uri: str, body: bytes | None) -> bytes:
    """The text of one request; `number` comes back in its answer, `body` is JSON."""
    return _encode(
        RESTRequest(
            type="RESTRequest",
            transaction_id=str(number),
            request_id=str(number),
            method=method,
            uri=uri,
            content_type=None if body is None else "application/json",
            message_body=None if body is None else body.decode(),
        )
    )


def write_body(body: object) -> bytes | None:
    """JSON of a request's body; raises `TypeError` for a value JSON does not have."""
    return None if body is None else _encode(body)


def refusal_text(body: bytes, otherwise: str) -> str:
    """Asterisk's own words in an error's body, or `otherwise` (its status line)."""
    try:
        fields = _refusal(body)
    except _broken:
        return otherwise
    for key in ("message", "error"):
        if isinstance(text := fields.get(key), str) and text:
            return text
    return otherwise
