"""The FastAGI server: listens, starts a flow for each call, ends them all when it closes."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IAddress, IDelayedCall, IListeningPort
from twisted.internet.protocol import Factory

from ivr.agi.connection import AgiConnection, Counts, Flow
from ivr.agi.pyst2 import AgiClosed

BACKLOG = 1024
SESSIONS = 2000
"""Sessions at once; one more is closed at once, and Asterisk tries again, then takes the fallback."""


class AgiPortBusy(OSError):
    """The address cannot be listened on; the text names it and the mend."""


class Reactor(Protocol):
    """What the server needs of Twisted's reactor."""

    def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> IListeningPort:
        """Listen on a TCP port; 0 picks a free one."""

    def seconds(self) -> float:
        """Now, in seconds; never goes back."""

    def callLater(self, delay: float, callable: Callable[..., Any], /, *args: object) -> IDelayedCall:
        """Call after `delay` seconds."""


class AgiServer:
    """Serves `agi://host:port/…`: each call runs `flow` in a greenlet of its own, all on one thread."""

    def __init__(self, flow: Flow, reactor: Reactor) -> None:
        self.counts = Counts()
        self._reactor = reactor
        self._connections: set[AgiConnection] = set()
        self._factory = _Connections(flow, reactor, self.counts, self._connections)
        self._port: IListeningPort | None = None

    @property
    def running(self) -> int:
        """How many flows run now."""
        return sum(connection.running for connection in self._connections)

    async def listen(self, host: str, port: int) -> int:
        """Listen and return the port, which is a free one for 0. Raises `AgiPortBusy`."""
        try:
            self._port = self._reactor.listenTCP(port, self._factory, backlog=BACKLOG, interface=host)
        except CannotListenError as error:
            mend = "choose another port, or end what listens there"
            raise AgiPortBusy(f"agi {host}:{port}: {error.socketError}; {mend}") from None
        address: Any = self._port.getHost()
        return int(address.port)

    async def close(self, deadline_s: float = 5.0) -> None:
        """Stop listening, end every session (its command raises `AgiClosed`), and wait for the flows to finish.

        What still runs after `deadline_s` is cancelled and its connection dropped.
        """
        if self._port is not None:
            stopped: Any = self._port.stopListening()
            self._port = None
            if stopped is not None:
                await stopped.asFuture(asyncio.get_running_loop())
        for connection in list(self._connections):
            if connection.running:
                connection.end(AgiClosed("the AGI server is closing"))
            else:
                connection.abort()
        late = await self._closed(deadline_s)
        for connection in late:
            connection.abort()
        await self._closed(deadline_s)

    async def _closed(self, deadline_s: float) -> list[AgiConnection]:
        """Wait for the connections to close; return those that did not."""
        waiting = {connection.closed: connection for connection in self._connections}
        if not waiting:
            return []
        _, pending = await asyncio.wait(waiting, timeout=deadline_s)
        return [waiting[future] for future in pending]


class _Connections(Factory):
    noisy = False

    def __init__(self, flow: Flow, reactor: Reactor, counts: Counts, connections: set[AgiConnection]) -> None:
        self._flow = flow
        self._reactor = reactor
        self._counts = counts
        self._connections = connections

    def buildProtocol(self, addr: IAddress | None) -> AgiConnection | None:
        """One more session; None, which closes it, when there are too many."""
        if len(self._connections) >= SESSIONS:
            self._counts.refused += 1
            return None
        connection = AgiConnection(self._flow, self._reactor, self._counts)
        self._connections.add(connection)
        connection.closed.add_done_callback(lambda _: self._connections.discard(connection))
        return connection
