"""The hotline as a process of its own: started, awaited, started again when it dies, ended."""

import asyncio
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from config.lab.lab import Lab
from config.lab.process import die_with_parent
from config.notify import NotifySocket

START_S = 60.0
STOP_S = 15.0
_LAST_WORDS = 15


class EngineError(Exception):
    """The hotline did not start, or ended by itself; has its last words."""


def write_settings(
    folder: Path,
    lab: Lab,
    *,
    api_port: int,
    ari_port: int,
    ami_port: int,
    plan: Path | None,
    flows: Path | None,
    ari_rest: str,
) -> Path:
    """Write the hotline.toml by which an engine in `folder` serves this lab; returns its path, readable by us alone.

    `ari_port`, `ami_port`: the lab's own, or of what stands before them.
    """
    spec = lab.spec
    tls = spec.tls
    phones = "" if tls is None else f"wss://{spec.address}:{spec.ports.https}/ws"
    lines = [
        "[engine]",
        f'name = "{lab.name}"',
        f'var = "{folder}"',
        "[[asterisk]]",
        f'name = "{spec.name}"',
        f'ari_url = "http://{spec.address}:{ari_port}"',
        f'ari_user = "{spec.ari.user}"',
        f'ari_password = "{spec.ari.secret}"',
        f'ari_rest = "{ari_rest}"',
        f'ami_host = "{spec.address}"',
        f"ami_port = {ami_port}",
        f'ami_user = "{spec.ami.user}"',
        f'ami_secret = "{spec.ami.secret}"',
        f'phones_url = "{phones}"',
        f'recordings_dir = "{lab.recordings}"',
        "[agi]",
        f"port = {spec.ports.agi}",
        "[api]",
        f"port = {api_port}",
        *(() if tls is None else (f'tls_certificate = "{tls.certificate}"', f'tls_key = "{tls.key}"')),
        "[log]",
        'format = "json"',
    ]
    lines += ["[plan]"]
    lines += [f'{key} = "{path}"' for key, path in (("seed", plan), ("flows", flows)) if path is not None]
    path = folder / "hotline.toml"
    folder.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


class EngineProcess:
    """`hotline run` as a child. What it logs goes to `engine.log` in its folder."""

    def __init__(self, settings: Path) -> None:
        """`settings`: its hotline.toml."""
        self.settings = settings
        self.log = settings.parent / "engine.log"
        self.starts = 0
        self._child: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def command(self) -> list[str]:
        """What is run."""
        return [sys.executable, "-m", "config", "run", "--config", str(self.settings)]

    @property
    def environment(self) -> dict[str, str]:
        """The environment it is run in."""
        return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

    @property
    def pid(self) -> int:
        """Its process id; 0 when it does not run."""
        return self._child.pid if self._child is not None and self._child.returncode is None else 0

    async def start(self) -> None:
        """Start it and return when it takes calls. Raises EngineError."""
        self.starts += 1
        # A socket's path is short; the folder's may be long.
        with tempfile.TemporaryDirectory(prefix="hotline-") as short:
            told = NotifySocket(Path(short) / "ready")
            try:
                with self.log.open("ab") as log:
                    self._child = await asyncio.create_subprocess_exec(
                        *self.command,
                        stdin=asyncio.subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        env={**self.environment, **told.environment},
                        # Ctrl-C in a terminal goes to the whole group; the engine is ended by us, in order.
                        start_new_session=True,
                        preexec_fn=die_with_parent(),
                    )
                await self._ready(self._child, told)
            finally:
                told.close()

    async def _ready(self, child: asyncio.subprocess.Process, told: NotifySocket) -> None:
        ready = asyncio.create_task(told.ready.wait())
        ended = asyncio.create_task(child.wait())
        await asyncio.wait({ready, ended}, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        done = ready.done()
        for task in (ready, ended):
            task.cancel()
        if not done:
            why = "ended while starting" if child.returncode is not None else f"was not ready within {START_S:g} s"
            await self.kill()
            raise EngineError(f"the hotline {why}: {self.last_words()} (its log is {self.log})")

    def keep_alive(self) -> None:
        """Start it again at once whenever it dies, until `stop`."""
        self._watch = asyncio.create_task(self._start_again())

    async def _start_again(self) -> None:
        while True:
            assert self._child is not None
            await self._child.wait()
            await self.start()

    async def stop(self) -> None:
        """End it in order, as systemd would, and wait for it."""
        await self._unwatch()
        if self._child is None or self._child.returncode is not None:
            return
        self._child.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._child.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it without a word, as a power cut would."""
        await self._unwatch()
        if self._child is not None and self._child.returncode is None:
            self._child.kill()
            await self._child.wait()

    async def _unwatch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    def last_words(self) -> str:
        """The end of its log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return "it said nothing"
        return " / ".join(line for line in lines[-_LAST_WORDS:] if line.strip()) or "it said nothing"
