"""Options that several subcommands share."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from config.language import said
from config.settings import Settings, load

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar="HOTLINE_CONFIG",
        help="The settings' TOML file; else hotline.toml here, if any.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def settings_of(config: Path | None) -> Settings:
    """The settings in the file named, in ./hotline.toml, or in the environment alone. Raises SettingsError."""
    here = Path("hotline.toml")
    return load(config if config is not None else here if here.exists() else None)


def typed(what: str) -> str:
    """Something secret: typed twice at a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    while True:
        secret = str(typer.prompt(what, hide_input=True))
        if secret == typer.prompt(said("Once more", "再输一次"), hide_input=True):
            return secret
        print(said("The two differ.", "两次输入不同。"), file=sys.stderr)
