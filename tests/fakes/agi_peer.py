"""An Asterisk at the other end of a FastAGI connection: says who calls, reads commands, answers what the test says."""

import asyncio
from collections.abc import Callable, Iterator

ANSWER_S = 5.0


def environment(**changed: str) -> bytes:
    """The environment of a call to 95000, keys without `agi_`; an empty value stays, `absent` leaves the key out."""
    values = {
        "network": "yes",
        "network_script": "contact",
        "request": "agi://127.0.0.1/contact",
        "channel": "PJSIP/trunk-00000001",
        "language": "zh",
        "type": "PJSIP",
        "uniqueid": "1700000000.1",
        "version": "22.10.1",
        "callerid": "13800000001",
        "calleridname": "unknown",
        "callingpres": "0",
        "callingani2": "0",
        "callington": "0",
        "callingtns": "0",
        "dnid": "95000",
        "rdnis": "unknown",
        "context": "hotline-in",
        "extension": "95000",
        "priority": "4",
        "enhanced": "0.0",
        "accountcode": "",
        "threadid": "1",
    } | changed
    lines = [f"agi_{key}: {value}\n" for key, value in values.items() if value != "absent"]
    return "".join(lines).encode() + b"\n"


class AgiPeer:
    """One connection to an AGI server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.commands: list[str] = []

    @classmethod
    async def dial(cls, port: int, first: bytes | None = None) -> "AgiPeer":
        """Connect and send the environment, or `first`."""
        peer = cls(*await asyncio.open_connection("127.0.0.1", port))
        peer.send(environment() if first is None else first)
        return peer

    def send(self, what: bytes) -> None:
        self._writer.write(what)

    async def command(self) -> str:
        """The next command without its line end; '' when the server closed."""
        async with asyncio.timeout(ANSWER_S):
            line = (await self._reader.readline()).decode().rstrip("\n")
        if line:
            self.commands.append(line)
        return line

    async def answer(self, *answers: bytes) -> list[str]:
        """Read a command before each answer; return the commands."""
        heard = []
        for answer in answers:
            heard.append(await self.command())
            self.send(answer)
        return heard

    async def serve(self, answer: Callable[[str], bytes]) -> list[str]:
        """Answer every command until the server closes."""
        while line := await self.command():
            self.send(answer(line))
        await self.gone()
        return self.commands

    async def gone(self) -> None:
        """Wait until the server has closed the connection, and close this side."""
        async with asyncio.timeout(ANSWER_S):
            try:
                while await self._reader.read(65536):
                    pass
            except ConnectionError:
                pass
        self._writer.close()

    def hang_up(self) -> None:
        """Drop the connection."""
        self._writer.close()


def tokens(line: str) -> Iterator[str]:
    """Split as Asterisk does: spaces part words, quotes hold them together, a backslash takes what follows as it is."""
    word, quoted, some, letters = "", False, False, iter(line.removesuffix("\n"))
    for letter in letters:
        if letter == "\\":
            word += next(letters)
        elif letter == '"':
            quoted, some = not quoted, True
        elif letter == " " and not quoted:
            if word or some:
                yield word
            word, some = "", False
        else:
            word += letter
    assert not quoted
    if word or some:
        yield word
