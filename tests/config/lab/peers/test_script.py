"""A script says what to do, and a wrong one is told where it is wrong."""

import json
from pathlib import Path

import pytest

from config.lab.peers.script import AgentsScript, CallersScript, CallPlan, Digits, ScriptError, read_script


def test_calls_are_read(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    call = {"number": "95000", "caller": "13800001234", "at_s": 0.5, "digits": [{"press": "1", "when": "silence"}]}
    path.write_text(json.dumps({"server": "127.0.0.1:5070", "calls": [call]}))
    script = read_script(path, CallersScript)
    digits = (Digits(press="1", when="silence"),)
    assert script.calls == (CallPlan(number="95000", caller="13800001234", at_s=0.5, digits=digits),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "truncated"),
        ('{"phones": [{"extention": "8003"}]}', r"extention.*\$.phones\[0\]"),
        ('{"phones": [{"extension": 8003}]}', r"\$.phones\[0\].extension"),
        ('{"phones": [{"extension": "8003", "ringing": {"act": "sing"}}]}', r"sing.*\$.phones\[0\].ringing.act"),
        ('{"phones": [{"extension": "8003"}]}', r"\$.phones\[0\].server: missing"),
    ],
)
def test_a_wrong_script_names_file_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "phones.json"
    path.write_text(text)
    with pytest.raises(ScriptError, match=rf"{path}: .*{complaint}"):
        read_script(path, AgentsScript)


def test_a_missing_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=f"{tmp_path}/none.json: cannot be read"):
        read_script(tmp_path / "none.json", CallersScript)
