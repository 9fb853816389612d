"""sipp as the agents' phones, all on one port, and as the callers."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import numpy as np
import soundfile

from config.lab.load import talks
from config.lab.peers import tones
from config.lab.peers.ports import free_sip_port
from config.lab.peers.volume import SippError, sipp_program
from config.lab.process import die_with_parent

_REGISTER_S = 20.0
_STOP_S = 3.0
AGENTS_LOG = "agents.log"
CALLERS_LOG = "callers.log"
_FIRST_CALLER = 13900000000
_TONE_HZ = 1000


class AgentPhones:
    """The phones of all agents. They are registered once, and answer run after run."""

    def __init__(self, folder: Path, server: str, passwords: Mapping[str, str]) -> None:
        """`server`: HOST:PORT of the Asterisk; `passwords`: by extension."""
        self._folder = folder
        self._server = server
        self._passwords = passwords
        self._port = free_sip_port()

    async def register(self) -> None:
        """Register every phone; again while Asterisk does not know them all yet. Raises SippError."""
        _write(self._folder, "phones.xml")
        lines = [
            f"{extension};[authentication username={extension} password={password}]"
            for extension, password in self._passwords.items()
        ]
        path = self._folder / "phones.csv"
        path.touch(0o600)
        path.write_text("\n".join(["SEQUENTIAL", *lines, ""]), encoding="utf-8")
        count = len(lines)
        # Quickly, because Asterisk asks a phone that registered within seconds whether it is there.
        command = ["-sf", "phones.xml", "-inf", "phones.csv", "-m", str(count), "-r", "200", "-p", str(self._port)]
        try:
            async with asyncio.timeout(_REGISTER_S):
                while await self._once([*command, self._server]):
                    pass
        except TimeoutError:
            raise SippError(f"{count} phones could not register: {last_words(self._folder)}") from None

    async def _once(self, command: list[str]) -> int:
        process = await _start(self._folder, command)
        try:
            return await process.wait()
        finally:
            await _end(process)

    @asynccontextmanager
    async def answering(self, run: Path, talks_ms: Sequence[float]) -> AsyncIterator[None]:
        """Answer and hang up after these talk times, in the order of the answers; the log is AGENTS_LOG in `run`."""
        _write(run, "agents.xml")
        (run / "talks.csv").write_text(talks.places(talks_ms), encoding="ascii")
        command = ["-sf", "agents.xml", "-inf", "talks.csv", "-infindex", "talks.csv", "0", "-p", str(self._port)]
        process = await _start(run, [*command, "-trace_logs", "-log_file", AGENTS_LOG])
        try:
            yield
            if process.returncode is not None:
                raise SippError(f"the agents' phones ended with {process.returncode}: {last_words(run)}")
        finally:
            await _end(process)


async def place_calls(
    run: Path, server: str, number: str, *, calls: int, rate: float, at_once: int, deadline_s: float
) -> None:
    """Place calls until so many were placed, at `rate` a second and no more than `at_once` at a time.

    Returns when all are over, or at the deadline: what was not over then is missing in CALLERS_LOG in `run`. Raises
    SippError.
    """
    _write(run, "callers.xml")
    await asyncio.to_thread(_write_tone, run)
    callers = "".join(f"{_FIRST_CALLER + n};\n" for n in range(calls))
    (run / "callers.csv").write_text(f"SEQUENTIAL\n{callers}", encoding="ascii")
    command = ["-sf", "callers.xml", "-inf", "callers.csv", "-s", number, "-m", str(calls), "-r", f"{rate:g}"]
    command += ["-l", str(at_once), "-p", str(free_sip_port()), "-trace_logs", "-log_file", CALLERS_LOG, server]
    process = await _start(run, command)
    try:
        async with asyncio.timeout(deadline_s):
            await process.wait()
    except TimeoutError:
        return
    finally:
        await _end(process)
    # 0: every call succeeded, 1: some did not, and the log says how many.
    if process.returncode not in (0, 1):
        raise SippError(f"the callers ended with {process.returncode}: {last_words(run)}")


def _write(folder: Path, scenario: str) -> None:
    text = files("config.lab.load").joinpath("sipp", scenario).read_text(encoding="utf-8")
    (folder / scenario).write_text(text, encoding="utf-8")


def _write_tone(folder: Path) -> None:
    samples = np.frombuffer(tones.one_second(_TONE_HZ), np.int16)
    soundfile.write(folder / "tone.al", samples, tones.SAMPLE_RATE, format="RAW", subtype="ALAW")


async def _start(folder: Path, command: list[str]) -> asyncio.subprocess.Process:
    with (folder / "sipp.txt").open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sipp_program(),
            *command,
            *("-i", "127.0.0.1", "-mi", "127.0.0.1", "-mp", str(free_sip_port() & ~1), "-nostdin"),
            *("-trace_err", "-error_file", "errors.log", "-timer_resol", "1"),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def last_words(folder: Path) -> str:
    """The end of what sipp complained about in this folder."""
    for name in ("errors.log", "sipp.txt"):
        path = folder / name
        if path.exists() and (words := " ".join(path.read_text(encoding="utf-8", errors="replace").split())):
            return words[-400:]
    return "it said nothing"
