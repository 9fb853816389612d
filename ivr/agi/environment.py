"""What Asterisk says of a call when it connects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

_NEEDED = ("agi_request", "agi_channel", "agi_uniqueid", "agi_callerid", "agi_context", "agi_extension")
_ABSENT = ("", "unknown")


class EnvironmentLacks(ValueError):
    """The peer's environment has not what every Asterisk sends; the text names the keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One AGI environment. Texts are the caller's and the carrier's: show them, never build commands from them."""

    path: str
    """Of the request `agi://host:port/PATH`, without the leading slash and the query."""
    channel: str
    uniqueid: str
    caller_number: str = field(repr=False)
    """As the carrier sent it; empty when withheld."""
    caller_name: str = field(repr=False)
    dialled: str
    """DNID, or the extension when the channel has none."""
    extension: str
    context: str
    language: str
    asterisk: str
    """Asterisk's version."""
    arguments: tuple[str, ...] = ()
    raw: Mapping[str, str] = field(repr=False)
    """Every key as it came."""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self:
        """Read the keys `agi_…`; raises `EnvironmentLacks` naming the missing ones."""
        if missing := [key for key in _NEEDED if key not in values]:
            raise EnvironmentLacks(f"no {', '.join(missing)} in the environment; is the peer an Asterisk?")

        def said(key: str) -> str:
            value = values.get(key, "")
            return "" if value in _ABSENT else value

        arguments: list[str] = []
        while (key := f"agi_arg_{len(arguments) + 1}") in values:
            arguments.append(values[key])
        return cls(
            path=_path(values["agi_request"]),
            channel=values["agi_channel"],
            uniqueid=values["agi_uniqueid"],
            caller_number=said("agi_callerid"),
            caller_name=said("agi_calleridname"),
            dialled=said("agi_dnid") or values["agi_extension"],
            extension=values["agi_extension"],
            context=values["agi_context"],
            language=values.get("agi_language", ""),
            asterisk=values.get("agi_version", ""),
            arguments=tuple(arguments),
            raw=values,
        )


def _path(request: str) -> str:
    try:
        return urlsplit(request).path.lstrip("/")
    except ValueError:
        return request
