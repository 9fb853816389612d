"""`hotline asterisk-config`: the same files the lab gets, for an operator's own Asterisk."""

import os
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer
from rich.console import Console

from config.asterisk.files import foreign, render, write
from config.asterisk.spec import AsteriskSpec, SpecError
from config.asterisk.spec_file import parse, template
from config.lab.errors import LabError
from config.lab.installation import OLDEST, inspect

_out = Console(soft_wrap=True, highlight=False, markup=False)
_err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def asterisk_config(
    folder: Annotated[Path, typer.Argument(help="Where to write the files, e.g. /etc/asterisk.")],
    spec_file: Annotated[
        Path, typer.Option("--spec", help="Description of the Asterisk (TOML); written first if it is not there.")
    ] = Path("asterisk.toml"),
) -> None:
    """Write an Asterisk's configuration files from its description, and print what hotline's settings need."""
    if not spec_file.exists():
        text = _template()
        with open(os.open(spec_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        _err.print(f"wrote {spec_file}: put in your trunk and folders, then run this again to update {folder}")
    try:
        spec = parse(spec_file.read_text(encoding="utf-8"))
        files = render(spec)
        if strangers := foreign(files, folder):
            _err.print(
                f"hotline asterisk-config: {strangers[0]} was not written by hotline ({len(strangers)} such files)"
            )
            _err.print(f"Keep them and begin with an empty folder: mv {folder} {folder}.before && mkdir {folder}")
            raise typer.Exit(1)
        write(files, folder)
    except (SpecError, OSError, UnicodeDecodeError) as error:
        _err.print(f"hotline asterisk-config: {spec_file}: {error}")
        raise typer.Exit(1) from None
    _err.print(f"wrote {len(files)} files to {folder}; restart Asterisk, then put this into hotline's settings:")
    _out.print(_settings(spec))


def _template() -> str:
    try:
        here = inspect(Path("/"))
    except LabError:
        _err.print(f"no Asterisk is installed here: written for {OLDEST[0]}.{OLDEST[1]} in Debian's folders")
        library = PurePosixPath("/usr/lib/x86_64-linux-gnu/asterisk/modules")
        return template(version=OLDEST, modules=library, program=PurePosixPath("/usr/share/asterisk"))
    return template(version=here.version, modules=PurePosixPath(here.modules), program=PurePosixPath(here.program))


def _settings(spec: AsteriskSpec) -> str:
    phones = "" if spec.tls is None else f'phones_url = "wss://{_host(spec.address)}:{spec.ports.https}/ws"\n'
    return f"""\
[[asterisk]]
name = "{spec.name}"
ari_url = "http://{_host(spec.control_address)}:{spec.ports.http}"
ari_user = "{spec.ari.user}"
ari_password = "{spec.ari.secret}"
ami_host = "{spec.control_address}"
ami_port = {spec.ports.ami}
ami_user = "{spec.ami.user}"
ami_secret = "{spec.ami.secret}"
{phones}recordings_dir = "{spec.folders.recordings}"
call_log = "{spec.folders.cel}"

[agi]
port = {spec.ports.agi}"""


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
