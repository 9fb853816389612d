"""The lab on a real Asterisk: it starts, stops, runs beside others, and says what is wrong."""

import asyncio
import dataclasses
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.lab import Installation, Lab, LabError, attach, start
from config.lab.cli import app
from config.lab.process import ended, started_at
from config.lab.state import read_state
from tests.fakes.sip_peer import SipPeer


async def test_it_answers_on_its_console(asterisk: Lab) -> None:
    assert (await asterisk.command("core show version")).startswith("Asterisk ")


async def test_everything_asked_for_was_loaded_without_a_complaint(installation: Installation, tmp_path: Path) -> None:
    async with await start(tmp_path / "fresh", installation=installation) as lab:
        log = (Path(lab.spec.folders.log) / "messages.log").read_text()
        assert "ERROR" not in log
        assert "WARNING" not in log
        assert "Running" in await lab.command("module show like res_agi")
        assert "Running" in await lab.command("module show like app_queue")


async def test_it_answers_options(asterisk: Lab) -> None:
    peer = await SipPeer.open(asterisk.spec.ports.sip)
    dialog = peer.dialog("options@example.invalid")
    dialog.target = dialog.remote = f"sip:127.0.0.1:{asterisk.spec.ports.sip}"
    dialog.local = "<sip:13800000001@127.0.0.1>;tag=1"
    dialog.send("OPTIONS")
    async with asyncio.timeout(10):
        assert (await dialog.response("OPTIONS")).status == 200
    peer.close()


async def test_two_run_side_by_side_on_ports_of_their_own(installation: Installation, tmp_path: Path) -> None:
    one, two = await asyncio.gather(
        start(tmp_path / "one", installation=installation), start(tmp_path / "two", installation=installation)
    )
    async with one, two:
        assert one.spec.ports != two.spec.ports
        assert one.spec.ari.secret != two.spec.ari.secret
        for lab in (one, two):
            assert f"systemname={lab.name}" in (Path(lab.spec.folders.etc) / "asterisk.conf").read_text()
            assert str(lab.spec.ports.sip) in await lab.command("pjsip show transports")


async def test_a_lab_that_runs_is_not_started_twice_and_comes_back_as_it_was(
    installation: Installation, tmp_path: Path
) -> None:
    first = await start(tmp_path / "lab", installation=installation)
    with pytest.raises(LabError, match=rf"lab lab: already runs \(pid {first.pid}\)"):
        await start(tmp_path / "lab", installation=installation)
    known = attach(tmp_path / "lab")
    assert known is not None
    assert known.is_running
    await known.stop()
    assert not first.is_running
    async with await start(tmp_path / "lab", installation=installation) as second:
        assert (second.spec.ports, second.spec.ari) == (first.spec.ports, first.spec.ari)


async def test_its_state_is_for_its_owner_only(asterisk: Lab) -> None:
    assert stat.S_IMODE((asterisk.folder / "lab.json").stat().st_mode) == 0o600
    state = read_state(asterisk.folder)
    assert state is not None
    assert (state.pid, state.spec) == (asterisk.pid, asterisk.spec)


async def test_a_lab_that_ended_says_so(installation: Installation, tmp_path: Path) -> None:
    lab = await start(tmp_path / "gone", installation=installation)
    await lab.stop()
    await lab.stop()
    with pytest.raises(LabError, match="lab gone: does not run: hotline lab up gone"):
        await lab.command("core show version")


async def test_an_asterisk_that_cannot_start_is_named_with_its_own_words(
    installation: Installation, tmp_path: Path
) -> None:
    broken = dataclasses.replace(installation, command=(*installation.command[:-1], "/bin/false"))
    with pytest.raises(LabError, match="lab broken: Asterisk ended while starting"):
        await start(tmp_path / "broken", installation=broken)


async def test_a_folder_that_cannot_be_written_is_named(installation: Installation) -> None:
    with pytest.raises(LabError, match=r"/proc/.*: cannot be written .*: put the lab in a folder of yours"):
        await start(Path("/proc/hotline/lab"), installation=installation)


async def test_one_without_its_modules_is_told_from_one_that_is_slow(
    installation: Installation, tmp_path: Path
) -> None:
    bare = dataclasses.replace(installation, modules=tmp_path)
    with pytest.raises(LabError, match=r"Asterisk (ended while starting|does not listen there): .*log"):
        await start(tmp_path / "bare", installation=bare)


async def test_a_folder_with_a_long_path_works(installation: Installation, tmp_path: Path) -> None:
    async with await start(tmp_path / ("d" * 100) / "deep", installation=installation) as lab:
        assert (await lab.command("core show version")).startswith("Asterisk ")
        assert lab.control.exists()
    assert not lab.control.parent.exists()


async def test_it_ends_with_the_process_that_started_it(installation: Installation, tmp_path: Path) -> None:
    script = """
import asyncio, os, pickle, sys
from pathlib import Path
from config.lab import start
lab = asyncio.run(start(Path(sys.argv[1]), installation=pickle.loads(bytes.fromhex(sys.argv[2]))))
print(lab.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    import pickle

    arguments = [sys.executable, "-c", script, str(tmp_path / "orphan"), pickle.dumps(installation).hex()]
    ran = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, text=True, cwd=os.getcwd())
    pid = int(ran.stdout)
    async with asyncio.timeout(10):
        await ended(pid)
    assert started_at(pid) is None


async def test_the_command_line_starts_shows_and_ends_a_lab(installation: Installation, tmp_path: Path) -> None:
    def run(*arguments: str, status: int = 0) -> str:
        environment = {"HOTLINE_ASTERISK_ROOT": str(installation.root), "COLUMNS": "200"}
        ran = CliRunner().invoke(app, [*arguments, "--folder", str(tmp_path)], env=environment)
        assert ran.exit_code == status, ran.output
        return ran.output

    await asyncio.to_thread(run, "up", "demo")
    (shown,) = json.loads(await asyncio.to_thread(run, "status", "--json"))
    assert (shown["name"], shown["running"], shown["channels"]) == ("demo", True, 0)
    assert "Asterisk" in await asyncio.to_thread(run, "logs", "demo", "-n", "50")
    assert "demo" in await asyncio.to_thread(run, "status")
    assert "lab demo ended" in await asyncio.to_thread(run, "down", "demo")
    assert "lab demo: does not run" in await asyncio.to_thread(run, "down", "demo", status=1)
    (shown,) = json.loads(await asyncio.to_thread(run, "status", "--json"))
    assert (shown["running"], shown["pid"]) == (False, None)


async def test_the_command_line_names_a_lab_that_is_not_there(tmp_path: Path) -> None:
    ran = await asyncio.to_thread(CliRunner().invoke, app, ["down", "nobody", "--folder", str(tmp_path)])
    assert ran.exit_code == 1
    assert "lab nobody: there is none" in ran.stderr
