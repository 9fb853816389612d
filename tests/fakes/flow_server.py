"""A FastAGI server that does to each call just what a test says: the dialplan's other side, none of our own code."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence


class FlowCall:
    """One AGI session: the environment it came with, and one command after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.environment: dict[str, str] = {}
        self.said: list[str] = []

    async def read_environment(self) -> None:
        """Read the block that opens the session."""
        while line := (await self._reader.readline()).decode(errors="replace").rstrip("\n"):
            key, _, value = line.partition(": ")
            self.environment[key] = value

    async def command(self, text: str) -> str:
        """Asterisk's answer to one command."""
        self._writer.write(f"{text}\n".encode())
        answer = (await self._reader.readline()).decode(errors="replace").rstrip("\n")
        self.said.append(answer)
        return answer

    async def variable(self, name: str) -> str:
        """A channel variable's value."""
        return (await self.command(f"GET VARIABLE {name}")).partition("(")[2].removesuffix(")")

    async def closed(self) -> None:
        """Return when Asterisk has closed the connection."""
        while await self._reader.read(1024):
            pass


Flow = Callable[[FlowCall], Awaitable[None]]


class FlowServer:
    """Runs the n-th flow for the n-th call, the last one for all that follow; `calls` holds the sessions that ended."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self._flows = list(flows)
        self._begun = 0
        self.calls: list[FlowCall] = []
        self._server: asyncio.Server
        self._port = 0

    @classmethod
    def on(cls, port: int, *flows: Flow) -> "FlowServer":
        """A server for this port, to be entered with `async with`."""
        server = cls(flows)
        server._port = port
        return server

    async def __aenter__(self) -> "FlowServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flow = self._flows[min(self._begun, len(self._flows) - 1)]
        self._begun += 1
        call = FlowCall(reader, writer)
        try:
            await call.read_environment()
            await flow(call)
        finally:
            self.calls.append(call)
            writer.close()


def leave(next_step: str, **variables: str) -> Flow:
    """A flow that answers, sets these variables and leaves the call to the dialplan with `HOTLINE_NEXT`."""

    async def flow(call: FlowCall) -> None:
        await call.command("ANSWER")
        for name, value in {**variables, "HOTLINE_NEXT": next_step}.items():
            await call.command(f'SET VARIABLE {name} "{value}"')

    return flow


async def hang(call: FlowCall) -> None:
    """A flow that never says anything; it ends when Asterisk gives up."""
    await call.closed()


async def break_off(call: FlowCall) -> None:
    """A flow whose server dies: the connection closes without a word."""
