"""How long a command may stay without an answer: what it was told to wait for, plus a margin.

Asterisk has no read time-out of its own towards us, nor we towards it, unless each command carries one.
"""

from collections.abc import Callable

from ivr.agi.codec import OurMistake

MARGIN_S = 5.0
"""For Asterisk to do what takes no time."""
PLAYING_S = 300.0
"""The longest that one prompt, or one dialplan application, may take."""
CHANNEL_DEFAULT_MS = 10_000
"""What a time-out of 0 stands for in GET OPTION (Asterisk's `TIMEOUT(response)` is shorter)."""

_Arguments = tuple[object, ...]


def deadline_s(command: str, arguments: _Arguments) -> float:
    """Seconds for `command`; raises `OurMistake` for a time-out that waits for ever."""
    own = _OWN.get(command)
    if own is not None:
        return MARGIN_S + own(command, arguments)
    if command.startswith("SAY "):
        return MARGIN_S + PLAYING_S
    return MARGIN_S


def _milliseconds(command: str, arguments: _Arguments, place: int) -> int:
    value = arguments[place] if len(arguments) > place else 0
    if not isinstance(value, int) or value <= 0:
        raise OurMistake(f"{command}: a time-out of {value!r} waits for ever; give milliseconds above 0")
    return value


def _wait(command: str, arguments: _Arguments) -> float:
    return _milliseconds(command, arguments, 0) / 1000


def _play(_command: str, _arguments: _Arguments) -> float:
    return PLAYING_S


def _get_data(command: str, arguments: _Arguments) -> float:
    digits = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 1
    return PLAYING_S + _milliseconds(command, arguments, 1) / 1000 * (digits + 1)


def _get_option(_command: str, arguments: _Arguments) -> float:
    value = arguments[2] if len(arguments) > 2 else 0
    return PLAYING_S + (value if isinstance(value, int) and value > 0 else CHANNEL_DEFAULT_MS) / 1000


def _record(command: str, arguments: _Arguments) -> float:
    return _milliseconds(command, arguments, 3) / 1000


_OWN: dict[str, Callable[[str, _Arguments], float]] = {
    "WAIT FOR DIGIT": _wait,
    "RECEIVE CHAR": _wait,
    "STREAM FILE": _play,
    "CONTROL STREAM FILE": _play,
    "GET DATA": _get_data,
    "GET OPTION": _get_option,
    "RECORD FILE": _record,
    "EXEC": _play,
}
