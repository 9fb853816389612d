"""How a request to ARI can fail. Each error names the request and what was said."""

from __future__ import annotations

import re

import aiohttp


class AriError(Exception):
    """A request to ARI that did not give its answer.

    The query of `uri` may hold a person's number: the error's text, which goes into logs, leaves it off.
    """

    def __init__(self, method: str, uri: str, message: str) -> None:
        super().__init__(f"{method} {uri.partition('?')[0]}: {message}")
        self.method = method
        self.uri = uri
        self.message = message


class AriDown(AriError):
    """The link was not there, or was lost while the request was under way.

    `sent` tells the two apart: if true, Asterisk may or may not have done it.
    """

    def __init__(self, method: str, uri: str, message: str, *, sent: bool) -> None:
        super().__init__(method, uri, message)
        self.sent = sent


class AriTimeout(AriError):
    """No answer within the deadline. If `sent`, Asterisk may still do it later."""

    def __init__(self, method: str, uri: str, deadline_s: float, *, sent: bool) -> None:
        super().__init__(method, uri, f"no answer within {deadline_s:g} s" + ("" if sent else ", it never left"))
        self.deadline_s = deadline_s
        self.sent = sent


class AriUnreadable(AriError):
    """Asterisk did it, but its answer is of a shape the generated models do not know."""


class AriRefused(AriError):
    """Asterisk answered with an error; `status` is its HTTP status, `message` its words."""

    def __init__(self, method: str, uri: str, status: int, message: str) -> None:
        super().__init__(method, uri, f"{status} {message}")
        self.status = status
        self.message = message


class AriNotFound(AriRefused):
    """What the request names is gone: a channel that hung up, a playback that ended."""


class AriConflict(AriRefused):
    """It exists already, or is not in a state for this (a channel outside Stasis).

    To an originate it may be a lie: once a thread of Asterisk's has refused a doubled channel id, it answers every
    later originate that fails (an unregistered phone) with this as well, where 500 is meant (seen in 22.10.1: the
    reason is kept per thread and not cleared). Only `channels.get` tells whether the channel is there.
    """


# A channel that is named in the query, as addChannel does, is missed with 400 instead of 404.
_GONE = re.compile(r"^channel not found$", re.IGNORECASE)


def refusal(method: str, uri: str, status: int, message: str) -> AriRefused:
    """The error for a status outside 2xx."""
    if status == 404 or (status == 400 and _GONE.match(message)):
        return AriNotFound(method, uri, status, message)
    if status == 409:
        return AriConflict(method, uri, status, message)
    return AriRefused(method, uri, status, message)


def http_failure(error: aiohttp.ClientError | TimeoutError) -> str:
    """Why an HTTP request failed, without its address: the query may hold a person's number."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{error.status} {error.message}"
    if isinstance(error, aiohttp.InvalidURL):
        return "no address to ask"
    return str(error) or "no answer in time"
