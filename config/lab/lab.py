"""A lab that was started: one Asterisk on loopback with its own folders, ports and secrets."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from types import TracebackType

from config.asterisk.cel import CallEvent, read_cel
from config.lab.console import ask
from config.lab.errors import LabError
from config.lab.process import end, ended, is_alive
from config.lab.state import LabState, read_state

_REACHED = re.compile(r"Contact: .*\bAvail\b")


class Lab:
    """One lab. `spec` has its ports, folders and logins; `folder` is its own; it may run or have ended."""

    def __init__(self, folder: Path, state: LabState, child: subprocess.Popen[bytes] | None = None) -> None:
        self.folder = folder
        self.spec = state.spec
        self.pid = state.pid
        self._started = state.started
        self._child = child

    @property
    def name(self) -> str:
        """The lab's name, which starts each of its channel and contact ids."""
        return self.spec.name

    @property
    def is_running(self) -> bool:
        """Whether its Asterisk is there."""
        return is_alive(self.pid, self._started)

    @property
    def control(self) -> Path:
        """The control socket of its Asterisk."""
        return Path(self.spec.folders.run) / "asterisk.ctl"

    @property
    def recordings(self) -> Path:
        """The folder of the calls' audio: `<contact>.caller.wav` and `<contact>.agent.wav`."""
        return Path(self.spec.folders.recordings)

    async def command(self, text: str) -> str:
        """What Asterisk's console answers to e.g. `core show channels`. Raises LabError when it does not run."""
        try:
            return await ask(self.control, text)
        except (ConnectionError, FileNotFoundError):
            raise LabError(f"lab {self.name}", f"does not run: hotline lab up {self.name}") from None

    async def dials_out(self, deadline_s: float = 5.0) -> None:
        """Return when numbers can be called through its trunk: somebody listens at `carrier`. Raises LabError.

        Asterisk asks by itself every 30 s only, and calls nobody there until it was answered.
        """
        await self.command("pjsip qualify trunk")
        try:
            async with asyncio.timeout(deadline_s):
                while not _REACHED.search(await self.command("pjsip show aor trunk")):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise LabError(f"lab {self.name}", "nobody answers where its trunk leads: start peers there") from None

    def call_events(self) -> list[CallEvent]:
        """The call event log (CEL) so far, oldest first."""
        path = Path(self.spec.folders.cel)
        return list(read_cel(path.read_text(encoding="utf-8", errors="replace"))) if path.exists() else []

    async def stop(self) -> None:
        """End its Asterisk, calls and all, and return when it is gone; nothing happens if it is gone already.

        The folder stays: the next start there takes the same ports and secrets, and the phones pushed to it are kept.
        """
        await end(self.pid, self._started)
        if self._child is not None:
            self._child.wait()
        if self.folder not in self.control.parents:
            # The short folder of a lab whose own path is too long for a socket.
            shutil.rmtree(self.control.parent, ignore_errors=True)

    async def kill(self) -> None:
        """End its Asterisk without a word, as a power cut would, and return when it is gone."""
        if self.is_running:
            os.kill(self.pid, signal.SIGKILL)
            await ended(self.pid)
        await self.stop()

    async def __aenter__(self) -> "Lab":
        """The lab itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        await self.stop()


def attach(folder: Path) -> Lab | None:
    """The lab of `folder` as an earlier `start` left it, running or not; None if there was none. Raises LabError."""
    folder = folder.resolve()
    state = read_state(folder)
    return None if state is None else Lab(folder, state)
