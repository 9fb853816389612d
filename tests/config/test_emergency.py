"""`hotline emergency` on a hotline that is down: the switch is in the journal, and its next start finds it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner

from acd import events as e
from acd.floor import Floor
from acd.plan import Emergency, Plan, Queue
from config.cli import app
from config.emergency import fallback_of_emergencies, tell_asterisks
from config.emergency_cli import rehearsed, told
from config.settings import Settings
from cti.journal.files import JournalFiles
from cti.journal.line import write_line
from cti.plan.read import read_file, read_values, values_of
from cti.plan.routing import routing
from tests.acd.shift import STANDARD
from tests.config.written import settings_in
from tests.fakes.house import HERE

SERVICE = Queue(name="service", emergency=Emergency(queue="reserve", announcement="prompt:apology"))
PLAN = Plan(
    tiers={"standard": STANDARD},
    queues={"service": SERVICE, "reserve": replace(SERVICE, name="reserve", emergency=None)},
)


def run(settings: Settings, *words: str) -> tuple[int, str]:
    file = settings.engine.var.parent / "hotline.toml"
    answer = CliRunner().invoke(app, ["emergency", *words, "--config", str(file)])
    return answer.exit_code, answer.output + (str(answer.exception) if answer.exception else "")


@pytest.fixture
def stopped(tmp_path: Path) -> Settings:
    """A hotline that was ended while a caller waited."""
    settings = settings_in(tmp_path / "house")
    journal = JournalFiles(settings.journal_folder)
    floor = journal.open().floor
    for event in (
        e.PlanChanged(at=1, plan=PLAN),
        e.ContactStarted(at=1, contact="c", asterisk="pbx", channel="c", access="95000", caller=""),
        e.ContactQueued(at=1, contact="c", queue="service", tier="standard", since=1),
    ):
        first = floor.number + 1
        floor.apply(event)
        journal.append(first, [write_line(number, fact) for number, fact in enumerate(floor.facts, start=first)])
    journal.close()
    return settings


def test_a_hotline_that_is_down_finds_the_switch_at_its_start_and_moves_everybody_then(stopped: Settings) -> None:
    code, said = run(stopped, "on", "service", "--why", "flood")
    assert "hotline is down: the switch is in the journal" in said, (code, said)
    journal = JournalFiles(stopped.journal_folder)
    floor = journal.open().floor
    switched = floor.state.emergencies["service"]
    assert (switched.to, switched.who, switched.why) == ("queue", "operator@local", "flood")
    assert floor.contacts["c"].queue == "service"
    floor.apply(e.LinkUp(at=floor.at, asterisk="pbx"))
    assert (floor.contacts["c"].queue, floor.contacts["c"].since) == ("reserve", 1)
    journal.close()
    assert "the switch is in the journal" in run(stopped, "off", "service")[1]


def test_what_does_not_fit_and_a_journal_in_use_are_refused_in_words(stopped: Settings) -> None:
    assert "has no emergency way 'mobiles'" in run(stopped, "on", "service", "--to", "mobiles")[1]
    assert "not switched over" in run(stopped, "off", "service")[1]
    assert "no hotline runs" in run(stopped, "on", "service", "--drill")[1]
    held = (
        "import os, sys; os.lockf(os.open(sys.argv[1], os.O_RDWR), os.F_TLOCK, 0); print(flush=True); sys.stdin.read()"
    )
    lock = str(stopped.journal_folder / "lock")
    with subprocess.Popen([sys.executable, "-c", held, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert "does not answer" in run(stopped, "on", "service")[1]
        other.communicate()


def test_asterisk_is_told_whose_phones_ring_together_and_asked_in_the_language_of_each_line() -> None:
    values = values_of(read_file(HERE / "plan.toml"))
    for agent, number in (("1001", "13900000001"), ("1002", "13900000002"), ("1003", "13900000003")):
        values["agents"][agent]["numbers"] = [number]
    label = {"zh-CN": "应急", "en": "Night"}
    values["groups"] = {"night": {"label": label, "agents": ["1003", "1002"]}}
    values["queues"]["service"]["emergency"] = {"mobiles": ["night", "1001"]}
    values["access_numbers"]["95001"]["language"] = "en"
    plan = read_values(values, "a plan")
    floor = Floor()
    floor.apply(e.PlanChanged(at=1, plan=routing(plan)))
    floor.apply(e.EmergencySwitchedOn(at=1, queue="service", to=e.EmergencyWay.MOBILES, who="lead"))
    told = fallback_of_emergencies(floor, plan, lambda prompt, language, values: [f"{language}/{prompt}"])
    assert told["HOTLINE_MOBILES_95000"] == "13900000003&13900000002-13900000001"
    assert (told["HOTLINE_ACCEPT_95000"], told["HOTLINE_ACCEPT_95001"]) == ("zh-CN/duty-accept", "en/duty-accept")
    assert told["HOTLINE_TAKEN_95001"] == "en/duty-taken"
    floor.apply(e.EmergencySwitchedOff(at=1, queue="service", who="lead"))
    assert not any(fallback_of_emergencies(floor, plan, lambda *said: ["x"]).values())


@pytest.mark.parametrize("switched", [None, {"to": "queue", "since": 0, "who": "lead", "why": "flood"}])
def test_a_queue_in_a_line(switched: dict[str, object] | None) -> None:
    view = json.loads(json.dumps({"queue": "service", "ways": ["queue", "announcement"], "switched": switched}))
    line = told(view)
    assert line.startswith("service: switched over to another queue" if switched else "service: as usual")
    assert line.endswith("by lead (flood)" if switched else "prepared: another queue, an announcement")


@pytest.mark.parametrize(
    ("answered", "why"), [(401, "401 Unauthorized"), (503, "503 Service Unavailable"), (None, "Cannot connect")]
)
async def test_an_asterisk_that_cannot_be_told_is_named_with_the_reason_and_no_number(
    stopped: Settings, answered: int | None, why: str
) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=answered or 500)

    runner = web.AppRunner(app := web.Application())
    app.router.add_post("/ari/asterisk/variable", refuse)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    if not answered:
        await runner.cleanup()
    (one,) = stopped.asterisk
    settings = stopped.model_copy(update={"asterisk": (one.model_copy(update={"ari_url": url}),)})
    failed = await tell_asterisks(settings, {"HOTLINE_MOBILES_95000": "13900000001"})
    await runner.cleanup()
    assert why in failed["pbx"]
    assert "13900000001" not in failed["pbx"]
    assert "MOBILES" not in failed["pbx"]


@pytest.mark.parametrize("language", ["en_US.UTF-8", "zh_CN.UTF-8"])
def test_a_drill_says_of_each_way_what_becomes_of_the_callers(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setenv("LC_ALL", language)

    def line(to: str, *, on: bool) -> str:
        counts = {"moved": 3, "rings": 1, "talks": 2, "callbacks": 0, "warnings": []}
        return rehearsed({"queue": "service", "on": on, "to": to, **counts})

    chinese = language.startswith("zh")
    stay, go, leave = ("留在原位", "转去", "不再排队") if chinese else ("stay at their place", "go there", "no longer")
    for to, own in (("mobiles", stay), ("queue", go), ("announcement", leave)):
        over = line(to, on=True)
        assert [one for one in (stay, go, leave) if one in over] == [own]
        assert "3 位来电者" in over or "3 callers" in over
        seats = "座位上重新签入" if chinese else "sign in again at their seats"
        assert (seats in line(to, on=False)) == (to == "mobiles")
