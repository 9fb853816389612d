"""What is known against the packages we pin: `pip-audit` for Python's, `npm audit` for the pages'; each is pinned, too.

`python -m tools.advisories` ends with 1 when a package has a known vulnerability or no digest. A service that cannot be
asked from here is told as SKIPPED: that is not passed, and no fault of the checkout either.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.pages import PAGES, npm_program

ROOT = Path(__file__).parents[1]
ALL = ("run", "lab", "dev", "voice", "bench", "audit")
"""The files of pins under `requirements/`."""
ASKED = "dev"
"""The pins that are asked about: what runs, builds and tests."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said of a list of packages."""

    asked: str
    problems: tuple[str, ...] = ()
    skipped: str = ""
    """Why it could not be asked, if so."""


def pins(text: str) -> Iterator[tuple[str, str]]:
    """Each requirement of a file of pins: its first line up to the digests, and all of it."""
    for block in re.split(r"\n(?=[^\s#])", text):
        if block.strip() and not block.startswith("#"):
            yield block.partition(" \\")[0].strip(), block


def unpinned(text: str) -> list[str]:
    """Those requirements that have no exact version or no SHA-256 digest."""
    return [name for name, block in pins(text) if "==" not in name or "--hash=sha256:" not in block]


def undigested(lock: dict[str, Any]) -> list[str]:
    """Those packages of an npm lock file that have no digest."""
    return [name for name, one in lock["packages"].items() if name and not one.get("link") and "integrity" not in one]


def of_pip_audit(output: str) -> Answer:
    """What `pip-audit -f json` found. Where it knows no package it says that none is vulnerable: that is skipped."""
    try:
        found = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        return Answer("pip-audit", skipped="it gave no answer")
    known = [one for one in found if "skip_reason" not in one]
    problems = tuple(
        f"{one['name']} {one['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version'}"
        for one in known
        for each in one["vulns"]
    )
    if found and not known:
        return Answer("pip-audit", skipped=found[0]["skip_reason"])
    missing = len(found) - len(known)
    return Answer(f"pip-audit, {len(known)} packages" + (f", {missing} unknown there" if missing else ""), problems)


def of_npm_audit(output: str) -> Answer:
    """What `npm audit --json` found."""
    try:
        found = json.loads(output)
        counted = found["vulnerabilities"]
    except (ValueError, KeyError):
        return Answer("npm audit", skipped=_why(output))
    return Answer("npm audit", tuple(f"{name}: {one['severity']}, {one['range']}" for name, one in counted.items()))


def _why(output: str) -> str:
    found = re.search(r'"message": "([^"]+)"', output)
    return found[1] if found else "it gave no answer"


def ask_python() -> Answer:
    """pip-audit over the pins, one package first: where that one is unknown the others need not be asked."""
    text = (ROOT / "requirements" / f"{ASKED}.txt").read_text(encoding="utf-8")
    first = _pip_audit(next(block for _, block in pins(text)))
    return first if first.skipped else _pip_audit(text)


def _pip_audit(text: str) -> Answer:
    with tempfile.TemporaryDirectory(prefix="hotline-audit-") as folder:
        file = Path(folder) / "pins.txt"
        file.write_text(text, encoding="utf-8")
        words = ("-r", str(file), "--disable-pip", "--require-hashes", "--progress-spinner", "off", "-f", "json")
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "pip_audit", *words], capture_output=True, text=True, check=False
        )
    return of_pip_audit(done.stdout) if done.stdout else Answer("pip-audit", skipped=_last(done.stderr))


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]


def ask_npm() -> Answer:
    """npm audit over the pages' lock file."""
    done = subprocess.run(  # noqa: S603
        [*npm_program(), "audit", "--json"], cwd=PAGES, capture_output=True, text=True, check=False
    )
    return of_npm_audit(done.stdout)


def main() -> int:
    """Say everything, line by line."""
    bad = [
        f"requirements/{name}.txt: {one}: no exact version with its digest: make lock"
        for name in ALL
        for one in unpinned((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))
    ]
    lock = json.loads((PAGES / "package-lock.json").read_text(encoding="utf-8"))
    bad += [f"cti/pages/package-lock.json: {one}: no digest: npm install" for one in undigested(lock)]
    if not bad:
        print("every package is pinned with its digest")
    for answer in (ask_python(), ask_npm()):
        if answer.skipped:
            print(f"SKIPPED {answer.asked}: {answer.skipped}")
        elif not answer.problems:
            print(f"{answer.asked}: nothing known against them")
        bad += answer.problems
    for one in bad:
        print(one, file=sys.stderr)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
