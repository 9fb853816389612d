"""A running lab: one Asterisk on loopback with its own folders, ports and secrets."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import TracebackType

import msgspec

from config.asterisk import AsteriskSpec, Folders, Login, Timings, Trunk, render, write
from config.asterisk.cel import CallEvent, read_cel
from config.lab.console import ask
from config.lab.debian import Report
from config.lab.errors import LabError
from config.lab.installation import Installation, find
from config.lab.ports import claimed
from config.lab.process import end, ended, is_alive, started_at

STATE_FILE = "lab.json"
CACHE = Path("var/asterisk")
"""Where a private Asterisk is kept, under the folder hotline is run in."""

_SOCKET_PATH_LIMIT = 100
_ADDRESS = "127.0.0.1"
_PR_SET_PDEATHSIG = 1


class LabState(msgspec.Struct, frozen=True, kw_only=True):
    """What a lab's folder remembers in `lab.json` (readable by its owner only): the process, and all that was chosen for it."""

    pid: int
    started: int
    command: tuple[str, ...]
    spec: AsteriskSpec


def read_state(folder: Path) -> LabState | None:
    """The state written in `folder`, or None if no lab was ever started there. Raises LabError for a file that is not ours."""
    path = folder / STATE_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=LabState, dec_hook=_decode)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, ValueError) as error:
        raise LabError(str(path), f"is no lab's state ({error}): remove the folder") from None


def _write_state(folder: Path, state: LabState) -> None:
    text = msgspec.json.format(msgspec.json.encode(state, enc_hook=str), indent=2)
    write({STATE_FILE: text.decode() + "\n"}, folder)


def _decode(kind: type, value: object) -> object:
    if kind is PurePosixPath:
        return PurePosixPath(str(value))
    raise NotImplementedError(kind)


class Lab:
    """A lab that runs. `spec` has its ports, folders and logins; `installation_command` starts its Asterisk program."""

    def __init__(self, folder: Path, state: LabState, child: subprocess.Popen[bytes] | None = None) -> None:
        self.folder = folder
        self.spec = state.spec
        self.pid = state.pid
        self._state = state
        self._child = child

    @property
    def name(self) -> str:
        """The lab's name, which starts each of its contact ids."""
        return self.spec.name

    @property
    def is_running(self) -> bool:
        """Whether its Asterisk is there."""
        return is_alive(self.pid, self._state.started)

    async def command(self, text: str) -> str:
        """What Asterisk's console answers to a command such as `core show channels`. Raises LabError when it does not run."""
        try:
            return await ask(self._control, text)
        except (ConnectionError, FileNotFoundError):
            raise LabError(f"lab {self.name}", f"does not run: hotline lab up {self.name}") from None

    def call_events(self) -> list[CallEvent]:
        """The call event log (CEL) so far, oldest first."""
        path = Path(self.spec.folders.cel)
        return list(read_cel(path.read_text(encoding="utf-8", errors="replace"))) if path.exists() else []

    async def stop(self) -> None:
        """End its Asterisk, calls and all, and wait until it is gone. The folder stays, and the next start takes its ports and secrets again."""
        await end(self.pid, self._state.started)
        if self._child is not None:
            self._child.wait()

    async def __aenter__(self) -> "Lab":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def _control(self) -> Path:
        return Path(self.spec.folders.run) / "asterisk.ctl"


def attach(folder: Path) -> Lab | None:
    """The lab of `folder` as an earlier `start` left it, running or not; None if there was none."""
    state = read_state(folder)
    return None if state is None else Lab(folder, state)


async def start(
    folder: Path,
    *,
    installation: Installation | None = None,
    timings: Timings | None = None,
    outlive: bool = False,
    report: Report = lambda line: None,
    patience: float = 30.0,
) -> Lab:
    """Start an Asterisk in `folder` (its last part is the lab's name) and return when it takes calls, within `patience` seconds.

    Without `installation` one is found or unpacked. The Asterisk ends with this process, however that ends, unless `outlive`.
    Raises LabError, e.g. when a lab already runs there; what Asterisk's log says is in the error.
    """
    folder = folder.resolve()
    before = read_state(folder)
    if before is not None and is_alive(before.pid, before.started):
        raise LabError(
            f"lab {folder.name}", f"already runs (pid {before.pid}): end it first, hotline lab down {folder.name}"
        )
    if installation is None:
        installation = await find(CACHE.resolve(), report)
    with claimed(folder.name, _ADDRESS, None if before is None else before.spec.ports) as ports:
        spec = AsteriskSpec(
            name=folder.name,
            version=installation.version,
            ari=Login.new("hotline") if before is None else before.spec.ari,
            ami=Login.new("hotline") if before is None else before.spec.ami,
            trunks=(Trunk(name="trunk", match=("127.0.0.0/8",)),),
            ports=ports,
            folders=_folders(folder, installation),
            timings=timings or Timings(),
            address=_ADDRESS,
        )
        _make(spec.folders)
        write(render(spec), Path(spec.folders.etc))
        report(
            f"starting Asterisk {installation.version[0]}.{installation.version[1]} on {_ADDRESS}, SIP port {ports.sip}"
        )
        child = _spawn(installation, spec, outlive=outlive)
        state = LabState(pid=child.pid, started=started_at(child.pid) or 0, command=installation.command, spec=spec)
        lab = Lab(folder, state, child)
        try:
            _write_state(folder, state)
            await _fully_booted(lab, patience)
        except BaseException:
            await lab.stop()
            raise
    return lab


def _folders(folder: Path, installation: Installation) -> Folders:
    run = folder / "run"
    if len(str(run)) + len("/asterisk.ctl") > _SOCKET_PATH_LIMIT:
        # A Unix socket's path holds 107 bytes; the folder's own stays short and is the same for the same lab and user.
        run = Path(tempfile.gettempdir()) / f"hotline-{os.getuid()}-{zlib.crc32(os.fsencode(folder)):08x}"
    own = {name: PurePosixPath(folder / name) for name in ("etc", "var", "spool", "log", "recordings")}
    return Folders(
        **own,
        run=PurePosixPath(run),
        modules=PurePosixPath(installation.modules),
        program=PurePosixPath(installation.program),
    )


def _make(folders: Folders) -> None:
    for path in (folders.var / "keys", folders.spool, folders.run, folders.recordings, folders.cel.parent):
        Path(path).mkdir(parents=True, exist_ok=True, mode=0o700)


def _spawn(installation: Installation, spec: AsteriskSpec, *, outlive: bool) -> subprocess.Popen[bytes]:
    output = Path(spec.folders.log) / "console.log"
    with open(output, "ab") as stream:
        return subprocess.Popen(  # noqa: S603
            [*installation.command, "-C", str(spec.folders.etc / "asterisk.conf"), "-f"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd=spec.folders.spool,
            start_new_session=True,
            preexec_fn=None if outlive else _die_with_parent(),
        )


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def _fully_booted(lab: Lab, patience: float) -> None:
    """Return when Asterisk has loaded everything and listens. Raises LabError with its own words when it ends or takes too long."""
    gone = asyncio.create_task(ended(lab.pid))
    try:
        async with asyncio.timeout(patience):
            while True:
                with contextlib.suppress(ConnectionError, FileNotFoundError):
                    await ask(lab._control, "core waitfullybooted", timeout=patience)
                    break
                # Not listening yet: look again soon, at once if it ends.
                await asyncio.wait([gone], timeout=0.02)
                if gone.done():
                    raise LabError(f"lab {lab.name}", f"Asterisk ended while starting: {_last_words(lab)}")
            for port in (lab.spec.ports.sip, lab.spec.ports.http, lab.spec.ports.ami):
                try:
                    _, writer = await asyncio.open_connection(lab.spec.address, port)
                except OSError:
                    raise LabError(
                        f"{lab.spec.address}:{port}", f"Asterisk does not listen there: {_last_words(lab)}"
                    ) from None
                writer.close()
    except TimeoutError:
        raise LabError(f"lab {lab.name}", f"Asterisk was not ready within {patience:g} s: {_last_words(lab)}") from None
    finally:
        gone.cancel()
        await asyncio.wait([gone])


def _last_words(lab: Lab) -> str:
    log = Path(lab.spec.folders.log)
    lines: list[str] = []
    for name in ("messages.log", "console.log"):
        with contextlib.suppress(OSError):
            lines += [line for line in (log / name).read_text(errors="replace").splitlines() if line.strip()][-4:]
    return f"{' / '.join(lines) or 'it said nothing'} (its log is in {log})"
