"""`hotline plan apply`: a file goes into the hotline that runs, through its API, and what differs is told."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from config.plan_cli import _apply
from cti.api.operator_pass import FILE, Pass, read_pass
from cti.api.serve import ApiServer
from cti.plan.read import PlanError, values_of
from cti.problems import Refused
from tests.cti.api.conftest import _filled, filled, hotline, quick
from tests.cti.api.hotline import ROOT, Hotline

__all__ = ["_filled", "filled", "hotline", "quick"]

TEXT = (ROOT / "config/plan.toml").read_text(encoding="utf-8")
AGENT_B = 'name = "坐席乙"'


@pytest_asyncio.fixture
async def pass_(hotline: Hotline) -> AsyncIterator[Pass]:
    served = ApiServer(hotline.app, "127.0.0.1", 0)
    await served.start()
    yield read_pass(hotline.parts.sessions.file.with_name(FILE))
    await served.stop()


def written(tmp_path: Path, *changed: tuple[str, str]) -> Path:
    """The plan in force as a TOML file, changed."""
    text = TEXT
    for old, new in changed:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    return tmp_path / "plan.toml"


async def test_a_file_is_put_in_force_and_each_key_that_differs_is_told(
    hotline: Hotline, pass_: Pass, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = hotline.parts.plan().version
    await _apply(pass_, written(tmp_path, (AGENT_B, 'name = "新乙"')), dry_run=False)
    assert capsys.readouterr().out == (
        f"plan version {version + 1} is in force. Changed:\n  agents.1002.name: 坐席乙 -> 新乙\n"
    )
    assert hotline.parts.plan().agents["1002"].name == "新乙"
    (entry, *_) = await hotline.parts.audit.newest(limit=1)
    assert (entry.who, entry.act) == ("operator@local", "change_plan")


async def test_a_dry_run_tells_and_changes_nothing(
    hotline: Hotline, pass_: Pass, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = hotline.parts.plan().version
    await _apply(pass_, written(tmp_path, (AGENT_B, 'name = "新乙"')), dry_run=True)
    assert "DRY RUN, nothing is changed" in (told := capsys.readouterr().out)
    assert "agents.1002.name: 坐席乙 -> 新乙" in told
    assert hotline.parts.plan().version == version


async def test_a_file_that_says_what_is_in_force_changes_nothing(
    hotline: Hotline, pass_: Pass, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    version = hotline.parts.plan().version
    await _apply(pass_, written(tmp_path), dry_run=False)
    assert capsys.readouterr().out == f"方案版本 {version} 已是如此\n"
    assert hotline.parts.plan().version == version


async def test_a_mistake_is_named_with_file_line_and_key(hotline: Hotline, pass_: Pass, tmp_path: Path) -> None:
    file = written(tmp_path, ('queue = "service"', 'queue = "servise"'))
    with pytest.raises(PlanError) as refused:
        await _apply(pass_, file, dry_run=False)
    assert [problem.place.rpartition(":")[2] for problem in refused.value.problems] == [" access_numbers.95000.queue"]
    assert str(refused.value).startswith(f"{file}:")


async def test_what_cannot_be_now_is_refused_by_the_hotline(hotline: Hotline, pass_: Pass, tmp_path: Path) -> None:
    hotline.call()
    hotline.queue("pbx1-1.1", tier="vip")
    values = values_of(hotline.parts.plan())
    del values["tiers"]["vip"]
    values["access_numbers"] = {number: one | {"tier": "standard"} for number, one in values["access_numbers"].items()}
    values["overload"]["reserve"] = {}
    for queue in values["queues"].values():
        queue["targets"].pop("vip", None)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(values), encoding="utf-8")
    for dry_run in (True, False):
        with pytest.raises(Refused, match="contacts of tier 'vip' wait"):
            await _apply(pass_, file, dry_run=dry_run)


async def test_json_keeps_the_seed_that_it_does_not_show_and_says_what_it_was_made_from(
    hotline: Hotline, pass_: Pass, tmp_path: Path
) -> None:
    values = values_of(hotline.parts.plan())
    seed = values["sampling"].pop("seed")
    values["pop_ms"] = 200
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(values), encoding="utf-8")
    await _apply(pass_, file, dry_run=False)
    assert (hotline.parts.plan().pop_ms, hotline.parts.plan().sampling.seed) == (200, seed)
    with pytest.raises(Refused, match=f"made from version {values['version']}, but version"):
        await _apply(pass_, file, dry_run=False)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sampling": 1}'])
async def test_what_is_no_plan_in_json_is_said_to_be_none(pass_: Pass, tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match="is no plan in JSON: write it with"):
        await _apply(pass_, tmp_path / "plan.json", dry_run=False)
