"""The hotline as a process of its own: started, awaited, killed, ended."""

import asyncio
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from config.lab.lab import Lab
from config.lab.process import ended
from config.notify import NotifySocket
from config.parentage import die_with_parent

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
    trunk: str = "trunk",
) -> Path:
    """Write the hotline.toml by which an engine in `folder` serves this lab; returns its path, readable by us alone.

    `ari_port`, `ami_port`: the lab's own, or of what stands before them. `trunk`: where numbers outside are rung.
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
        f'trunk = "{trunk}"',
        f'recordings_dir = "{lab.recordings}"',
        f'call_log = "{spec.folders.cel}"',
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
    """`hotline run` as a child: the keeper, and the hotline itself as its child. It logs to `engine.log` beside it."""

    def __init__(self, settings: Path) -> None:
        """`settings`: its hotline.toml."""
        self.settings = settings
        self.log = settings.parent / "engine.log"
        self.starts = 0
        """How often it took calls, by itself or by us."""
        self._child: asyncio.subprocess.Process | None = None
        self._told: NotifySocket | None = None
        self._open = ExitStack()

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
        """The hotline's own process id, not its keeper's. Raises EngineError when it does not run."""
        pid = self._pid()
        if pid is None:
            raise EngineError(f"the hotline does not run: {self.last_words()} (its log is {self.log})")
        return pid

    def _pid(self) -> int | None:
        if self._child is None or self._child.returncode is not None:
            return None
        keeper = self._child.pid
        try:
            children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text(encoding="ascii").split()
        except OSError:
            return None
        return int(children[0]) if children else None

    async def start(self) -> None:
        """Start it and return when it takes calls. Raises EngineError."""
        self._open.close()
        # A socket's path is short; the folder's may be long.
        short = self._open.enter_context(tempfile.TemporaryDirectory(prefix="hotline-"))
        self._told = NotifySocket(Path(short) / "ready", self._count)
        self._open.callback(self._told.close)
        with self.log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**self.environment, **self._told.environment},
                # Ctrl-C in a terminal goes to the whole group; the engine is ended by us, in order.
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        await self._ready(self._child, self._told)

    def _count(self) -> None:
        self.starts += 1

    async def _ready(self, child: asyncio.subprocess.Process, told: NotifySocket) -> None:
        ready = asyncio.create_task(told.ready.wait())
        over = asyncio.create_task(child.wait())
        await asyncio.wait({ready, over}, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        done = ready.done()
        for task in (ready, over):
            task.cancel()
        if not done:
            why = "ended while starting" if child.returncode is not None else f"was not ready within {START_S:g} s"
            await self.kill()
            raise EngineError(f"the hotline {why}: {self.last_words()} (its log is {self.log})")

    async def strike(self) -> None:
        """Kill the hotline; until `let_go` hold its keeper, who would start it again at once. Raises EngineError."""
        assert self._child is not None
        self._child.send_signal(signal.SIGSTOP)
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        await ended(pid)

    async def let_go(self) -> None:
        """Let the keeper start it again; returns when it takes calls. Raises EngineError."""
        assert self._child is not None
        assert self._told is not None
        self._told.ready.clear()
        self._child.send_signal(signal.SIGCONT)
        await self._ready(self._child, self._told)

    async def stop(self) -> None:
        """End it in order, as systemd would, and wait for it."""
        if self._child is not None and self._child.returncode is None:
            self._child.terminate()
            try:
                async with asyncio.timeout(STOP_S):
                    await self._child.wait()
            except TimeoutError:
                await self.kill()
        self._open.close()

    async def kill(self) -> None:
        """End it and its keeper without a word, as a power cut would."""
        if self._child is not None and self._child.returncode is None:
            pid = self._pid()
            self._child.kill()
            await self._child.wait()
            if pid is not None:
                # Its keeper's end is its own, a moment later.
                await ended(pid)
        self._open.close()

    def last_words(self) -> str:
        """The end of its log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return "it said nothing"
        return " / ".join(line for line in lines[-_LAST_WORDS:] if line.strip()) or "it said nothing"
