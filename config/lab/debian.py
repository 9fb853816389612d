"""A private Asterisk from Debian's packages, unpacked by an ordinary user; nothing is installed on the machine.

apt runs with folders of its own, so it neither asks for root nor sees what the machine has installed: it fetches Asterisk with every
library it needs, down to the C library. `dpkg-deb -x` unpacks them under one root.
"""

import asyncio
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.lab.errors import LabError

SUITE = "forky"
"""The Debian release that carries Asterisk 22; bookworm and trixie carry none."""

PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav")

Report = Callable[[str], None]
"""Takes one line of progress, for people."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where this machine gets Debian from, and the key ring it trusts for that (None: apt's own)."""

    uri: str
    keyring: str | None


def release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    """The system's own description, e.g. `ID` and `VERSION_CODENAME`; empty where there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {key: value.strip("\"'") for key, equals, value in (line.partition("=") for line in lines) if equals}


def mirrors(apt: Path = Path("/etc/apt")) -> Iterator[tuple[Mirror, list[str]]]:
    """Every binary-package source of `apt`'s configuration folder with its suites, in both of apt's notations."""
    for path in sorted(apt.glob("sources.list.d/*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text(encoding="utf-8", errors="replace")):
            fields: dict[str, str] = {}
            key = ""
            for line in stanza.splitlines():
                if line.startswith("#"):
                    continue
                if line[:1].isspace():
                    fields[key] = f"{fields.get(key, '')}\n{line.strip()}"
                else:
                    key, _, value = line.partition(":")
                    key = key.strip().lower()
                    fields[key] = value.strip()
            keyring = fields.get("signed-by", "")
            if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no":
                for uri in fields.get("uris", "").split():
                    yield Mirror(uri, keyring if keyring.startswith("/") else None), fields.get("suites", "").split()
    for path in [apt / "sources.list", *sorted(apt.glob("sources.list.d/*.list"))]:
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if found := re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)", line):
                options = dict(pair.partition("=")[::2] for pair in (found.group(1) or "").split())
                yield Mirror(found.group(2), options.get("signed-by")), [found.group(3)]


def choose_mirror(system: dict[str, str], apt: Path = Path("/etc/apt")) -> Mirror:
    """The mirror this Debian installs from. Raises LabError on another system, or when apt knows no mirror."""
    if system.get("ID") != "debian":
        name = system.get("PRETTY_NAME", "this system")
        mend = (
            "a private Asterisk can only be unpacked on Debian. Install Asterisk 20 or newer"
            + (": sudo apt-get install asterisk" if "debian" in system.get("ID_LIKE", "") else "")
            + "; or set HOTLINE_ASTERISK_ROOT to the folder under which one is installed"
        )
        raise LabError(name, mend)
    codename = system.get("VERSION_CODENAME", "")
    for mirror, suites in mirrors(apt):
        if codename in suites or SUITE in suites:
            return mirror
    raise LabError(
        str(apt), f"no source for Debian {codename} is set up: apt needs a Debian mirror to fetch Asterisk from"
    )


def _keyring(mirror: Mirror) -> str | None:
    rings = (
        mirror.keyring,
        "/usr/share/keyrings/debian-archive-keyring.pgp",
        "/usr/share/keyrings/debian-archive-keyring.gpg",
    )
    return next((ring for ring in rings if ring and Path(ring).exists()), None)


async def _run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace")


class _Apt:
    """apt-get with its configuration, state and cache in one folder of ours."""

    def __init__(self, folder: Path, mirror: Mirror) -> None:
        self.archives = folder / "cache/archives"
        for path in (
            "etc/apt.conf.d",
            "etc/preferences.d",
            "etc/sources.list.d",
            "state/lists/partial",
            "cache/archives/partial",
        ):
            (folder / path).mkdir(parents=True)
        (folder / "state/status").touch()
        ring = _keyring(mirror)
        stanza = [
            "Types: deb",
            f"URIs: {mirror.uri}",
            f"Suites: {SUITE}",
            "Components: main",
            *([f"Signed-By: {ring}"] if ring else []),
        ]
        (folder / "etc/sources.list.d/debian.sources").write_text("\n".join(stanza) + "\n", encoding="utf-8")
        self.options = {
            "Dir::Etc": folder / "etc",
            "Dir::State": folder / "state",
            "Dir::State::status": folder / "state/status",
            "Dir::Cache": folder / "cache",
            "Debug::NoLocking": "1",
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Acquire::Retries": "3",
        }

    async def __call__(self, *arguments: str) -> tuple[int, str]:
        return await _run("apt-get", *(f"-o{key}={value}" for key, value in self.options.items()), *arguments)


def _tail(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith(("E:", "W:", "Err:"))] or output.splitlines()
    return " / ".join(lines[-3:])


async def _fetch(apt: _Apt, mirror: Mirror, report: Report) -> list[Path]:
    report(f"reading Debian {SUITE}'s list of packages from {mirror.uri}")
    code, output = await apt("update", "--error-on=any")
    if code and "is expired" in output:
        report(
            f"warning: the mirror {mirror.uri} is frozen, its list has expired; going on with it, signatures are still checked"
        )
        apt.options["Acquire::Check-Valid-Until"] = "false"
        code, output = await apt("update", "--error-on=any")
    if code:
        raise LabError(
            mirror.uri,
            f"Debian {SUITE}'s list of packages could not be read ({_tail(output)}): check the mirror and the network",
        )
    report("fetching Asterisk and its libraries (about 110 MB)")
    code, output = await apt("--yes", "--download-only", "install", *PACKAGES)
    packages = sorted(apt.archives.glob("*.deb"))
    if code or not packages:
        raise LabError(
            mirror.uri,
            f"Asterisk's packages could not be fetched ({_tail(output)}): check the mirror, the network and the free space",
        )
    return packages


async def _unpack(packages: list[Path], root: Path, report: Report) -> None:
    report(f"unpacking {len(packages)} packages")
    slots = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(package: Path) -> None:
        async with slots:
            code, output = await _run("dpkg-deb", "-x", str(package), str(root))
        if code:
            raise LabError(str(package), f"could not be unpacked ({_tail(output)}): check the free space under {root}")

    await asyncio.gather(*(one(package) for package in packages))
    for sounds in root.glob("usr/share/asterisk/sounds"):
        # The link is made by the package's installation script, which does not run here.
        for voice in sorted(sounds.glob("en_US_f_*"))[:1]:
            if not (sounds / "en").exists():
                (sounds / "en").symlink_to(voice.name)


async def unpack_asterisk(cache: Path, report: Report, *, system: dict[str, str] | None = None) -> Path:
    """The root of a private Asterisk under `cache`, unpacked now unless an earlier run did it whole; takes about 15 s and 310 MB.

    Several processes may ask at once: one works, the others wait for it. Raises LabError.
    """
    root = cache / SUITE
    if root.is_dir():
        return root
    mirror = choose_mirror(release() if system is None else system)
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise LabError(
                tool,
                "not found on PATH, and without it no private Asterisk can be unpacked: install Asterisk 20 or newer",
            )
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / ".lock", "w", encoding="ascii") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if root.is_dir():
            return root
        beside = Path(tempfile.mkdtemp(prefix=f".{SUITE}-", dir=cache))
        try:
            packages = await _fetch(_Apt(beside / "apt", mirror), mirror, report)
            (beside / "root").mkdir()
            await _unpack(packages, beside / "root", report)
            (beside / "root").rename(root)
        finally:
            await asyncio.to_thread(shutil.rmtree, beside, ignore_errors=True)
    return root
