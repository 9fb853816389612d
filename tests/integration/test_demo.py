"""`hotline demo --calls N`: exit 0 when every call is accounted for, 1 when something was broken on purpose."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from config.demo.faults import Fault
from config.lab import Installation

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).parents[2]


async def run_demo(folder: Path, *options: str) -> tuple[int, str]:
    """Run it in a folder of its own, on the Asterisk that the tests have unpacked; status and what it printed."""
    (folder / "var").mkdir()
    (folder / "var" / "asterisk").symlink_to(ROOT / "var" / "asterisk")
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "config",
        "demo",
        *options,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert child.stdout is not None
    printed = (await child.stdout.read()).decode()
    return await child.wait(), printed


async def test_every_call_is_accounted_for(installation: Installation, tmp_path: Path) -> None:
    status, printed = await run_demo(tmp_path, "--calls", "8")
    assert status == 0, printed
    assert "all accounted for" in printed


FOUND = {
    Fault.DROP_FACT: "the ledger calls a visit answered but has no talk",
    # Which of them depends on how long the two exchanged talks were.
    Fault.SWAP_RECORDING: r"(channel [01] of )?recording \S+ (does not hold the tone of|holds|has)",
    Fault.LOSE_CALL: "the ledger does not have this call",
}


@pytest.mark.parametrize("fault", list(Fault))
async def test_what_was_broken_on_purpose_is_found(installation: Installation, tmp_path: Path, fault: Fault) -> None:
    status, printed = await run_demo(tmp_path, "--calls", "6", "--fault", fault)
    assert status == 1, printed
    said = " ".join(printed.split())
    broken = re.search(rf"fault {fault}: .*?(asterisk-[0-9.]+)", said)
    assert broken, printed
    assert re.search(rf"{re.escape(broken[1])}: {FOUND[fault]}", said), printed
