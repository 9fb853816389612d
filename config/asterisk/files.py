"""All files of one Asterisk together, and how they reach the disk."""

import os
from pathlib import Path

from config.asterisk.cel import render_cel
from config.asterisk.dialplan import render_dialplan
from config.asterisk.ini import MARK
from config.asterisk.modules import render_modules
from config.asterisk.pjsip import render_pjsip
from config.asterisk.services import render_services
from config.asterisk.spec import AsteriskSpec


def render(spec: AsteriskSpec) -> dict[str, str]:
    """Every configuration file, by its path relative to Asterisk's configuration folder. Pure: same spec, same text."""
    return {
        **render_services(spec),
        **render_modules(spec),
        **render_pjsip(spec),
        **render_dialplan(spec),
        **render_cel(spec),
    }


def foreign(files: dict[str, str], folder: Path) -> list[Path]:
    """Those of `files` that are in `folder` already and were not written by hotline."""
    there = (folder / name for name in files)
    return [path for path in there if path.exists() and MARK not in path.read_text(encoding="utf-8", errors="replace")]


def write(files: dict[str, str], folder: Path) -> None:
    """Write the files into `folder`, each whole or not at all. They hold secrets: only their owner may read them.

    Written by root into somebody's folder they become his and his group's, so that an Asterisk under its own user can
    read them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    owner = folder.stat()
    for name, text in files.items():
        target = folder / name
        beside = target.with_name(f".{target.name}.new")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
            if os.geteuid() == 0 != owner.st_uid:
                os.fchown(stream.fileno(), owner.st_uid, owner.st_gid)
                os.fchmod(stream.fileno(), 0o640)
        beside.replace(target)
