"""How an AMI action can fail. Each error names the action and what was said."""

from __future__ import annotations

import re


class AmiFieldError(ValueError):
    """A field that would not arrive as it was meant: a line break, a comma inside an argument, a line too long."""


class AmiProtocolError(Exception):
    """What came is not AMI: no greeting, a line without end."""


class AmiError(Exception):
    """An action that was not done, or not known to be done; `action` is its name."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(f"{action}: {message}")
        self.action = action
        self.message = message


class AmiDown(AmiError):
    """The link was not there, or was lost before the answer; if `sent`, Asterisk may have done it."""

    def __init__(self, action: str, message: str, *, sent: bool) -> None:
        super().__init__(action, message)
        self.sent = sent


class AmiTimeout(AmiError):
    """No answer within the deadline; Asterisk may still do it."""

    def __init__(self, action: str, deadline_s: float) -> None:
        super().__init__(action, f"no answer within {deadline_s:g} s")
        self.deadline_s = deadline_s


class AmiRefused(AmiError):
    """Asterisk answered `Response: Error`; `message` is its words."""


class AmiNoChannel(AmiRefused):
    """The channel is gone."""


_GONE = re.compile(r"^(no such channel|channel does not exist)", re.IGNORECASE)


def refusal(action: str, message: str) -> AmiRefused:
    """The error for a refused action. AMI has no codes, only words."""
    return AmiNoChannel(action, message) if _GONE.match(message) else AmiRefused(action, message)
