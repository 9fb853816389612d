"""A record that cannot be read says where it is wrong; the command says so with its exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config.lab.check import CheckError, read_ledger, read_peers, read_switch
from config.lab.check.audio import listen
from tests.config.lab.check.scene import scene


def test_peers_log_names_file_and_line(tmp_path: Path) -> None:
    log = tmp_path / "peers.jsonl"
    with pytest.raises(CheckError, match=f"{log}: the peers' log cannot be read"):
        read_peers([log])
    log.write_text('{"at": 1, "peer": "caller-0", "event": "registered"}\n{"at": 1\n')
    with pytest.raises(CheckError, match=f"{log}, line 2: no JSON"):
        read_peers([log])
    log.write_text('{"at": 1, "peer": "caller-0", "event": "answered", "call_id": "x"}\n')
    with pytest.raises(CheckError, match=f"{log}, line 1: answered"):
        read_peers([log])


def test_call_events_name_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=r"none\.csv: Asterisk's call event log cannot be read"):
        read_switch(tmp_path / "none.csv")
    (tmp_path / "cel.csv").write_text('"CHAN_START","1.0"\n')
    with pytest.raises(CheckError, match=r"cel\.csv: line 1 has 2 columns"):
        read_switch(tmp_path / "cel.csv")


def test_a_call_event_with_a_broken_extra_is_named(tmp_path: Path) -> None:
    told = scene(["answered"])
    told.switch[1]["extra"] = "{"
    with pytest.raises(CheckError, match=r"HOTLINE_CONTACT of PJSIP/trunk-00000000: extra '{'"):
        told.judge(tmp_path)


def test_ledger_names_the_key() -> None:
    with pytest.raises(CheckError, match=r"ledger: .*`started_at` - at `\$.contacts\[0\]`"):
        read_ledger(json.dumps({"contacts": [{"contact": "x", "sip_call_id": "y"}]}).encode())


def test_sound_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_text("not sound")
    with pytest.raises(CheckError, match=r"x\.wav: is no sound file"):
        listen(tmp_path / "x.wav")


@pytest.mark.parametrize(("damaged", "language", "status", "said"), [
    (False, "en", 0, "all accounted for"),
    (True, "en", 1, "does not have this call [peers: caller-1 dialled 95000"),
    (True, "zh", 1, "台账中没有此来电 [对端: caller-1 拨打 95000"),
])  # fmt: skip
def test_the_command_prints_the_finding(tmp_path: Path, damaged: bool, language: str, status: int, said: str) -> None:
    told = scene(["answered", "abandoned"])
    if damaged:
        told.ledger["contacts"].pop()
    told.judge(tmp_path)
    command = [sys.executable, "-m", "config.lab.check", "--peers", "peers.jsonl", "--cel", "cel.csv"]
    command += ["--ledger", "ledger.json", "--recordings", "recordings", "--language", language]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (status, "")
    assert said in done.stdout
    (tmp_path / "ledger.json").write_text("{}")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "contacts" in done.stderr
