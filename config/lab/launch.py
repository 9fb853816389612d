"""Starting a lab: its folders, its files, its process, and the moment it takes calls."""

import asyncio
import contextlib
import os
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from config.asterisk import AsteriskSpec, Folders, Login, Timings, Trunk, render, write
from config.asterisk.spec import Phones, Ports, Tls
from config.lab.console import ask
from config.lab.debian import Report
from config.lab.errors import LabError
from config.lab.installation import Installation, find
from config.lab.lab import Lab
from config.lab.ports import carrier, claimed, with_room
from config.lab.process import ended, is_alive, started_at
from config.lab.state import LabState, read_state, write_state
from config.language import said
from config.parentage import die_with_parent

CACHE = Path("var/asterisk")
"""Where a private Asterisk is kept, under the folder hotline is run in."""

_ADDRESS = "127.0.0.1"
_SOCKET_PATH_LIMIT = 107


async def start(
    folder: Path,
    *,
    installation: Installation | None = None,
    timings: Timings | None = None,
    apology: tuple[str, ...] | None = None,
    tls: Tls | None = None,
    phones: Phones | None = None,
    trunks: tuple[Trunk, ...] = (),
    outlive: bool = False,
    legs: int = 0,
    report: Report = lambda line: None,
    patience: float = 30.0,
) -> Lab:
    """Start an Asterisk in `folder`, whose last part is the lab's name, and return when it takes calls.

    Without `installation` one is found or unpacked (`report` hears of it, from another thread). `timings`, `apology`,
    `tls`, `phones` and `trunks` are those of `AsteriskSpec`. `legs`: so many have audio at once, at least. The Asterisk
    ends with this process, however that ends, unless `outlive`; so call it on the thread that lives longest. Raises
    LabError: a lab already runs there, or it was not ready within `patience` seconds; Asterisk's last words are in the
    error.
    """
    folder, before = _before(folder)
    if installation is None:
        installation = await asyncio.to_thread(find, CACHE, report)
    with claimed(folder.name, _ADDRESS, before.ports if before else None) as ports:
        spec = _spec(folder, installation, ports, before)
        spec = replace(
            spec,
            timings=timings or spec.timings,
            apology=apology or spec.apology,
            trunks=trunks or spec.trunks,
            tls=tls,
            phones=phones or spec.phones,
            ports=with_room(ports, legs),
        )
        _lay_out(spec)
        words = said("starting Asterisk {} on {}, SIP port {}", "启动 Asterisk {}，地址 {}，SIP 端口 {}")
        report(words.format(".".join(map(str, spec.version)), _ADDRESS, ports.sip))
        child = _spawn(installation, spec, outlive=outlive)
        state = LabState(pid=child.pid, started=started_at(child.pid) or 0, spec=spec)
        lab = Lab(folder, state, child)
        try:
            write_state(folder, state)
            await _fully_booted(lab, patience)
        except BaseException:
            await lab.stop()
            raise
    return lab


def _before(folder: Path) -> tuple[Path, AsteriskSpec | None]:
    folder = folder.resolve()
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    state = read_state(folder)
    if state is not None and is_alive(state.pid, state.started):
        mend = f"already runs (pid {state.pid}): end it first, hotline lab down {folder.name}"
        raise LabError(f"lab {folder.name}", mend)
    return folder, state.spec if state else None


def _spec(folder: Path, installation: Installation, ports: Ports, before: AsteriskSpec | None) -> AsteriskSpec:
    return AsteriskSpec(
        name=folder.name,
        version=installation.version,
        ari=before.ari if before else Login.new("hotline"),
        ami=before.ami if before else Login.new("hotline"),
        trunks=(Trunk(name="trunk", match=("127.0.0.0/8",), host=f"{_ADDRESS}:{carrier(ports)}"),),
        ports=ports,
        folders=_folders(folder, installation),
        address=_ADDRESS,
        control_address=_ADDRESS,
    )


def _folders(folder: Path, installation: Installation) -> Folders:
    run = folder / "run"
    if len(os.fsencode(run / "asterisk.ctl")) > _SOCKET_PATH_LIMIT:
        run = Path(tempfile.gettempdir()) / f"hotline-{os.getuid()}-{zlib.crc32(os.fsencode(folder)):08x}"
    own = {name: PurePosixPath(folder / name) for name in ("etc", "var", "spool", "log", "recordings")}
    return Folders(
        **own,
        run=PurePosixPath(run),
        modules=PurePosixPath(installation.modules),
        program=PurePosixPath(installation.program),
    )


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = str(error.filename or folder)
        raise LabError(place, f"cannot be written ({error.strerror}): put the lab in a folder of yours") from None


def _lay_out(spec: AsteriskSpec) -> None:
    folders = spec.folders
    with _writing(Path(folders.etc)):
        for path in (
            folders.var / "keys",
            folders.spool / "recording",
            folders.run,
            folders.recordings,
            folders.cel.parent,
        ):
            Path(path).mkdir(parents=True, exist_ok=True, mode=0o700)
        write(render(spec), Path(folders.etc))
    if Path(folders.run).stat().st_uid != os.getuid():
        raise LabError(str(folders.run), "belongs to another user: remove it, or put the lab in a folder of yours")


def _spawn(installation: Installation, spec: AsteriskSpec, *, outlive: bool) -> subprocess.Popen[bytes]:
    # Not asyncio's subprocess: that ends its child when the loop closes.
    with open(Path(spec.folders.log) / "console.log", "ab") as output:
        return subprocess.Popen(  # noqa: S603
            [*installation.command, "-C", str(spec.folders.etc / "asterisk.conf"), "-f"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=spec.folders.spool,
            start_new_session=True,
            preexec_fn=None if outlive else die_with_parent(),
        )


async def _fully_booted(lab: Lab, patience: float) -> None:
    """Return when Asterisk has loaded everything and listens; with its own words in a LabError when it does not."""
    gone = asyncio.create_task(ended(lab.pid))
    try:
        async with asyncio.timeout(patience):
            await _console_answers(lab, gone, patience)
            await _listens(lab, lab.spec.address, lab.spec.ports.sip)
            for port in (lab.spec.ports.http, lab.spec.ports.ami):
                await _listens(lab, lab.spec.control_address, port)
    except TimeoutError:
        raise LabError(f"lab {lab.name}", f"Asterisk was not ready within {patience:g} s: {_last_words(lab)}") from None
    finally:
        gone.cancel()
        await asyncio.wait([gone])


async def _console_answers(lab: Lab, gone: "asyncio.Task[None]", patience: float) -> None:
    while not gone.done():
        with contextlib.suppress(ConnectionError, FileNotFoundError):
            # Before its first commands are there, the console answers "No such command".
            if "fully booted" in await ask(lab.control, "core waitfullybooted", patience=patience):
                return
        # Not there yet: try again soon, or hear at once that it ended.
        await asyncio.wait([gone], timeout=0.02)
    raise LabError(f"lab {lab.name}", f"Asterisk ended while starting: {_last_words(lab)}")


async def _listens(lab: Lab, address: str, port: int) -> None:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError:
        raise LabError(f"{address}:{port}", f"Asterisk does not listen there: {_last_words(lab)}") from None
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _last_words(lab: Lab) -> str:
    log = Path(lab.spec.folders.log)
    lines: list[str] = []
    for name in ("messages.log", "console.log"):
        with contextlib.suppress(OSError):
            lines += [line for line in (log / name).read_text(errors="replace").splitlines() if line.strip()][-4:]
    return f"{' / '.join(lines) or 'it said nothing'} (its log is in {log})"
