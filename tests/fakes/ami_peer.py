"""An Asterisk manager at the other end of the AMI link: answers actions as the test says."""

import asyncio
from collections.abc import Callable

WAIT_S = 5.0
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
USER, SECRET = "engine", "sesame"

Action = dict[str, str]


def success(action: Action) -> bytes | None:
    """The plain answer."""
    return f"Response: Success\r\nActionID: {action['ActionID']}\r\nMessage: Done\r\n\r\n".encode()


def error(action: Action, words: str) -> bytes:
    """A refusal."""
    return f"Response: Error\r\nActionID: {action['ActionID']}\r\nMessage: {words}\r\n\r\n".encode()


class AmiPeer:
    """A server on a free port of loopback. `reply(action)` gives the bytes to send; None is silence."""

    def __init__(self) -> None:
        self.port = 0
        self.greeting = GREETING
        self.actions: list[Action] = []
        self.reply: Callable[[Action], bytes | None] = success
        self.opened = 0
        self._news = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop what is connected."""
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def cut(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()

    def push(self, what: bytes) -> None:
        """Send bytes nobody asked for."""
        assert self._writer is not None
        self._writer.write(what)

    async def until(self, name: str, times: int = 1) -> Action:
        """The last action of that name, once it came so many times."""
        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(lambda: sum(each["Action"] == name for each in self.actions) >= times)
        return next(each for each in reversed(self.actions) if each["Action"] == name)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.opened += 1
        writer.write(self.greeting)
        try:
            while block := await reader.readuntil(b"\r\n\r\n"):
                action = dict(line.split(": ", 1) for line in block.decode().strip().split("\r\n"))
                right = (action.get("Username"), action.get("Secret")) == (USER, SECRET)
                answer = self.reply(action)
                if action["Action"] == "Login":
                    assert action["Events"] == "off"
                    answer = success(action) if right else error(action, "Authentication failed")
                if answer is not None:
                    writer.write(answer)
                async with self._news:
                    self.actions.append(action)
                    self._news.notify_all()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
