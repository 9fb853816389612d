"""`python -m bench [PART …] [--json FILE]`: run the parts, show tables, write figures; exit 1 on a missed aim."""

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path

from rich.console import Console

PARTS = ("decisions", "folding", "speed", "truth", "desk", "sessions", "scripts", "hostile", "soak", "waiting")
ASKED_FOR = ("browser", "keys")
"""Parts that need more than this checkout, an Asterisk and a Chromium, and run only when they are named."""


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench", description="How fast the router is, and how right.")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}, all of them unless named; {', '.join(ASKED_FOR)}"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, pictures beside it")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long soak goes on (2; an hour says more)")
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second of soak (20)")
    asked = parser.parse_args()
    for part in asked.parts:
        if part not in (*PARTS, *ASKED_FOR):
            parser.error(f"there is no part {part!r}: known are {', '.join((*PARTS, *ASKED_FOR))}")
    out = Console()
    reports = []
    for part in asked.parts or PARTS:
        how = {"minutes": asked.minutes, "rate": asked.rate} if part == "soak" else {}
        report = importlib.import_module(f"bench.{part}").report(**how)
        report.show(out)
        reports.append(report)
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        machine = {"python": platform.python_version(), "cores": os.cpu_count()}
        figures = {"machine": machine, "parts": [report.as_json() for report in reports]}
        for report in reports:
            if report.picture:
                asked.json.with_name(f"{asked.json.stem}-{report.part}.svg").write_text(
                    report.picture, encoding="utf-8"
                )
        asked.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if all(report.is_met for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
