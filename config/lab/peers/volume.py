"""Calls by the hundred: sipp with the scenarios of `sipp/`, for load where `PeersProcess` would cost too much.

sipp neither listens nor logs calls one by one; its calls are counted.
"""

import asyncio
import csv
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import soundfile

from config.lab.peers import tones
from config.lab.peers.ports import free_sip_port

_STOP_S = 3.0
_FAILURES = {
    "FailedMaxUDPRetrans(C)": "no answer to a message",
    "FailedCallRejected(C)": "rejected",
    "FailedUnexpectedMessage(C)": "unexpected message",
    "FailedTimeoutOnRecv(C)": "time-out",
    "FailedCannotSendMessage(C)": "could not send",
}


class SippError(Exception):
    """sipp is missing or could not work; says what to install or its own last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What came of the calls. `failures`: how many for which reason. `answer_ms`: mean from INVITE to 200."""

    placed: int
    succeeded: int
    failed: int
    failures: dict[str, int]
    answer_ms: int


def sipp_program() -> str:
    """Where sipp is. Raises SippError."""
    program = shutil.which("sipp")
    if program is None:
        raise SippError("sipp is not installed: apt-get install sip-tester")
    return program


def _write(folder: Path, scenario: str, **values: int) -> None:
    text = files("config.lab.peers").joinpath("sipp", scenario).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(name, str(value))
    (folder / scenario).write_text(text, encoding="utf-8")


def _write_tone(folder: Path, tone_hz: int) -> None:
    samples = np.frombuffer(tones.one_second(tone_hz), np.int16)
    soundfile.write(folder / "tone.al", samples, tones.SAMPLE_RATE, format="RAW", subtype="ALAW")


async def place_calls(
    server: str,
    number: str,
    *,
    calls: int,
    rate: float,
    talk_s: float,
    first_caller: int = 13900000000,
    name: str = "",
    tone_hz: int = 1000,
    deadline_s: float | None = None,
) -> Volume:
    """Place `calls` calls at `rate` a second to `number` at `server` (HOST:PORT); return when all are over.

    Caller numbers count up from `first_caller`. `name` goes into the From header as it is, so it can be anything that
    fits on a line without `;`: it is how a test sends what no phone would. `deadline_s` defaults to twice the time it
    should take. Raises SippError.
    """
    with tempfile.TemporaryDirectory(prefix="sipp-") as where:
        folder = Path(where)
        _write(folder, "caller.xml", TALK_MS=int(talk_s * 1000))
        _write_tone(folder, tone_hz)
        callers = "".join(f"{first_caller + n};{name}\n" for n in range(calls))
        (folder / "callers.csv").write_text(f"SEQUENTIAL\n{callers}", encoding="utf-8")
        command = ["-sf", "caller.xml", "-inf", "callers.csv", "-s", number, "-m", str(calls), "-r", f"{rate:g}"]
        command += ["-p", str(free_sip_port()), "-trace_stat", "-stf", "stat.csv", "-fd", "1", server]
        process = await _start(folder, command)
        try:
            async with asyncio.timeout(deadline_s or 2 * (calls / rate + talk_s) + 10):
                await process.wait()
        except TimeoutError as error:
            raise SippError(f"sipp is not done with its {calls} calls to {number} at {server}") from error
        finally:
            await _end(process)
        # 0: every call succeeded, 1: some did not.
        if process.returncode not in (0, 1):
            raise SippError(f"sipp ended with {process.returncode}: {_last_words(folder)}")
        return _read_volume(folder / "stat.csv")


@asynccontextmanager
async def phone(*, ring_s: float = 0.0) -> AsyncIterator[str]:
    """A phone that answers any number of calls after `ring_s` and echoes; yields its HOST:PORT. Raises SippError."""
    with tempfile.TemporaryDirectory(prefix="sipp-") as where:
        folder = Path(where)
        _write(folder, "phone.xml", RING_MS=int(ring_s * 1000))
        port = free_sip_port()
        command = ["-sf", "phone.xml", "-p", str(port), "-rtp_echo", "-mp", str(free_sip_port() & ~1)]
        process = await _start(folder, command)
        try:
            yield f"127.0.0.1:{port}"
            if process.returncode is not None:
                raise SippError(f"sipp ended with {process.returncode}: {_last_words(folder)}")
        finally:
            await _end(process)


async def _start(folder: Path, command: list[str]) -> asyncio.subprocess.Process:
    with (folder / "output.txt").open("wb") as output:
        return await asyncio.create_subprocess_exec(
            sipp_program(),
            *command,
            *("-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-trace_err", "-error_file", "errors.log"),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
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


def _last_words(folder: Path) -> str:
    for name in ("errors.log", "output.txt"):
        path = folder / name
        if path.exists() and (lines := path.read_text(encoding="utf-8", errors="replace").split("\n")):
            words = " ".join(line.strip() for line in lines if line.strip())
            if words:
                return words[-400:]
    return "it said nothing"


def _read_volume(path: Path) -> Volume:
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter=";"))
    if not rows:
        raise SippError("sipp wrote no figures")
    last = rows[-1]
    hours, minutes, seconds, micros = (int(part) for part in last["ResponseTime1(C)"].split(":"))
    return Volume(
        placed=int(last["TotalCallCreated"]),
        succeeded=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        failures={reason: n for column, reason in _FAILURES.items() if (n := int(last[column]))},
        answer_ms=((hours * 60 + minutes) * 60 + seconds) * 1000 + micros // 1000,
    )
