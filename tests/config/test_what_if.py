"""`hotline replay --with`: a day of a journal under another plan, beside what happened."""

import io
import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from acd import events as e
from acd.simulate.compared import ALL
from config.cli import app
from config.replay_cli import changed_agents
from config.what_if import WhatIf, figures_of, plan_of_day, read_day, targets_of, what_if
from config.what_if_view import show
from cti.journal.files import HEADER
from cti.journal.line import write_line
from cti.plan.read import read_file
from cti.plan.routing import routing
from cti.problems import Refused
from tests.acd.shift import Shift, plan
from tests.acd.simulate.made_day import AGENTS, made_day

PLAN = Path(__file__).parents[1] / "cti" / "plan" / "plan.toml"
NOON = round(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() * 1000)
TIMES = {"at", "since", "expires_at", "pop_until"}


def written(folder: Path, facts: list[e.Fact]) -> Path:
    """A journal that begins at noon."""
    lines = []
    for number, fact in enumerate(facts, start=1):
        names = TIMES & {field.name for field in fields(fact)}
        moved = {name: value + NOON for name in names if (value := getattr(fact, name)) is not None}
        lines.append(write_line(number, replace(fact, **moved)))
    folder.mkdir(exist_ok=True)
    (folder / "facts-1.log").write_bytes(HEADER + b"".join(lines))
    return folder


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("journal"), made_day(1))


@pytest.fixture(scope="module")
def fewer(journal: Path) -> WhatIf:
    day = read_day(journal)
    return what_if(day, changed_agents(plan_of_day(day), day, "-2"), targets_of(None), 4)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["replay", *arguments])


def test_the_check_of_the_method_on_itself_gives_back_the_day(fewer: WhatIf) -> None:
    happened = fewer.happened[ALL].figures()
    for name, value in happened.items():
        found = fewer.again[ALL][name]
        assert found is not None
        assert value == pytest.approx(found.mean, rel=0.01)


def test_a_day_drawn_anew_is_like_the_day(fewer: WhatIf) -> None:
    assert fewer.compared == 21
    assert len(fewer.unlike) <= 4


def test_two_agents_fewer_lose_callers_run_for_run(fewer: WhatIf) -> None:
    assert fewer.change is not None
    change = fewer.change[ALL]["abandoned"]
    assert change is not None
    assert change.mean > 10
    assert change.mean > change.error


def test_json_has_every_figure_with_its_error_beside_what_happened(fewer: WhatIf) -> None:
    figures = json.loads(json.dumps(figures_of(fewer)))
    queue = figures["queues"]["service/vip"]
    assert queue["within_s"] == 20
    assert set(queue) == {"within_s", "happened", "plan_of_that_day", "drawn_anew", "plan", "change"}
    assert set(queue["plan"]["service_level"]) == {"mean", "error"}
    assert figures["patience_seen"]["service/vip"]["gave_up"] > 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (0, ("happened", "this plan", "Check: under the plan", "Assumed:", "Drawn:")),
        (1, ("实际", "此方案", "自检", "假设")),
    ],
)
def test_a_person_reads_the_check_and_what_is_assumed(fewer: WhatIf, language: int, words: tuple[str, ...]) -> None:
    out = io.StringIO()
    show(fewer, Console(file=out, width=160), language)
    for word in words:
        assert word in out.getvalue()


def test_a_new_agent_is_told_with_whose_hours_he_keeps(journal: Path) -> None:
    done = run(str(journal), "--agents", "+1", "--replications", "3", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["hours_of_new_agents"]["new1"] in AGENTS


def test_a_plan_file_is_tried_and_its_promises_are_what_is_in_time(tmp_path: Path) -> None:
    document = read_file(PLAN)
    journal = written(tmp_path / "journal", made_day(2, before=routing(document)))
    edited = tmp_path / "plan.toml"
    edited.write_text(PLAN.read_text(encoding="utf-8").replace("ring_s = 15", "ring_s = 5", 1), encoding="utf-8")
    done = run(str(journal), "--with", str(edited), "--replications", "3", "--json")
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)["queues"]
    assert figures["service/vip"]["within_s"] == document.queues["service"].target("vip").within_s
    assert figures["service/vip"]["plan"]["answered"]["mean"] > 0


def test_a_plan_without_a_queue_of_that_day_is_refused_with_its_name(journal: Path) -> None:
    with pytest.raises(Refused, match=re.escape("the plan has no queue 'service', which")):
        what_if(read_day(journal), plan(*AGENTS, queues=()), targets_of(None), 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("two more", "is no change of agents"),
        ("+2 biling=3", "the plan has no skill 'biling'"),
        ("+1 a=11", "is no change"),
    ],
)
def test_a_change_of_agents_that_does_not_read_names_its_mend(journal: Path, change: str, words: str) -> None:
    day = read_day(journal)
    with pytest.raises(Refused, match=words):
        changed_agents(plan_of_day(day), day, change)


def test_a_day_is_asked_for_by_its_date(journal: Path) -> None:
    here = datetime.fromtimestamp(NOON / 1000).astimezone().date()
    assert len(read_day(journal, here).happened) > 50
    with pytest.raises(Refused, match="nobody waited in a queue on 2001-01-01"):
        read_day(journal, date(2001, 1, 1))


def test_a_journal_whose_first_facts_are_gone_is_refused(tmp_path: Path) -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    lines = [write_line(number, fact) for number, fact in enumerate(shift.history, start=5)]
    (tmp_path / "facts-5.log").write_bytes(HEADER + b"".join(lines))
    with pytest.raises(Refused, match="its first facts are gone"):
        read_day(tmp_path)
