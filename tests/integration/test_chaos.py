"""The short form of the chaos run: four faults while real calls flow, every call accounted for."""

from pathlib import Path

import pytest

from config.lab import Installation
from config.lab.chaos.blow import Fault
from config.lab.chaos.page import figures, write_page
from config.lab.chaos.run import Course, chaos

pytestmark = pytest.mark.timeout(240)
FAULTS = (Fault.KILL, Fault.FREEZE, Fault.CUT_ARI, Fault.KILL_ASTERISK)
COURSE = Course(kills=len(FAULTS), contacts=12, seed=4, faults=FAULTS, long=False)


async def test_killed_frozen_cut_off_and_without_asterisk_every_call_is_accounted_for(
    installation: Installation, tmp_path: Path
) -> None:
    finding = await chaos(tmp_path / "chaos", installation, COURSE, lambda line: None)
    assert not finding.stopped
    assert not finding.wrong, "\n".join(one.text() for one in finding.wrong)
    known = figures(finding)
    assert known["live_least"] >= COURSE.contacts
    assert known["blows"] == dict.fromkeys(FAULTS, 1)
    assert known["lost"] == {"Asterisk was restarted": sum(known["lost"].values())}
    assert known["visits"]["answered"] > 0
    assert known["switched_over"]["times"] == 1
    write_page(finding, COURSE, tmp_path / "page.html")
    assert "每通来电都有交代" in (tmp_path / "page.html").read_text(encoding="utf-8")
