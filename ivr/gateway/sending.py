"""Requests to one Asterisk whose refusal changes nothing: it is logged at most."""

from collections.abc import Callable
from typing import Any

import structlog

from ivr.ari.errors import AriConflict, AriDown, AriError, AriNotFound
from ivr.ari.generated import Ari
from ivr.ari.link import AriLink
from ivr.ari.operation import Operation

log = structlog.get_logger()


class Sending:
    """Sends over the link that there is by then."""

    def __init__(self, asterisk: str, link: Callable[[], AriLink]) -> None:
        self._asterisk = asterisk
        self._link = link

    @property
    def link(self) -> AriLink:
        """The ARI link."""
        return self._link()

    @property
    def ari(self) -> Ari:
        """What can be asked of Asterisk."""
        return self._link().ari

    def send(self, *operations: Operation[Any]) -> None:
        """Send requests, in order."""
        self.link.send(*operations, on_error=self.ignore)

    def send_or(self, operation: Operation[Any], on_error: Callable[..., None] | None = None) -> None:
        """Send one request; a refusal is somebody's business."""
        self.link.send(operation, on_error=on_error or self.ignore)

    def ignore(self, operation: Operation[Any], error: AriError) -> None:
        """Log a refusal, unless the thing is gone already, there already, or sent again once the link is up."""
        if not isinstance(error, AriNotFound | AriConflict | AriDown):
            log.warning("request failed", asterisk=self._asterisk, method=operation.method, error=str(error))
