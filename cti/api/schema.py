"""The API's own description, with the frames of its WebSockets, so that pages can generate their types from it."""

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from cti.desk.frames import Ack, BoardFrame, ColleaguesFrame, DayFrame, DeskFrame, Refusal

FRAMES: dict[str, Any] = {
    "DeskFrame": DeskFrame,
    "ColleaguesFrame": ColleaguesFrame,
    "BoardFrame": BoardFrame,
    "DayFrame": DayFrame,
    "Refusal": Refusal,
    "Ack": Ack,
}
"""What travels on WebSockets: `DeskFrame` and `ColleaguesFrame` to a desk, `BoardFrame` and `DayFrame` to a board,
`Refusal` to each of them, `Ack` from a desk."""


class DescribedApp(FastAPI):
    """FastAPI whose OpenAPI document holds the frames among its components."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "DeskFrame" not in schemas:
            for name, frame in FRAMES.items():
                schema = TypeAdapter(frame).json_schema(ref_template="#/components/schemas/{model}")
                schemas |= schema.pop("$defs", {})
                schemas[name] = schema
        return document
