"""One sipp: its scenario and its tone written into a folder, started there, ended, and what it complained about."""

import asyncio
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import soundfile

from config.lab.peers import tones
from config.parentage import die_with_parent

_STOP_S = 3.0


class SippError(Exception):
    """sipp is missing or could not work; says what to install or its own last words."""


def sipp_program() -> str:
    """Where sipp is. Raises SippError."""
    program = shutil.which("sipp")
    if program is None:
        raise SippError("sipp is not installed: apt-get install sip-tester")
    return program


def write_scenario(package: str, scenario: str, folder: Path, **values: int) -> None:
    """Put a scenario of a package's `sipp/` into the folder, each name in it replaced by its value."""
    text = files(package).joinpath("sipp", scenario).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(name, str(value))
    (folder / scenario).write_text(text, encoding="utf-8")


def write_tone(folder: Path, tone_hz: int) -> None:
    """Put the tone that callers send into the folder: tone.al."""
    samples = np.frombuffer(tones.one_second(tone_hz), np.int16)
    soundfile.write(folder / "tone.al", samples, tones.SAMPLE_RATE, format="RAW", subtype="ALAW")


async def start(folder: Path, command: list[str]) -> asyncio.subprocess.Process:
    """sipp in this folder, on loopback; it does not outlive us. Raises SippError."""
    with (folder / "sipp.txt").open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sipp_program(),
            *command,
            *("-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-trace_err", "-error_file", "errors.log"),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )


async def end(process: asyncio.subprocess.Process) -> None:
    """End it, by force if it does not go."""
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
