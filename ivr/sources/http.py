"""An HTTP service as a source: one POST with a JSON object, one JSON object back."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp

from ivr.flow.expression import Value
from ivr.flow.ports import SourceFailed
from ivr.sources.answer import values_of

LARGEST = 65_536
"""Bytes of an answer."""
PAUSE_S = 0.1
"""Between two tries."""


@dataclass(frozen=True, slots=True)
class HttpSource:
    """Asks `url`; 404 and 204 mean that nothing was found. Redirects are not followed.

    A try that gets no answer within `timeout_s`, or a 5xx, is made again `retries` times.
    """

    http: aiohttp.ClientSession
    url: str
    timeout_s: float = 1.0
    retries: int = 1
    token: str = field(default="", repr=False)
    """Sent as a bearer token; '' for none."""

    @property
    def within_s(self) -> float:
        """All tries together."""
        return self.timeout_s * (self.retries + 1) + PAUSE_S * (self.retries + 1)

    async def ask(self, values: Mapping[str, str]) -> Mapping[str, Value] | None:
        """See `Source`."""
        for left in range(self.retries, -1, -1):
            try:
                async with asyncio.timeout(self.timeout_s):
                    return await self._try(values)
            except (aiohttp.ClientConnectionError, TimeoutError, _Again) as error:
                if not left:
                    # A TimeoutError that left here would be taken for the caller's patience.
                    raise SourceFailed(f"no answer: {str(error) or 'too slow'}") from None
            await asyncio.sleep(PAUSE_S)
        raise AssertionError

    async def _try(self, values: Mapping[str, str]) -> Mapping[str, Value] | None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.http.post(self.url, json=dict(values), headers=headers, allow_redirects=False) as answer:
            if answer.status in (204, 404):
                return None
            if answer.status >= 500:
                raise _Again(f"status {answer.status}")
            if answer.status != 200:
                raise SourceFailed(f"status {answer.status}")
            body = await answer.content.read(LARGEST + 1)
            while len(body) <= LARGEST and (more := await answer.content.read(LARGEST)):
                body += more
        if len(body) > LARGEST:
            raise SourceFailed(f"an answer of more than {LARGEST} bytes")
        try:
            found = json.loads(body)
        except ValueError:
            raise SourceFailed("an answer that is no JSON") from None
        if not isinstance(found, dict):
            raise SourceFailed("an answer that is no JSON object")
        return values_of(found)


class _Again(Exception):
    """The service could not answer just now."""
