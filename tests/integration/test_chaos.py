"""The short form of the chaos run: three faults while real calls flow, every call accounted for."""

from pathlib import Path

import pytest

from config.lab import Installation
from config.lab.chaos.blow import Fault
from config.lab.chaos.page import figures, write_page
from config.lab.chaos.run import Course, chaos

pytestmark = pytest.mark.timeout(240)
COURSE = Course(kills=3, contacts=12, seed=4, faults=(Fault.KILL, Fault.FREEZE, Fault.CUT_ARI), long=False)


async def test_killed_frozen_and_cut_off_every_call_is_accounted_for(
    installation: Installation, tmp_path: Path
) -> None:
    finding = await chaos(tmp_path / "chaos", installation, COURSE, lambda line: None)
    assert not finding.wrong, "\n".join(one.text() for one in finding.wrong)
    known = figures(finding)
    assert known["live_least"] >= COURSE.contacts
    assert sum(known["blows"].values()) == COURSE.kills
    assert known["visits"]["answered"] > 0
    write_page(finding, COURSE, tmp_path / "page.html")
    assert "每通来电都有交代" in (tmp_path / "page.html").read_text(encoding="utf-8")
