"""One FastAGI connection: bytes to events, one command at a time, a deadline for each, one end."""

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import structlog
from sqlalchemy.util import greenlet_spawn
from twisted.internet.interfaces import ITCPTransport
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from ivr.agi.codec import (
    LONGEST_LINE,
    Closed,
    Codec,
    EnvironmentRead,
    Garbled,
    HangUp,
    Progress,
    Reply,
    Usage,
)
from ivr.agi.environment import Environment, EnvironmentLacks
from ivr.agi.pyst2 import AgiClosed, AGIError, AGIHangup, AgiSilence, AsteriskGone, AsteriskMistake
from ivr.agi.session import AgiSession
from ivr.agi.watch import Clock, Watch

ENVIRONMENT_S = 5.0
"""How long a peer may take to say who is calling."""

Flow = Callable[[AgiSession], object]
"""What runs for a call; its result is not looked at."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counts:
    """What the server's sessions did, since its start."""

    sessions: int = 0
    """Connections that sent an environment."""
    commands: int = 0
    refused: int = 0
    """Connections that never became a session."""
    hung_up: int = 0
    """Sessions that ended with the caller's hang-up."""
    silent: int = 0
    """Sessions in which a command had no answer in time."""
    cut_off: int = 0
    """Sessions whose connection Asterisk closed without a hang-up."""
    garbled: int = 0
    """Sessions in which the peer sent what is no AGI."""
    failed: int = 0
    """Sessions whose flow raised anything else."""


class AgiConnection(LineOnlyReceiver):
    """Runs `flow` for one peer. `closed` is done when the flow has ended and the connection is gone."""

    delimiter = b"\n"
    MAX_LENGTH = LONGEST_LINE

    def __init__(self, flow: Flow, clock: Clock, counts: Counts) -> None:
        self._flow = flow
        self._counts = counts
        self._codec = Codec()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._answer: asyncio.Future[Reply | Usage] | None = None
        self._command = b""
        self._watch = Watch(clock, self._silent)
        self._over: AGIError | None = None
        self.closed: asyncio.Future[None] = self._loop.create_future()

    # --- Twisted's side ----------------------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """A peer is there; it has `ENVIRONMENT_S` to send its environment."""
        self._wire.setTcpNoDelay(True)
        self._watch.expect(ENVIRONMENT_S)

    def lineReceived(self, line: bytes) -> None:
        """One line of the peer."""
        event = self._codec.line(line)
        if self._answer is not None and isinstance(event, Reply | Usage):
            self._answered(event)
            return
        match event:
            case Reply() | Usage() if self._over is None:
                self._garbled("an answer to no command")
            case HangUp():
                self.end(AGIHangup("the caller hung up"))
            case EnvironmentRead(values):
                self._watch.met()
                try:
                    environment = Environment.of(values)
                except EnvironmentLacks as lacks:
                    self._refuse(str(lacks))
                else:
                    self._counts.sessions += 1
                    self._task = self._loop.create_task(self._run(environment))
            case Garbled(text, why):
                self._garbled(f"{why}: {text!r}")
            case Progress() | Closed() | Reply() | Usage() | None:
                pass

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line of more than `LONGEST_LINE` bytes."""
        self._garbled(f"a line of more than {LONGEST_LINE} bytes")

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone, by either side."""
        inside = self._codec.end().inside
        self._watch.stop()
        if self._task is None:
            if self._over is None:
                self._refuse(f"it closed in its {inside}")
            self.closed.set_result(None)
            return
        # Of a hang-up Asterisk tells in a line of its own, before it closes.
        self.end(AsteriskGone("Asterisk closed the connection" + (f" in a {inside}" if inside else "")))
        self._task.add_done_callback(lambda _: self.closed.set_result(None))

    # --- the session's side ------------------------------------------------------------------------------------------

    def exchange(self, command: bytes, deadline_s: float) -> asyncio.Future[Reply | Usage]:
        """Send one command; the future holds its answer, or why there is none."""
        answer: asyncio.Future[Reply | Usage] = self._loop.create_future()
        if self._over is not None:
            answer.set_exception(_again(self._over))
            return answer
        self._counts.commands += 1
        self._answer, self._command = answer, command
        self._watch.expect(deadline_s)
        self._wire.write(command)
        return answer

    def end(self, why: AGIError) -> None:
        """The session is over: the command that waits, and each later one, raises `why`."""
        if self._over is not None:
            return
        self._over = why
        self._answered(_again(why))

    def abort(self) -> None:
        """Stop the flow where it is and drop the connection."""
        self.end(AgiClosed("the AGI server closed"))
        if self._task is not None:
            self._task.cancel()
        self._wire.abortConnection()

    @property
    def running(self) -> bool:
        """Whether a flow runs."""
        return self._task is not None and not self._task.done()

    async def _run(self, environment: Environment) -> None:
        place = {"channel": environment.channel, "uniqueid": environment.uniqueid, "path": environment.path}
        try:
            await greenlet_spawn(self._flow, AgiSession(environment, self))
        except AGIHangup:
            self._counts.hung_up += 1
        except AgiClosed:
            log.warning("agi_session_closed", **place)
        except AgiSilence as silence:
            self._counts.silent += 1
            log.warning("agi_asterisk_silent", why=str(silence), **place)
        except AsteriskGone as gone:
            self._counts.cut_off += 1
            log.warning("agi_asterisk_gone", why=str(gone), **place)
        except AsteriskMistake as mistake:
            self._counts.garbled += 1
            log.warning("agi_garbled", why=str(mistake), **place)
        except Exception as error:
            self._counts.failed += 1
            # As text: a renderer that shows local variables would write the caller's digits.
            log.error("agi_flow_failed", trace="".join(traceback.format_exception(error)), **place)
        finally:
            self.end(AgiClosed("the flow has ended"))
            self._wire.loseConnection()

    @property
    def _wire(self) -> ITCPTransport:
        wire: Any = self.transport
        return cast("ITCPTransport", wire)

    def _answered(self, answer: Reply | Usage | AGIError) -> None:
        """Give the command that waits, if one does, its answer or the reason why it has none."""
        waiting, self._answer = self._answer, None
        if waiting is None:
            return
        self._watch.met()
        if waiting.done():
            return  # the flow was cancelled meanwhile
        if isinstance(answer, AGIError):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)

    def _silent(self) -> None:
        if self._task is None:
            self._refuse(f"no environment within {ENVIRONMENT_S:g} s")
            return
        word = self._command.decode("utf-8", "replace").partition('"')[0].strip()
        self.end(AgiSilence(f"Asterisk gave no answer to {word} in time"))
        self._wire.abortConnection()

    def _garbled(self, why: str) -> None:
        if self._task is None:
            self._refuse(why)
        else:
            self.end(AsteriskMistake(why))
            self._wire.abortConnection()

    def _refuse(self, why: str) -> None:
        """End a peer that is no session."""
        self._watch.stop()
        if self._over is None:
            self._counts.refused += 1
            log.warning("agi_peer_refused", peer=str(self._wire.getPeer()), why=why)
            self._over = AsteriskMistake(why)
        self._wire.abortConnection()


def _again(error: AGIError) -> AGIError:
    """The same error as a new object, so that two raises do not share a traceback."""
    return type(error)(*error.args)
