"""Telling whoever started us that we are ready: systemd's notification protocol (sd_notify(3)), both ends."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

VARIABLE = "NOTIFY_SOCKET"


def notify(state: str) -> None:
    """Send a state such as `READY=1`; does nothing when nobody asked to be told."""
    address = os.environ.get(VARIABLE, "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    # Whoever asked may be gone by now.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outgoing, suppress(OSError):
        outgoing.sendto(state.encode(), address)


class NotifySocket:
    """The receiving end: `environment` goes to the child, `ready` is set each time it says so."""

    def __init__(self, path: Path, heard: Callable[[], None] = lambda: None) -> None:
        """`path`: where the socket is made; a socket's path may have at most 107 bytes. `heard`: called each time."""
        self.ready = asyncio.Event()
        self._heard = heard
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        path.unlink(missing_ok=True)
        self._socket.bind(str(path))
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    @property
    def environment(self) -> dict[str, str]:
        """What the child's environment needs."""
        return {VARIABLE: str(self._path)}

    def _read(self) -> None:
        if b"READY=1" in self._socket.recv(4096).split(b"\n"):
            self._heard()
            self.ready.set()

    def close(self) -> None:
        """Stop listening."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._path.unlink(missing_ok=True)
