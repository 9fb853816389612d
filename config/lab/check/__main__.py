"""Check records written before: `python -m config.lab.check`. Exit 0: all accounted for, 1: not, 2: unreadable."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from config.lab.check import CheckError, check, read_ledger, read_peers, read_switch
from config.lab.check.table import show


def main() -> int:
    """Read the records, print the finding, return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m config.lab.check", description="Is every call accounted for?")
    parser.add_argument("--peers", type=Path, nargs="+", required=True, help="logs of the SIP peers (JSON lines)")
    parser.add_argument("--cel", type=Path, required=True, help="Asterisk's call event log (CSV)")
    parser.add_argument("--ledger", type=Path, required=True, help="the ledger as exported (JSON)")
    parser.add_argument("--recordings", type=Path, required=True, help="the recordings' folder")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    arguments = parser.parse_args()
    try:
        verdict = check(
            read_peers(arguments.peers),
            read_switch(arguments.cel),
            read_ledger(arguments.ledger),
            arguments.recordings,
        )
    except CheckError as error:
        print(error, file=sys.stderr)
        return 2
    show(verdict, Console(), arguments.language)
    return verdict.exit_status


if __name__ == "__main__":
    sys.exit(main())
