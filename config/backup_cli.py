"""`hotline backup` and `hotline restore`."""

from pathlib import Path
from typing import Annotated

import typer

from config.backup import lines_of, make, put_back
from config.options import Config, settings_of


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, such as hotline.tar.gz; it holds secrets.")],
    config: Config = None,
) -> None:
    """Copy journal, database, settings and sessions into one archive, also while hotline runs."""
    here = Path("hotline.toml")
    settings_file = config if config is not None else here if here.exists() else None
    for line in lines_of(make(settings_of(config), settings_file, file)):
        print(line)


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that hotline backup wrote.")],
    config: Config = None,
) -> None:
    """Put a backup back where the settings say; refused where something is. Then: hotline run."""
    for line in lines_of(put_back(settings_of(config), file)):
        print(line)
