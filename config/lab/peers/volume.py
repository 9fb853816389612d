"""Calls by the hundred: sipp with the scenarios of `sipp/`, for load where `PeersProcess` would cost too much.

sipp neither listens nor logs calls one by one; its calls are counted.
"""

import asyncio
import csv
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from config.lab.peers import sipp
from config.lab.peers.ports import free_sip_port
from config.lab.peers.sipp import SippError, last_words

_PACKAGE = "config.lab.peers"
_FAILURES = {
    "FailedMaxUDPRetrans(C)": "no answer to a message",
    "FailedCallRejected(C)": "rejected",
    "FailedUnexpectedMessage(C)": "unexpected message",
    "FailedTimeoutOnRecv(C)": "time-out",
    "FailedCannotSendMessage(C)": "could not send",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What came of the calls. `failures`: how many for which reason. `answer_ms`: mean from INVITE to 200."""

    placed: int
    succeeded: int
    failed: int
    failures: dict[str, int]
    answer_ms: int


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
        sipp.write_scenario(_PACKAGE, "caller.xml", folder, TALK_MS=int(talk_s * 1000))
        sipp.write_tone(folder, tone_hz)
        callers = "".join(f"{first_caller + n};{name}\n" for n in range(calls))
        (folder / "callers.csv").write_text(f"SEQUENTIAL\n{callers}", encoding="utf-8")
        command = ["-sf", "caller.xml", "-inf", "callers.csv", "-s", number, "-m", str(calls), "-r", f"{rate:g}"]
        # Without a limit of its own sipp keeps three seconds' worth of calls up at most.
        command += ["-l", str(calls), "-p", str(free_sip_port()), "-trace_stat", "-stf", "stat.csv", "-fd", "1", server]
        process = await sipp.start(folder, command)
        try:
            async with asyncio.timeout(deadline_s or 2 * (calls / rate + talk_s) + 10):
                await process.wait()
        except TimeoutError as error:
            raise SippError(f"sipp is not done with its {calls} calls to {number} at {server}") from error
        finally:
            await sipp.end(process)
        # 0: every call succeeded, 1: some did not.
        if process.returncode not in (0, 1):
            raise SippError(f"sipp ended with {process.returncode}: {last_words(folder)}")
        return _read_volume(folder / "stat.csv")


@asynccontextmanager
async def phone(*, ring_s: float = 0.0) -> AsyncIterator[str]:
    """A phone that answers any number of calls after `ring_s` and echoes; yields its HOST:PORT. Raises SippError."""
    with tempfile.TemporaryDirectory(prefix="sipp-") as where:
        folder = Path(where)
        sipp.write_scenario(_PACKAGE, "phone.xml", folder, RING_MS=int(ring_s * 1000))
        port = free_sip_port()
        command = ["-sf", "phone.xml", "-p", str(port), "-rtp_echo", "-mp", str(free_sip_port() & ~1)]
        process = await sipp.start(folder, command)
        try:
            yield f"127.0.0.1:{port}"
            if process.returncode is not None:
                raise SippError(f"sipp ended with {process.returncode}: {last_words(folder)}")
        finally:
            await sipp.end(process)


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
