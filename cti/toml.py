"""TOML as people write it by hand: `tomllib`, with one error for everything it cannot read."""

import tomllib
from typing import Any


class TomlWrong(ValueError):
    """A text that is no TOML, or one that nobody writes by hand; says where and why."""


def read_toml(text: str) -> dict[str, Any]:
    """The values of a TOML text. Raises TomlWrong."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlWrong("brackets stand inside each other without end") from None
    except ValueError as error:
        # tomllib lets some of Python's own errors through, as for a whole number of more than 4,300 digits.
        raise TomlWrong(str(error).splitlines()[0]) from None
