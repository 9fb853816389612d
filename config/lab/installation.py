"""Which Asterisk the lab runs: one that is installed, or a private one."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.lab.debian import Report, unpack_asterisk
from config.lab.errors import LabError
from config.language import said

ROOT_VARIABLE = "HOTLINE_ASTERISK_ROOT"
"""Names the folder under which an Asterisk is installed (`/`: the machine's own); it is then used and no other."""

OLDEST = (20, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One Asterisk program. `command` starts it, by its own loader when it is private; `version` is (major, minor)."""

    root: Path
    command: tuple[str, ...]
    version: tuple[int, int]
    modules: Path
    program: Path


def parse_version(text: str) -> tuple[int, int] | None:
    """(major, minor) of what `asterisk -V` prints, None when it is no version. A build from Git counts as minor 99."""
    if found := re.search(r"Asterisk (?:certified[/-])?(\d+)\.(\d+)", text):
        return int(found.group(1)), int(found.group(2))
    if found := re.search(r"Asterisk GIT-(\d+)", text):
        return int(found.group(1)), 99
    return None


def _first(root: Path, *patterns: str) -> Path | None:
    return next((path for pattern in patterns for path in sorted(root.glob(pattern))), None)


def _ask_version(command: tuple[str, ...]) -> str:
    try:
        asked = subprocess.run([*command, "-V"], capture_output=True, timeout=20, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (asked.stdout + asked.stderr).decode(errors="replace").strip()


def inspect(root: Path) -> Installation:
    """The Asterisk installed under `root`. Raises LabError naming what is missing or too old."""
    binary = _first(root, "usr/sbin/asterisk", "usr/local/sbin/asterisk", "sbin/asterisk")
    if binary is None:
        raise LabError(
            str(root), "holds no usr/sbin/asterisk: install Asterisk 20 or newer there, or name another root"
        )
    command: tuple[str, ...] = (str(binary),)
    loader = None if root == Path("/") else _first(root, "usr/lib/*/ld-linux*.so.*", "lib/*/ld-linux*.so.*")
    if loader is not None:
        command = (str(loader), "--library-path", str(loader.parent), str(binary))
    said = _ask_version(command)
    version = parse_version(said)
    if version is None:
        raise LabError(str(binary), f"does not run here (it said {said[:200]!r}): install Asterisk 20 or newer")
    if version < OLDEST:
        raise LabError(str(binary), f"is Asterisk {version[0]}.{version[1]}: hotline needs {OLDEST[0]} or newer")
    libraries = ("usr/lib/*", "usr/lib", "usr/lib64", "usr/local/lib")
    module = _first(root, *(f"{library}/asterisk/modules/chan_pjsip.so" for library in libraries))
    if module is None:
        raise LabError(str(root), "its Asterisk has no chan_pjsip.so: install it with PJSIP (Debian: asterisk-modules)")
    sounds = _first(root, "usr/share/asterisk/sounds", "var/lib/asterisk/sounds", "usr/local/share/asterisk/sounds")
    if sounds is None:
        raise LabError(str(root), "its Asterisk has no sounds: install them (Debian: asterisk-core-sounds-en-wav)")
    return Installation(root=root, command=command, version=version, modules=module.parent, program=sounds.parent)


def find(cache: Path, report: Report) -> Installation:
    """The Asterisk to use: `HOTLINE_ASTERISK_ROOT`'s, else the machine's own, else a private one under `cache`.

    The machine's own is passed over, with a line to `report`, when it is too old. The private one is unpacked unless
    it is there, about 15 s. Blocks: call it in a thread. Raises LabError with what to install when there is none.
    """
    if named := os.environ.get(ROOT_VARIABLE):
        return inspect(Path(named).resolve())
    if shutil.which("asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"):
        try:
            return inspect(Path("/"))
        except LabError as error:
            report(said(f"the installed Asterisk is not used: {error}", f"不使用已安装的 Asterisk：{error}"))
    return inspect(unpack_asterisk(cache, report).resolve())
