"""A private Asterisk from Debian's packages, unpacked by an ordinary user; nothing is installed on the machine.

apt runs with folders of its own, so it neither asks for root nor sees what the machine has installed: it fetches
Asterisk with every library it needs, down to the C library. `dpkg-deb -x` unpacks them under one root.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.lab.errors import LabError
from config.language import said

SUITE = "forky"
"""The Debian release that carries Asterisk 22; bookworm and trixie carry none."""

PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav")

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
    """Every source of `apt`'s configuration folder with a `main` part, and its suites, in both of apt's notations."""
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
            enabled = "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no"
            if enabled and "main" in fields.get("components", "").split():
                for uri in fields.get("uris", "").split():
                    yield Mirror(uri, keyring if keyring.startswith("/") else None), fields.get("suites", "").split()
    for path in [apt / "sources.list", *sorted(apt.glob("sources.list.d/*.list"))]:
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if found := re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)(?:\s+\S+)*?\s+main\b", line):
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
    found = [mirror for mirror, suites in mirrors(apt) if codename in suites or SUITE in suites]
    # Other vendors name their suites after Debian's releases too: one with Debian's own key ring or host goes first.
    for mirror in sorted(found, key=lambda mirror: not _is_debians(mirror)):
        return mirror
    raise LabError(str(apt), f"names no mirror for Debian {codename}: set one up, Asterisk is fetched from it")


def _is_debians(mirror: Mirror) -> bool:
    return "debian-archive" in (mirror.keyring or "") or ".debian.org" in mirror.uri


def _keyring(mirror: Mirror) -> str | None:
    rings = (
        mirror.keyring,
        "/usr/share/keyrings/debian-archive-keyring.pgp",
        "/usr/share/keyrings/debian-archive-keyring.gpg",
    )
    return next((ring for ring in rings if ring and Path(ring).exists()), None)


def _run(*command: str | Path) -> tuple[int, str]:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    ran = subprocess.run(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        check=False,
    )
    return ran.returncode, ran.stdout.decode(errors="replace")


class _Apt:
    """apt-get with its configuration, state and cache in one folder of ours."""

    def __init__(self, folder: Path, mirror: Mirror) -> None:
        self.archives = folder / "cache/archives"
        for path in ("etc/apt.conf.d", "etc/preferences.d", "etc/sources.list.d", "state/lists/partial"):
            (folder / path).mkdir(parents=True)
        (self.archives / "partial").mkdir(parents=True)
        (folder / "state/status").touch()
        ring = _keyring(mirror)
        stanza = ["Types: deb", f"URIs: {mirror.uri}", f"Suites: {SUITE}", "Components: main"]
        stanza += [f"Signed-By: {ring}"] if ring else []
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

    def __call__(self, *arguments: str) -> tuple[int, str]:
        return _run("apt-get", *(f"-o{key}={value}" for key, value in self.options.items()), *arguments)


def _last_words(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith(("E:", "W:", "Err:"))] or output.splitlines()
    return " / ".join(lines[-3:])


def _fetch(apt: _Apt, mirror: Mirror, report: Report) -> list[Path]:
    report(
        said(
            f"reading Debian {SUITE}'s list of packages from {mirror.uri}",
            f"从 {mirror.uri} 读取 Debian {SUITE} 软件包列表",
        )
    )
    code, output = apt("update", "--error-on=any")
    if code and "is expired" in output:
        report(
            said(
                f"warning: the list on {mirror.uri} has expired, the mirror is frozen; signatures are still checked",
                f"警告：{mirror.uri} 的列表已过期，镜像不再更新；签名仍予校验",
            )
        )
        apt.options["Acquire::Check-Valid-Until"] = "false"
        code, output = apt("update", "--error-on=any")
    if code:
        mend = f"the list of Debian {SUITE} could not be read ({_last_words(output)}): check the mirror and the network"
        raise LabError(mirror.uri, mend)
    report(said("fetching Asterisk and its libraries (about 110 MB)", "下载 Asterisk 及其依赖库（约 110 MB）"))
    code, output = apt("--yes", "--download-only", "install", *PACKAGES)
    packages = sorted(apt.archives.glob("*.deb"))
    if code or not packages:
        mend = f"Asterisk's packages could not be fetched ({_last_words(output)}): check the network and the free space"
        raise LabError(mirror.uri, mend)
    return packages


def _unpack(packages: list[Path], root: Path, report: Report) -> None:
    report(said("unpacking {} packages", "解包 {} 个软件包").format(len(packages)))
    root.mkdir()

    def unpack(package: Path) -> None:
        code, output = _run("dpkg-deb", "-x", package, root)
        if code:
            raise LabError(str(package), f"could not be unpacked ({_last_words(output)}): check the free space there")

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(unpack, packages))
    # The sounds' link is made by the package's installation script, which does not run here.
    sounds = root / "usr/share/asterisk/sounds"
    for voice in sorted(sounds.glob("en_US_f_*"))[:1]:
        if not (sounds / "en").exists():
            (sounds / "en").symlink_to(voice.name)


def unpack_asterisk(cache: Path, report: Report, *, system: dict[str, str] | None = None) -> Path:
    """The root of a private Asterisk under `cache`, unpacked now unless an earlier run did it whole.

    Takes about 15 s and 310 MB; blocks. Several processes may ask at once: one works, the others wait for it. `system`
    is the content of os-release. Raises LabError.
    """
    # Absolute, because apt takes a relative folder as one under /.
    root = cache.absolute() / SUITE
    if root.is_dir():
        return root
    mirror = choose_mirror(release() if system is None else system)
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise LabError(tool, "is not on PATH, no Asterisk can be unpacked without it: install Asterisk 20 or newer")
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with open(root.with_name(".lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not root.is_dir():
                _make(root, mirror, report)
    except OSError as error:
        raise LabError(
            str(cache), f"an Asterisk cannot be kept there ({error}): free it, or run in a folder of yours"
        ) from None
    return root


def _make(root: Path, mirror: Mirror, report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix=f".{SUITE}-", dir=root.parent, ignore_cleanup_errors=True) as beside:
        packages = _fetch(_Apt(Path(beside) / "apt", mirror), mirror, report)
        _unpack(packages, Path(beside) / "root", report)
        (Path(beside) / "root").rename(root)
