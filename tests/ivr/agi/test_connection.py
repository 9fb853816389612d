"""Deadlines of one connection, under a clock that the test turns."""

import asyncio
from typing import Any, cast

from twisted.internet.task import Clock

from ivr.agi.connection import ENVIRONMENT_S, AgiConnection, Counts
from ivr.agi.pyst2 import AgiSilence
from ivr.agi.session import AgiSession
from tests.fakes.agi_peer import environment


class Wire:
    """A transport without a socket: what was written, and whether it was dropped."""

    def __init__(self, protocol: AgiConnection) -> None:
        self._protocol = protocol
        self.written: asyncio.Queue[bytes] = asyncio.Queue()
        self.gone = False
        self.disconnecting = False

    def setTcpNoDelay(self, on: bool) -> None:
        assert on

    def getPeer(self) -> str:
        return "the test"

    def write(self, what: bytes) -> None:
        self.written.put_nowait(what)

    def abortConnection(self) -> None:
        self.loseConnection()

    def loseConnection(self) -> None:
        if not self.gone:
            self.gone = self.disconnecting = True
            asyncio.get_running_loop().call_soon(self._protocol.connectionLost)


class Bench:
    """A connection on a wire and a clock, and what its flow raised."""

    def __init__(self, flow: Any) -> None:
        self.raised: list[BaseException] = []
        self.clock = Clock()
        self.counts = Counts()
        connection = AgiConnection(lambda session: self._run(flow, session), self.clock, self.counts)
        self.peer = cast("Any", connection)
        self.wire = Wire(self.peer)
        self.peer.makeConnection(self.wire)

    def _run(self, flow: Any, session: AgiSession) -> None:
        try:
            flow(session)
        except BaseException as error:
            self.raised.append(error)
            raise

    async def heard(self) -> bytes:
        """The next command."""
        async with asyncio.timeout(5):
            return await self.wire.written.get()

    async def closed(self) -> None:
        async with asyncio.timeout(5):
            await self.peer.closed


async def test_a_command_without_an_answer_raises_silence_at_its_deadline() -> None:
    at = Bench(lambda s: s.wait_for_digit(3000))
    at.peer.dataReceived(environment())
    assert await at.heard() == b"WAIT FOR DIGIT 3000\n"
    at.clock.advance(7.9)
    assert not at.wire.gone
    at.clock.advance(0.2)
    await at.closed()
    (raised,) = at.raised
    assert isinstance(raised, AgiSilence)
    assert str(raised) == "Asterisk gave no answer to WAIT FOR DIGIT 3000 in time"
    assert at.counts.silent == 1


async def test_an_answer_in_time_ends_the_deadline() -> None:
    at = Bench(lambda s: (s.answer(), s.answer()))
    at.peer.dataReceived(environment())
    await at.heard()
    at.clock.advance(4.9)
    at.peer.dataReceived(b"200 result=0\n")
    await at.heard()
    at.clock.advance(4.9)
    at.peer.dataReceived(b"200 result=0\n")
    await at.closed()
    assert (at.raised, at.counts.silent) == ([], 0)
    assert at.clock.getDelayedCalls() == []


async def test_progress_does_not_answer() -> None:
    at = Bench(lambda s: s.answer())
    at.peer.dataReceived(environment())
    await at.heard()
    at.peer.dataReceived(b"100 result=0 Trying...\n")
    at.clock.advance(5.1)
    await at.closed()
    assert isinstance(at.raised[0], AgiSilence)


async def test_a_peer_that_says_nothing_is_refused_in_time() -> None:
    at = Bench(lambda s: None)
    at.peer.dataReceived(b"agi_network: yes\n")
    at.clock.advance(ENVIRONMENT_S + 0.1)
    await at.closed()
    assert (at.counts.refused, at.counts.sessions) == (1, 0)


async def test_the_values_of_a_command_are_not_in_the_error() -> None:
    at = Bench(lambda s: s.set_variable("PIN", "4321"))
    at.peer.dataReceived(environment())
    await at.heard()
    at.clock.advance(6)
    await at.closed()
    assert "4321" not in str(at.raised[0])
