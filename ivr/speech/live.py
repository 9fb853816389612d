"""Speak text that is known only at run time, a name or an address, within a time limit.

A process of its own loads the model (`voice` extra) and speaks one text after another; what it has said is kept, so the
second time costs nothing, and a text that came too late is there the next time. The loop never waits for the processor.
"""

import asyncio
import contextlib
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

LONGEST = 200
"""Characters of one text."""

WORKER = (sys.executable, "-m", "ivr.speech.live_worker")

_log = structlog.get_logger(__name__)


class LiveVoice:
    """One voice for run-time text. `cache` is a folder of its own, made when needed; what it holds is personal."""

    def __init__(
        self, weights: Path, cache: Path, voice: str = "female", deadline_s: float = 2.0, worker: Sequence[str] = WORKER
    ) -> None:
        self._command = (*worker, str(weights))
        self._cache = cache
        self._voice = voice
        self._deadline_s = deadline_s
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._awaited: dict[str, asyncio.Future[bool]] = {}
        self._starting = asyncio.Lock()
        self._unusable: str | None = None

    async def speak(self, text: str, language: str) -> str | None:
        """The file that says the text, without extension; None when it cannot be had within the time limit.

        None also when the extra is not installed, and for a text that is empty, has line breaks or is above LONGEST.
        """
        if not text.strip() or len(text) > LONGEST or not text.isprintable():
            return None
        digest = hashlib.sha256("\0".join((language, self._voice, text)).encode()).hexdigest()[:32]
        path = str((self._cache / digest).resolve())
        if self._is_there(path):
            return path
        try:
            async with asyncio.timeout(self._deadline_s):
                return path if await asyncio.shield(await self._ask(path, text, language)) else None
        except TimeoutError:
            return None

    @staticmethod
    def _is_there(path: str) -> bool:
        return Path(f"{path}.wav").is_file()

    async def start(self) -> None:
        """Load the model now, rather than with the first text."""
        async with self._starting:
            if self._process is None and self._unusable is None:
                self._cache.mkdir(parents=True, exist_ok=True)
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                self._reading = asyncio.create_task(self._read(self._process))

    async def stop(self) -> None:
        """End the process; texts still asked for come back as None."""
        if self._process is not None and self._reading is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._reading

    async def _ask(self, path: str, text: str, language: str) -> asyncio.Future[bool]:
        if path in self._awaited:
            return self._awaited[path]
        future = self._awaited[path] = asyncio.get_running_loop().create_future()
        await self.start()
        if self._process is None or self._process.stdin is None:
            self._settle(path, said=False)
        else:
            request = {"path": path, "text": text, "language": language, "voice": self._voice}
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
        return future

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                answer = json.loads(line)
                if "path" in answer:
                    self._settle(answer["path"], said=answer["said"])
                else:
                    self._unusable = answer["unusable"]
                    _log.warning("live_voice_unusable", why=self._unusable)
        finally:
            await process.wait()
            self._process = None
            for path in list(self._awaited):
                self._settle(path, said=False)

    def _settle(self, path: str, *, said: bool) -> None:
        future = self._awaited.pop(path, None)
        if future is not None and not future.done():
            future.set_result(said)
