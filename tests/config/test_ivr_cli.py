"""`hotline ivr`: flows on a hotline that runs, and on one that does not."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.cli import told
from config.db_cli import with_database
from config.ivr_cli import app
from cti.api.operator_pass import FILE
from cti.api.serve import ApiServer
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.people.audit import AuditEntry, AuditTrail
from cti.plan.read import read_file
from cti.plan.store import PlanStore
from tests.cti.api.conftest import _filled, filled, hotline, quick
from tests.cti.api.hotline import ROOT, Hotline

__all__ = ["_filled", "filled", "hotline", "quick"]

FLOW = """\
version: 1
languages: {zh-CN: {}}
start: answer
on: {error: person, limit: person}
steps:
  answer: {action: answer, next: greet}
  greet: {action: say, prompts: [greeting], next: person}
  person: {action: queue}
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, a folder with one flow, no hotline that runs."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    lines = [
        f'[engine]\nvar = "{tmp_path}"',
        f'[plan]\nflows = "{tmp_path / "flows"}"',
        '[[asterisk]]\nname = "a"\nari_password = "x"\nami_secret = "x"\n',
    ]
    (tmp_path / "hotline.toml").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stopped(house: Path) -> Path:
    """The house after its hotline ran once and ended."""

    async def fill(database: Database) -> None:
        await upgrade(database)
        await PlanStore(database).seed(read_file(ROOT / "config/plan.toml"), at=1)

    with_database(f"sqlite+aiosqlite:///{house / 'hotline.db'}", fill)
    return house


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def changes(*words: str) -> list[tuple[str, int, str]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.exception
    return [(one["flow"], one["version"], one["what"]) for one in json.loads(result.output)]


def refused(*words: str) -> str:
    result = run(*words)
    assert isinstance(result.exception, Exception)
    return told(result.exception)


def test_publish_diff_and_rollback_without_a_hotline_that_runs(stopped: Path) -> None:
    file = stopped / "flows" / "main.yaml"
    assert changes("publish", "--note", "first") == [("main", 1, "first")]
    assert changes("publish") == []
    assert run("diff", "main").output == "nothing differs\n"
    file.write_text(FLOW.replace("[greeting]", "[greeting-vip]"))
    shown = run("diff", "main")
    assert shown.exit_code == 1
    assert "+  greet: {action: say, prompts: [greeting-vip], next: person}" in shown.output.splitlines()
    assert changes("publish", str(file)) == [("main", 2, "")]
    assert run("diff", "main", "--since", "1").exit_code == 1
    assert run("diff", "main", "--since", "1", "--until", "1").exit_code == 0
    assert changes("rollback", "main") == [("main", 3, "back to version 1")]
    assert run("show", "main").output == FLOW
    assert "greeting-vip" in run("show", "main", "--version", "2").output
    assert [version for _, version, _ in changes("history", "main")] == [3, 2, 1]
    assert changes("list") == [("main", 3, "back to version 1")]
    (entry, *_) = with_database(f"sqlite+aiosqlite:///{stopped / 'hotline.db'}", _audited)
    assert entry.who.endswith("@local")


async def _audited(database: Database) -> Sequence[AuditEntry]:
    return await AuditTrail(database).newest(subject="main")


def test_what_is_wrong_is_said_with_its_mend(stopped: Path) -> None:
    changes("publish")
    assert "did you mean 'main'?" in refused("show", "mian")
    assert "there is no version 7: name one of 1 to 1" in refused("show", "main", "--version", "7")
    assert "there is no version 0: name one of 1 to 1" in refused("rollback", "main")
    broken = stopped / "flows" / "broken.yaml"
    broken.write_text(FLOW.replace("next: person", "next: nobody"))
    assert "broken.yaml:7: steps.greet.next: there is no step 'nobody'" in refused("publish", str(broken))
    assert changes("list") == [("main", 1, "")]


def test_lint_names_file_line_rule_and_mend(stopped: Path) -> None:
    assert run("lint").output == "every rule is kept\n"
    shutil.copy(ROOT / "tests/ivr/flow/broken/no-star.yaml", stopped)
    found = run("lint", "no-star.yaml")
    assert found.exit_code == 1
    what = "steps.repair.keys: * does not go back here [star-back]: let * lead to the menu before"
    assert found.output == f"no-star.yaml:19: {what}\n"
    (one,) = json.loads(run("lint", "no-star.yaml", "--json").output)
    assert (one["file"], one["line"], one["rule"]) == ("no-star.yaml", 19, "star-back")
    assert "usable" in run("lint", "missing.yaml").output
    assert "does not go back" in refused("publish", "no-star.yaml")
    assert "DL/T 2046" in run("lint", "--rules").output
    assert {"rule", "en", "zh-CN", "source"} == json.loads(run("lint", "--rules", "--json").output)[0].keys()


def test_before_the_first_start_there_is_nothing_to_publish_to(house: Path) -> None:
    assert "hotline db upgrade" in refused("list")


async def test_a_running_hotline_takes_it_in_at_once(house: Path, hotline: Hotline) -> None:
    server = ApiServer(hotline.app, "127.0.0.1", 0)
    await server.start()
    toml = house / "hotline.toml"
    toml.write_text(toml.read_text() + f'[database]\nurl = "sqlite+aiosqlite:///{house / "filled.db"}"\n')
    assert (house / FILE).exists()
    vip = (ROOT / "config/flows/vip.yaml").read_text(encoding="utf-8")
    (house / "vip.yaml").write_text(vip.replace("greeting-vip, recorded-notice", "greeting-vip"))
    try:
        found = await asyncio.to_thread(changes, "publish", str(house / "vip.yaml"), "--note", "shorter")
        assert found == [("vip", 2, "shorter")]
        client = await hotline.signed_in("boss")
        assert (await client.get("/api/v1/flows/vip")).json()["version"] == 2
        assert await asyncio.to_thread(changes, "rollback", "vip") == [("vip", 3, "back to version 1")]
        assert (await client.get("/api/v1/flows/vip")).json()["text"] == vip
        (house / "vip.yaml").write_text("version: 2")
        assert "vip.yaml" in await asyncio.to_thread(refused, "publish", str(house / "vip.yaml"))
    finally:
        await server.stop()


SCRIPT = """\
version: 1
flow: main
calls:
  - name: silence reaches a person
    turns:
      - hear: [greeting]
    end: {queue: service}
"""


def test_scripts_are_played_and_told(stopped: Path) -> None:
    (stopped / "flows" / "tests").mkdir()
    file = stopped / "flows" / "tests" / "main.yaml"
    assert "put a script there" in refused("test")
    file.write_text(SCRIPT)
    result = run("test")
    assert result.exit_code == 0
    assert f"{file}: 1 of 1 calls as they must be" in result.output
    assert "flow main: 3 of 4 ways taken (75%); never taken: on.error" in result.output
    found = json.loads(run("test", "--json").output)
    assert found["calls"][0]["heard"] == ["zh-CN/greeting"]
    assert found["coverage"][0]["missed"] == ["on.error"]
    file.write_text(SCRIPT.replace("[greeting]", "[greeting-vip]"))
    result = run("test")
    assert result.exit_code == 1
    assert "main.yaml:4: silence reaches a person: turn 1: heard [zh-CN/greeting], not [greeting-vip]" in result.output
    file.write_text(SCRIPT.replace("flow: main", "flow: mian"))
    assert "there is no flow 'mian' that can be used: did you mean 'main'?" in refused("test")


def test_a_flow_is_tried_with_keys(monkeypatch: pytest.MonkeyPatch, house: Path) -> None:
    monkeypatch.chdir(house / "flows")
    result = CliRunner().invoke(app, ["try", "main"], input="2\n7\nwhat\n\n1\n#\n")
    assert result.exit_code == 0, result.exception
    assert "zh-CN  您好，欢迎致电示例电力服务热线。  (greeting)" in result.output
    assert "language · menu: key 2" in result.output
    assert "keys 0-9 * #, Enter for silence" in result.output
    assert result.output.endswith("end: queue billing, tier standard, language en, skills {'english': 1}\n")
    left = CliRunner().invoke(app, ["try", "main"], input="")
    assert left.output.endswith("end: left True\n")


def test_a_file_is_tried_as_its_script_beside_it_has_the_world(house: Path) -> None:
    shutil.copytree(ROOT / "config/flows", house / "mine")
    tried = CliRunner().invoke(
        app, ["try", str(house / "mine/securities.yaml"), "--caller", "13800000001"], input="\n0\n"
    )
    assert tried.exit_code == 0, tried.exception
    assert tried.output.endswith("end: queue service, tier standard, language zh-CN\n")
    assert "there is no such flow: did you mean 'main'?" in refused("try", "mian")
    assert "'25:00' is no moment" in refused("try", "main", "--at", "25:00")


def test_a_flow_is_drawn(house: Path) -> None:
    assert run("draw", "main").output.startswith("<svg ")
    assert run("draw", "flows/main.yaml", "--mermaid").output.startswith("flowchart TD\n")
    assert run("draw", "main", "-o", "main.svg").output == ""
    assert (house / "main.svg").read_text() == run("draw", "main").output
    assert "no hotline runs on these settings" in refused("draw", "main", "--counts")
    assert "there is no such flow: did you mean 'main'?" in refused("draw", "mian")


def test_the_language_is_printed_for_editors() -> None:
    done = run("schema")
    found = json.loads(done.output)
    assert found["required"] == ["version", "languages", "start", "on", "steps"]
    assert {"Menu", "LookUp", "Duty", "SubFlow"} <= found["$defs"].keys()
