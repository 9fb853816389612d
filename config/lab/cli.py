"""`hotline lab`: a private Asterisk on this machine, by name."""

import asyncio
import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from config.lab.chaos.cli import chaos
from config.lab.errors import LabError
from config.lab.lab import Lab, attach
from config.lab.launch import start
from config.lab.load.cli import load, waiting
from config.language import said
from config.sections import NAME

app = typer.Typer(help="A private Asterisk on loopback: start it, look at it, end it.", no_args_is_help=True)
app.command()(load)
app.command()(waiting)
app.command()(chaos)


def _name(name: str) -> str:
    """The name of a folder, and never the way to one."""
    if not re.fullmatch(NAME, name):
        raise LabError(f"lab {name[:40]!r}", "is no name: use 1 to 32 letters, digits, _ and -")
    return name


Name = Annotated[str, typer.Argument(help="The lab's name; several run side by side.", callback=_name)]
Folder = Annotated[
    Path, typer.Option("--folder", help="Where labs are kept, a folder each.", envvar="HOTLINE_LAB_FOLDER")
]
_DEFAULT_FOLDER = Path("var/lab")

_out = Console()
_err = Console(stderr=True)


def _fail(error: LabError) -> typer.Exit:
    _err.print(f"hotline lab: {error}", highlight=False, markup=False, soft_wrap=True, style="red")
    return typer.Exit(1)


@app.command()
def up(name: Name = "lab", folder: Folder = _DEFAULT_FOLDER) -> None:
    """Start an Asterisk of its own and leave it running."""
    try:
        lab = asyncio.run(
            start(
                folder / name,
                outlive=True,
                report=lambda line: _err.print(line, highlight=False, markup=False, style="dim"),
            )
        )
    except LabError as error:
        raise _fail(error) from None
    _out.print(_picture([lab]))
    _out.print(said("its ports and secrets:", "端口与密钥"), lab.folder / "lab.json", highlight=False, soft_wrap=True)
    _out.print(said("to end it:", "结束"), f"hotline lab down {name}", highlight=False)


@app.command()
def down(name: Name = "lab", folder: Folder = _DEFAULT_FOLDER) -> None:
    """End that Asterisk and wait until it is gone; its folder stays."""
    try:
        lab = _known(folder, name)
        if not lab.is_running:
            raise LabError(
                said(f"lab {name}", f"实验环境 {name}"),
                said("does not run, there is nothing to end", "未在运行，无须结束"),
            )
        asyncio.run(lab.stop())
    except LabError as error:
        raise _fail(error) from None
    _out.print(said(f"lab {name} ended", f"实验环境 {name} 已结束"), highlight=False)


@app.command()
def status(
    folder: Folder = _DEFAULT_FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Every lab here: whether it runs, its ports, its calls."""
    try:
        labs = [lab for path in sorted(folder.glob("*/lab.json")) if (lab := attach(path.parent)) is not None]
    except LabError as error:
        raise _fail(error) from None
    if as_json:
        _out.print_json(json.dumps([_figures(lab) for lab in labs]))
    elif labs:
        _out.print(_picture(labs))
    else:
        _out.print(
            said(f"no lab in {folder}: hotline lab up", f"{folder} 中没有实验环境：hotline lab up"), highlight=False
        )


@app.command()
def logs(
    name: Name = "lab",
    folder: Folder = _DEFAULT_FOLDER,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many lines from the end.")] = 40,
) -> None:
    """The end of that Asterisk's log."""
    try:
        lab = _known(folder, name)
    except LabError as error:
        raise _fail(error) from None
    path = Path(lab.spec.folders.log) / "messages.log"
    if not path.exists():
        raise _fail(LabError(str(path), "has not been written: the lab never got as far as its log"))
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]:
        _out.print(line, markup=False, highlight=False, soft_wrap=True)


def _known(folder: Path, name: str) -> Lab:
    lab = attach(folder / name)
    if lab is None:
        raise LabError(f"lab {name}", f"there is none in {folder}: hotline lab up {name}")
    return lab


def _figures(lab: Lab) -> dict[str, object]:
    ports = lab.spec.ports
    return {
        "name": lab.name,
        "running": lab.is_running,
        "pid": lab.pid if lab.is_running else None,
        "asterisk": ".".join(map(str, lab.spec.version)),
        "address": lab.spec.address,
        "sip": ports.sip,
        "http": ports.http,
        "ami": ports.ami,
        "agi": ports.agi,
        "rtp": [ports.rtp_first, ports.rtp_last],
        "channels": asyncio.run(_channels(lab)) if lab.is_running else 0,
        "folder": str(lab.folder),
    }


async def _channels(lab: Lab) -> int:
    # "0 active channels", "0 active calls", …
    return int((await lab.command("core show channels count")).split()[0])


def _picture(labs: list[Lab]) -> Table:
    heads = (
        said("lab", "实验环境"),
        said("state", "状态"),
        "SIP",
        "ARI",
        "AMI",
        "AGI",
        "RTP",
        said("channels", "通道"),
    )
    table = Table(*heads, box=SIMPLE_HEAD)
    for lab in labs:
        row = _figures(lab)
        runs, ended = said("runs", "运行中"), said("ended", "已结束")
        state = f"[green]{runs}[/], pid {row['pid']}" if row["running"] else f"[dim]{ended}[/]"
        ports = [str(row[key]) for key in ("sip", "http", "ami", "agi")]
        rtp = f"{lab.spec.ports.rtp_first}-{lab.spec.ports.rtp_last}"
        table.add_row(lab.name, state, *ports, rtp, str(row["channels"]))
    return table
