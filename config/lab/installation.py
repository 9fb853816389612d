"""Which Asterisk the lab runs: one that is installed, or a private one."""

import asyncio
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from config.lab.debian import Report, unpack_asterisk
from config.lab.errors import LabError

ROOT_VARIABLE = "HOTLINE_ASTERISK_ROOT"
"""Names the folder under which an Asterisk is installed (`/` for the machine's own); it is then used and no other."""

OLDEST = (20, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One Asterisk program. `command` starts it (through its own loader when it is private); `version` is (major, minor)."""

    root: Path
    command: tuple[str, ...]
    version: tuple[int, int]
    modules: Path
    program: Path

    @property
    def is_private(self) -> bool:
        """Whether it runs with its own C library instead of the machine's."""
        return len(self.command) > 1


def parse_version(text: str) -> tuple[int, int] | None:
    """(major, minor) of what `asterisk -V` prints; None when it is no version. A build from version control counts as minor 99."""
    if found := re.search(r"Asterisk (?:certified[/-])?(\d+)\.(\d+)", text):
        return int(found.group(1)), int(found.group(2))
    if found := re.search(r"Asterisk GIT-(\d+)", text):
        return int(found.group(1)), 99
    return None


def _first(root: Path, *patterns: str) -> Path | None:
    return next((path for pattern in patterns for path in sorted(root.glob(pattern))), None)


async def inspect(root: Path) -> Installation:
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
    process = await asyncio.create_subprocess_exec(
        *command,
        "-V",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        stdin=asyncio.subprocess.DEVNULL,
    )
    output = (await process.communicate())[0].decode(errors="replace").strip()
    version = parse_version(output)
    if version is None:
        raise LabError(str(binary), f"does not run here (it said {output[:200]!r}): install Asterisk 20 or newer")
    if version < OLDEST:
        raise LabError(str(binary), f"is Asterisk {version[0]}.{version[1]}: hotline needs {OLDEST[0]} or newer")
    module = _first(
        root, *(f"usr/{lib}/asterisk/modules/chan_pjsip.so" for lib in ("lib/*", "lib", "lib64", "local/lib"))
    )
    if module is None:
        raise LabError(
            str(root), "its Asterisk has no chan_pjsip.so: install it with PJSIP (Debian: package asterisk-modules)"
        )
    sounds = _first(root, "usr/share/asterisk/sounds", "var/lib/asterisk/sounds", "usr/local/share/asterisk/sounds")
    if sounds is None:
        raise LabError(
            str(root), "its Asterisk has no sounds: install them (Debian: package asterisk-core-sounds-en-wav)"
        )
    return Installation(root=root, command=command, version=version, modules=module.parent, program=sounds.parent)


async def find(cache: Path, report: Report) -> Installation:
    """The Asterisk to use: `HOTLINE_ASTERISK_ROOT`, else the machine's own if it is new enough, else a private one under `cache`.

    `report` gets lines of progress for people. Raises LabError with what to install when there is none to be had.
    """
    if named := os.environ.get(ROOT_VARIABLE):
        return await inspect(Path(named).resolve())
    if shutil.which("asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"):
        try:
            return await inspect(Path("/"))
        except LabError as error:
            report(f"the installed Asterisk is not used: {error}")
    return await inspect((await unpack_asterisk(cache, report)).resolve())
