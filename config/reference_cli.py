"""`hotline reference`: the settings' own words, as a page or as a file to begin with."""

from typing import Annotated

import typer

from config.reference import example, page


def reference(
    toml: Annotated[bool, typer.Option("--toml", help="An example hotline.toml instead of the page.")] = False,
) -> None:
    """Print the reference of the settings (Markdown), or an example file."""
    print(example() if toml else page(), end="")
