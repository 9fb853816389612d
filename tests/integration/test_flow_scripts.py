"""The scripts of a flow as real calls: SIP, keys and prompts come to what the virtual line came to."""

from pathlib import Path
from typing import Any

from config.flow_house import house_of
from config.flow_live import played_live
from config.lab import Lab
from ivr.flow.document import read
from ivr.flow.scripts.document import Script, script_of

SUPPLIED = Path(__file__).parents[2] / "config" / "flows" / "tests"
CALLS = """\
version: 1
flow: complaint
calls:
  - name: English by key
    caller: "13800000002"
    given: {customers: [{id: C2, numbers: ["13800000002"], tier: gold}]}
    turns:
      - hear: [greeting-complaint, recorded-notice, zh-CN/language-choice, en/language-choice]
        press: "2"
      - hear: [en/to-complaint]
    end: {queue: complaint, language: en, customer: C2, tier: gold}

  - name: hung up in the greeting
    turns:
      - hear: [greeting-complaint]
        hang_up: true
    end: {left: true}

  - name: what cannot be played loses nobody
    given: {fails: [recorded-notice]}
    end: {queue: complaint}

  - name: a script that expects what does not happen
    turns:
      - press: "1"
    end: {queue: complaint, language: en}
"""


async def test_real_calls_come_to_what_the_virtual_line_came_to(
    asterisk: Lab, reactor: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    script: Script = script_of(read(str(SUPPLIED / "real.yaml"), CALLS))
    stage = house_of(None).stage([script])
    virtual = stage.play(script)
    (real,) = (await played_live(stage, [script], asterisk, reactor)).values()
    assert [one.problems for one in real] == [one.problems for one in virtual]
    assert [one.heard for one in real] == [one.heard for one in virtual]
    assert [one.ways for one in real] == [one.ways for one in virtual]
    assert [one.steps for one in real] == [one.steps for one in virtual]
    assert [bool(one.problems) for one in real] == [False, False, False, True]
