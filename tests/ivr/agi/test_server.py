"""The FastAGI server against peers on loopback: good ones, bad ones, and pyst2's own driver as an outside witness."""

import asyncio
import io
import logging
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asterisk.agi
import pytest
import pytest_asyncio
from twisted.internet.defer import Deferred

from ivr.agi.connection import Flow
from ivr.agi.pyst2 import AgiClosed, AGIException, AGIHangup, AsteriskGone, AsteriskMistake
from ivr.agi.server import AgiPortBusy, AgiServer
from ivr.agi.session import AgiSession
from tests.fakes.agi_peer import AgiPeer, environment

Start = Callable[[Flow], Awaitable[tuple[AgiServer, int]]]


@pytest_asyncio.fixture
async def start(reactor: Any) -> AsyncIterator[Start]:
    servers: list[AgiServer] = []

    async def start(flow: Flow) -> tuple[AgiServer, int]:
        server = AgiServer(flow, reactor)
        servers.append(server)
        return server, await server.listen("127.0.0.1", 0)

    yield start
    for server in servers:
        await server.close()


class Ended:
    """A flow that notes how it ended."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.ends: asyncio.Queue[object] = asyncio.Queue()

    def __call__(self, session: AgiSession) -> None:
        try:
            self.ends.put_nowait(self._flow(session))
        except BaseException as error:
            self.ends.put_nowait(error)
            raise

    async def end(self) -> Any:
        async with asyncio.timeout(5):
            return await self.ends.get()


async def test_one_session_more_than_there_is_room_for_is_closed_at_once_and_the_others_go_on(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.agi.server.SESSIONS", 1)
    server, port = await start(forever)
    first = await AgiPeer.dial(port)
    assert await first.command()
    late = await AgiPeer.dial(port)
    assert await late.command() == ""
    first.send(b"200 result=0\n")
    assert await first.command()
    assert (server.running, server.counts.refused) == (1, 1)


def forever(session: AgiSession) -> None:
    while True:
        session.wait_for_digit(1000)


class TestASession:
    async def test_runs_the_flow_command_by_command(self, start: Start) -> None:
        def script(session: AgiSession) -> object:
            session.answer()
            return session.get_variable("A"), session.collect(["menu"], 3000, 1).digits

        flow = Ended(script)
        server, port = await start(flow)
        peer = await AgiPeer.dial(port)
        heard = await peer.answer(b"200 result=0\n", b"200 result=1 (x)\n", b"200 result=2\n")
        await peer.gone()
        assert heard == ["ANSWER", 'GET VARIABLE "A"', 'GET DATA "menu" 3000 1']
        assert await flow.end() == ("x", "2")
        assert (server.counts.sessions, server.counts.commands, server.counts.failed) == (1, 3, 0)

    async def test_knows_its_environment(self, start: Start) -> None:
        flow = Ended(lambda s: s.environment)
        _, port = await start(flow)
        await (await AgiPeer.dial(port, environment(arg_1="a", arg_2="b c"))).gone()
        seen = await flow.end()
        assert (seen.path, seen.channel, seen.uniqueid) == ("contact", "PJSIP/trunk-00000001", "1700000000.1")
        assert (seen.caller_number, seen.caller_name, seen.dialled) == ("13800000001", "", "95000")
        assert (seen.language, seen.context, seen.arguments) == ("zh", "hotline-in", ("a", "b c"))

    async def test_waits_for_coroutines_and_deferreds_without_stopping_others(self, start: Start) -> None:
        opened = asyncio.Event()

        async def question() -> str:
            await opened.wait()
            return "answer"

        def flow(session: AgiSession) -> object:
            if session.environment.caller_number == "1":
                deferred: Deferred[int] = Deferred()
                asyncio.get_running_loop().call_soon(deferred.callback, 7)
                return session.wait(question()), session.wait(deferred)
            opened.set()
            return None

        ended = Ended(flow)
        _, port = await start(ended)
        first = await AgiPeer.dial(port, environment(callerid="1"))
        second = await AgiPeer.dial(port, environment(callerid="2"))
        assert {await ended.end(), await ended.end()} == {None, ("answer", 7)}
        await first.gone()
        await second.gone()

    async def test_sees_the_errors_of_what_it_waits_for(self, start: Start) -> None:
        async def question() -> None:
            raise LookupError("no such customer")

        ended = Ended(lambda s: s.wait(question()))
        server, port = await start(ended)
        await (await AgiPeer.dial(port)).gone()
        assert isinstance(await ended.end(), LookupError)
        assert server.counts.failed == 1

    async def test_reads_bytes_however_they_are_cut(self, start: Start) -> None:
        flow = Ended(lambda s: s.get_variable("A"))
        _, port = await start(flow)
        peer = await AgiPeer.dial(port, b"")
        for byte in environment():
            peer.send(bytes([byte]))
            await asyncio.sleep(0)
        await peer.command()
        for byte in "200 result=1 (客户)\n".encode():
            peer.send(bytes([byte]))
            await asyncio.sleep(0)
        assert await flow.end() == "客户"
        await peer.gone()


class TestTheCallerLeaves:
    async def test_hangup_line_during_a_command(self, start: Start) -> None:
        flow = Ended(forever)
        server, port = await start(flow)
        peer = await AgiPeer.dial(port)
        await peer.command()
        peer.send(b"HANGUP\n")
        assert isinstance(await flow.end(), AGIHangup)
        peer.send(b"511 Command Not Permitted on a dead channel\n")
        await peer.gone()
        assert (server.counts.hung_up, server.counts.garbled) == (1, 0)

    async def test_hangup_line_between_commands(self, start: Start) -> None:
        told = asyncio.Event()
        flow = Ended(lambda s: (s.wait(told.wait()), s.get_variable("A")))
        _, port = await start(flow)
        peer = await AgiPeer.dial(port, environment() + b"HANGUP\n")
        peer.send(b"")
        await asyncio.sleep(0)
        told.set()
        assert isinstance(await flow.end(), AGIHangup)
        await peer.gone()
        assert peer.commands in ([], ['GET VARIABLE "A"'])

    @pytest.mark.parametrize("last", [b"", b"520-Usage:\n", b"200 result=1 (open\n", b"200 resu"])
    async def test_end_of_file_wherever_it_falls_is_no_hang_up(self, start: Start, last: bytes) -> None:
        flow = Ended(forever)
        server, port = await start(flow)
        peer = await AgiPeer.dial(port)
        await peer.command()
        peer.send(last)
        peer.hang_up()
        assert isinstance(await flow.end(), AsteriskGone)
        assert (server.counts.hung_up, server.counts.cut_off) == (0, 1)

    async def test_later_commands_raise_the_same(self, start: Start) -> None:
        def stubborn(session: AgiSession) -> int:
            raised = 0
            for _ in range(3):
                try:
                    session.wait_for_digit(1000)
                except AGIHangup:
                    raised += 1
            return raised

        flow = Ended(stubborn)
        _, port = await start(flow)
        peer = await AgiPeer.dial(port)
        await peer.command()
        peer.send(b"HANGUP\n")
        assert await flow.end() == 3
        await peer.gone()


class TestBadPeers:
    @pytest.mark.parametrize(
        "first",
        [
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\n",
            b"x" * 100_000,
            b"\n",
            b"agi_network: yes\n\n",
            environment(channel="absent"),
            b"".join(b"agi_%d: %s\n" % (n, b"y" * 500) for n in range(200)),
        ],
    )
    async def test_are_refused_while_others_go_on(
        self, start: Start, first: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        flow = Ended(lambda s: s.get_variable("A"))
        server, port = await start(flow)
        good = await AgiPeer.dial(port)
        bad = await AgiPeer.dial(port, first)
        await bad.gone()
        assert server.counts.refused == 1
        await good.answer(b"200 result=1 (fine)\n")
        assert await flow.end() == "fine"
        await good.gone()

    async def test_that_leave_at_once_are_counted_as_refused(self, start: Start) -> None:
        server, port = await start(forever)
        peer = await AgiPeer.dial(port, b"agi_network: yes\n")
        peer.hang_up()
        other = await AgiPeer.dial(port, b"junk\n")
        await other.gone()
        assert server.counts.refused == 2

    @pytest.mark.parametrize("answer", [b"junk\n", b"200 result=0\n200 result=0\n", b"200 result=1 (" + b"z" * 9000])
    async def test_garbled_answers_end_the_session_with_a_typed_error(self, start: Start, answer: bytes) -> None:
        flow = Ended(forever)
        server, port = await start(flow)
        peer = await AgiPeer.dial(port)
        await peer.command()
        peer.send(answer)
        assert isinstance(await flow.end(), AsteriskMistake)
        await peer.gone()
        assert server.counts.garbled == 1

    async def test_a_flow_that_fails_harms_no_other(self, start: Start) -> None:
        def flow(session: AgiSession) -> str:
            if session.environment.caller_number == "1":
                raise ZeroDivisionError
            return session.get_variable("A")

        ended = Ended(flow)
        server, port = await start(ended)
        good = await AgiPeer.dial(port, environment(callerid="2"))
        await good.command()
        await (await AgiPeer.dial(port, environment(callerid="1"))).gone()
        assert isinstance(await ended.end(), ZeroDivisionError)
        good.send(b"200 result=1 (fine)\n")
        assert await ended.end() == "fine"
        await good.gone()
        assert server.counts.failed == 1


class TestClosing:
    async def test_ends_running_sessions_cleanly(self, start: Start) -> None:
        flow = Ended(forever)
        server, port = await start(flow)
        peers = [await AgiPeer.dial(port) for _ in range(3)]
        for peer in peers:
            await peer.command()
        await server.close()
        assert [type(await flow.end()) for _ in peers] == [AgiClosed] * 3
        for peer in peers:
            await peer.gone()
        assert server.running == 0

    async def test_cancels_a_flow_that_does_not_end_by_its_deadline(self, start: Start) -> None:
        started = asyncio.Event()

        def stuck(session: AgiSession) -> object:
            started.set()
            return session.wait(asyncio.Event().wait())

        flow = Ended(stuck)
        server, port = await start(flow)
        peer = await AgiPeer.dial(port)
        await started.wait()
        await server.close(deadline_s=0.01)
        assert isinstance(await flow.end(), asyncio.CancelledError)
        assert server.running == 0
        await peer.gone()

    async def test_frees_the_port(self, start: Start, reactor: Any) -> None:
        server, port = await start(forever)
        await server.close()
        again = AgiServer(forever, reactor)
        assert await again.listen("127.0.0.1", port) == port
        await again.close()

    async def test_a_busy_port_is_named_with_its_mend(self, start: Start, reactor: Any) -> None:
        _, port = await start(forever)
        with pytest.raises(AgiPortBusy, match=rf"127\.0\.0\.1:{port}.*choose another port"):
            await AgiServer(forever, reactor).listen("127.0.0.1", port)


async def test_nothing_of_a_call_goes_to_the_log_but_its_channel(
    start: Start, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    flow = Ended(lambda s: (s.collect(["x"], 1000, 4), 1 / 0))
    _, port = await start(flow)
    peer = await AgiPeer.dial(port, environment(callerid="13877776666"))
    await peer.answer(b"200 result=4321\n")
    await flow.end()
    await peer.gone()
    written = "".join(capfd.readouterr()) + caplog.text
    assert "13877776666" not in written
    assert "4321" not in written


async def test_pyst2s_own_blocking_driver_hears_the_same(start: Start) -> None:
    """The witness: commands that pyst2 quotes rightly, sent by plain pyst2 and by our session: equal bytes."""

    def script(agi: Any) -> list[object]:
        agi.answer()
        agi.set_variable("LANG", "zh")
        said = [agi.get_variable("TIER"), agi.wait_for_digit(3000)]
        agi.verbose("done", 1)
        return said

    def answer(command: str) -> bytes:
        return {"GET": b"200 result=1 (vip)\n", "WAI": b"200 result=53\n"}.get(command[:3], b"200 result=0\n")

    flow = Ended(script)
    _, port = await start(flow)
    ours = await (await AgiPeer.dial(port)).serve(answer)
    assert await flow.end() == ["vip", "5"]

    class Plain(asterisk.agi.AGI):
        def __init__(self, stream: Any) -> None:
            self.stdin = self.stdout = stream
            self.stderr = io.StringIO()
            self._got_sighup = False
            self.env = {}
            read_environment: Any = self
            read_environment._get_agi_env()

    near, far = socket.socketpair()
    results: list[object] = []

    def drive() -> None:
        try:
            results.extend(script(Plain(near.makefile("rw", encoding="utf-8", newline="\n"))))
        except AGIException as error:
            results.append(error)
        near.shutdown(socket.SHUT_RDWR)
        near.close()

    thread = threading.Thread(target=drive)
    thread.start()
    witness = AgiPeer(*await asyncio.open_connection(sock=far))
    witness.send(environment())
    theirs = await witness.serve(answer)
    thread.join()
    assert results == ["vip", "5"]
    assert theirs == ours
