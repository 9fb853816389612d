"""Peers that follow a script, as two processes on the command line."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from config.lab.peers.ports import free_sip_port


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "config.lab.peers",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_callers_end_with_their_last_call_and_agents_when_told(tmp_path: Path) -> None:
    port = free_sip_port()
    (tmp_path / "agents.json").write_text(
        json.dumps({"server": f"127.0.0.1:{port}", "phones": [{"extension": "8001"}, {"extension": "8002"}]})
    )
    calls = [{"number": f"800{n}", "caller": f"1380000000{n}", "at_s": 0.2 * n, "talk_s": 0.3} for n in (1, 2)]
    (tmp_path / "callers.json").write_text(json.dumps({"server": f"127.0.0.1:{port}", "calls": calls}))
    agents_log, callers_log = tmp_path / "agents.jsonl", tmp_path / "callers.jsonl"
    agents = await start("agents", str(tmp_path / "agents.json"), "--log", str(agents_log), "--sip-port", str(port))
    assert agents.stdout is not None
    assert json.loads(await agents.stdout.readline())["event"] == "plugged_in"
    assert json.loads(await agents.stdout.readline())["event"] == "plugged_in"
    callers = await start("callers", str(tmp_path / "callers.json"), "--log", str(callers_log))
    _, complaint = await callers.communicate()
    assert (callers.returncode, complaint) == (0, b"")
    events = [json.loads(line) for line in callers_log.read_text().splitlines()]
    assert [e["peer"] for e in events if e["event"] == "hung_up"] == ["caller-0", "caller-1"]
    agents.send_signal(signal.SIGTERM)
    await agents.communicate()
    assert agents.returncode == 0
    events = [json.loads(line) for line in agents_log.read_text().splitlines()]
    assert {e["peer"] for e in events if e["event"] == "remote_hung_up"} == {"agent-8001", "agent-8002"}


async def test_a_wrong_script_ends_with_its_complaint(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"calls": 3}')
    peers = await start("callers", str(tmp_path / "bad.json"))
    _, complaint = await peers.communicate()
    assert peers.returncode == 2
    assert "$.calls" in complaint.decode()
