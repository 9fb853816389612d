"""sipp as the agents' phones, all on one port, and as the callers."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from config.lab.load import talks
from config.lab.load.ears import Ears
from config.lab.peers import sipp
from config.lab.peers.ports import free_sip_port
from config.lab.peers.sipp import SippError, last_words

_PACKAGE = "config.lab.load"
_REGISTER_S = 20.0
AGENTS_LOG = "agents.log"
CALLERS_LOG = "callers.log"
FIRST_CALLER = 13900000000
UNTIL_LET_GO = "callers.xml"
WAITING = "waiting.xml"
"""What callers do: play a tone and stay until they are let go, or let `config.lab.load.ears` hear and answer for them,
and hang up after HOLD_MS. Names in capitals are values of the latter."""
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
        sipp.write_scenario(_PACKAGE, "phones.xml", self._folder)
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
            await sipp.end(process)

    @asynccontextmanager
    async def answering(self, run: Path, talks_ms: Sequence[float]) -> AsyncIterator[None]:
        """Answer and hang up after these talk times, in the order of the answers; the log is AGENTS_LOG in `run`."""
        sipp.write_scenario(_PACKAGE, "agents.xml", run)
        (run / "talks.csv").write_text(talks.places(talks_ms), encoding="ascii")
        command = ["-sf", "agents.xml", "-inf", "talks.csv", "-infindex", "talks.csv", "0", "-p", str(self._port)]
        process = await _start(run, [*command, "-trace_logs", "-log_file", AGENTS_LOG])
        try:
            yield
            if process.returncode is not None:
                raise SippError(f"the agents' phones ended with {process.returncode}: {last_words(run)}")
        finally:
            await sipp.end(process)


async def place_calls(
    run: Path,
    server: str,
    number: str,
    *,
    calls: int,
    rate: float,
    at_once: int,
    deadline_s: float,
    scenario: str = UNTIL_LET_GO,
    first_caller: int = FIRST_CALLER,
    **values: int,
) -> None:
    """Place calls until so many were placed, at `rate` a second and no more than `at_once` at a time.

    Returns when all are over, or at the deadline: what was not over then is missing in CALLERS_LOG in `run`.
    `first_caller`: the first one's number, the others have those that follow. `values`: the scenario's. Raises
    SippError.
    """
    sipp.write_scenario(_PACKAGE, scenario, run, **values)
    await asyncio.to_thread(sipp.write_tone, run, _TONE_HZ)
    callers = "".join(f"{first_caller + n};\n" for n in range(calls))
    (run / "callers.csv").write_text(f"SEQUENTIAL\n{callers}", encoding="ascii")
    command = ["-sf", scenario, "-inf", "callers.csv", "-s", number, "-m", str(calls), "-r", f"{rate:g}"]
    command += ["-l", str(at_once), "-p", str(free_sip_port()), "-trace_logs", "-log_file", CALLERS_LOG, server]
    process = await _start(run, command)
    try:
        async with asyncio.timeout(deadline_s):
            await process.wait()
    except TimeoutError:
        return
    finally:
        await sipp.end(process)
    # 0: every call succeeded, 1: some did not, and the log says how many.
    if process.returncode not in (0, 1):
        raise SippError(f"the callers ended with {process.returncode}: {last_words(run)}")


async def place_waiting(
    run: Path,
    server: str,
    number: str,
    ears: Ears,
    *,
    calls: int,
    rate: float,
    wait_s: float,
    deadline_s: float,
    first_caller: int = FIRST_CALLER,
) -> None:
    """As `place_calls`, of callers whom these ears hear, all there at once; they hang up after `wait_s`."""
    await place_calls(
        run,
        server,
        number,
        calls=calls,
        rate=rate,
        at_once=calls,
        deadline_s=deadline_s,
        scenario=WAITING,
        first_caller=first_caller,
        EARS_PORT=ears.port,
        HOLD_MS=round(wait_s * 1000),
    )


async def _start(folder: Path, command: list[str]) -> asyncio.subprocess.Process:
    return await sipp.start(folder, [*command, "-mp", str(free_sip_port() & ~1), "-timer_resol", "1"])
