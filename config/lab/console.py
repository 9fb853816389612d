"""Asterisk's own console, over its control socket: one command in, its output back.

The socket's protocol is what `asterisk -rx` speaks: the server greets with one line, a command ends with a zero byte,
and a command behind `cli quit after ` makes the server close the connection when it is done.
"""

import asyncio
from pathlib import Path

from config.lab.errors import LabError


async def ask(control: Path, command: str, *, patience: float = 10.0) -> str:
    """What the Asterisk behind the socket `control` answers to `command`, without colours.

    Raises ConnectionError or FileNotFoundError when nobody listens there, LabError when no answer came within
    `patience` seconds.
    """
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_unix_connection(control)
            try:
                await reader.readline()
                writer.write(b"cli quit after " + command.encode() + b"\0")
                output = await reader.read()
            finally:
                writer.close()
    except TimeoutError:
        raise LabError(
            str(control), f"Asterisk did not answer {command!r} within {patience:g} s: see its log"
        ) from None
    return output.decode(errors="replace")
