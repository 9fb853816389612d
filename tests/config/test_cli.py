"""The command line: quick help, errors in one line with exit status 1, figures as JSON."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher

from config import cli
from config.db_cli import with_database
from config.terminal import shown
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.people import passwords
from cti.people.audit import AuditTrail
from cti.people.second_factors import SecondFactors
from cti.people.users import Users
from cti.plan.read import read_file
from cti.plan.store import PlanStore
from cti.problems import Problem, Refused

ROOT = Path(__file__).parents[2]
THERE = list(cli.SUBS)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings in the environment, everything written under the test's folder, quick hashes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    monkeypatch.setenv("HOTLINE_ASTERISK", '[{"name": "pbx1", "ari_password": "one", "ami_secret": "two"}]')
    monkeypatch.setenv("HOTLINE_ENGINE__VAR", str(tmp_path / "var"))
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


class Console:
    """Runs commands and keeps what they said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.out = ""
        self.err = ""

    def run(self, *words: str, typed: str = "") -> int:
        """Run `hotline WORDS`; its exit status."""
        self._monkeypatch.setattr(sys, "argv", ["hotline", *words])
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        self.out, self.err = self._capsys.readouterr()
        return int(ended.value.code or 0)


@pytest.fixture
def hotline(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(monkeypatch, capsys)


def test_help_names_every_subcommand(hotline: Console) -> None:
    assert hotline.run("--help") == 0
    for name in THERE:
        assert f"│ {name} " in hotline.out


def test_help_is_quick_because_it_loads_none_of_them() -> None:
    told = """
import sys
from config.cli import main
sys.argv = ["hotline", "--help"]
try:
    main()
except SystemExit:
    print([name for name in ("twisted", "sqlalchemy", "fastapi", "aiohttp", "pydantic") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", THERE)
def test_each_subcommand_has_help_of_its_own(hotline: Console, name: str) -> None:
    assert hotline.run(name, "--help") == 0
    assert f"hotline {name}" in hotline.out
    assert "completion" not in hotline.out


def test_a_word_that_is_no_command_is_a_usage_error(hotline: Console) -> None:
    assert hotline.run("stauts") == 2
    assert "stauts" in hotline.err
    assert "status" in hotline.err


def test_an_error_is_a_line_with_its_mend(hotline: Console) -> None:
    assert hotline.run("check", "--config", "none.toml") == 1
    assert hotline.err == (
        "none.toml: no such file: name the file with --config, or write one: hotline reference --toml > hotline.toml\n"
    )


def test_every_problem_has_its_line(hotline: Console, tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text("[api]\nprt = 1\n[log]\nlevel = 'loud'\n")
    assert hotline.run("check") == 1
    assert [line.split(": ")[:2] for line in hotline.err.splitlines()] == [
        [f"{Path('hotline.toml')}:2", "api.prt"],
        [f"{Path('hotline.toml')}:4", "log.level"],
    ]


def test_an_error_nobody_foresaw_is_one_line_too() -> None:
    with pytest.raises(RuntimeError) as raised:
        raise RuntimeError("surprise")
    told = cli.told(raised.value)
    assert told.startswith("tests/config/test_cli.py:")
    assert "surprise: a fault of ours" in told
    assert "\n" not in told


def test_errors_of_ours_are_told_in_their_own_words() -> None:
    assert cli.told(Refused(Problem("here", "this is wrong", "do that"))) == "here: this is wrong: do that"
    assert cli.told(PermissionError(13, "Permission denied", "/srv/x")).startswith("/srv/x: Permission denied: ")


def test_check_finds_the_shipped_configuration_right(hotline: Console) -> None:
    assert hotline.run("check") == 0, hotline.out


def test_check_names_what_is_wrong_with_the_plan(
    hotline: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = (ROOT / "config/plan.toml").read_text(encoding="utf-8").replace('queue = "service"', 'queue = "servise"')
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    monkeypatch.setenv("HOTLINE_PLAN__SEED", str(tmp_path / "plan.toml"))
    assert hotline.run("check") == 1
    assert "access_numbers.95000.queue: there is no queue 'servise': did you mean 'service'?" in hotline.out


def test_check_names_what_a_flow_misses_in_the_plan_of_the_database(hotline: Console, tmp_path: Path) -> None:
    plan = read_file(ROOT / "config/plan.toml")
    queues = {name: queue for name, queue in plan.queues.items() if name != "billing"}
    sampling = plan.sampling.model_copy(update={"agents": {}})
    lacking = plan.model_copy(update={"queues": queues, "agents": {}, "sampling": sampling})

    async def fill(database: Database) -> None:
        await upgrade(database)
        await PlanStore(database).seed(lacking, at=0)

    with_database(f"sqlite+aiosqlite:///{tmp_path / 'var/hotline.db'}", fill)
    assert hotline.run("check") == 1
    told = hotline.out.splitlines()
    assert told
    assert all("there is no queue 'billing' in plan version 1 of the database: " in line for line in told)


def test_check_names_a_folder_that_is_not_there(hotline: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_PLAN__FLOWS", "/nowhere")
    assert hotline.run("check") == 1
    assert hotline.out == "plan.flows = /nowhere: no such folder: make it, or name another\n"


def test_the_database_is_made_checked_and_told(hotline: Console) -> None:
    assert hotline.run("db", "check") == 1
    assert hotline.out == "database: the database is empty: hotline db upgrade\n"
    assert hotline.run("db", "upgrade") == 0
    assert hotline.run("db", "check") == 0
    assert hotline.run("db", "current", "--json") == 0
    versions = json.loads(hotline.out)
    assert versions["found"] == versions["needed"]


def test_people_are_let_in_listed_and_kept_out(hotline: Console) -> None:
    hotline.run("db", "upgrade")
    assert hotline.run("user", "add", "1001", "--name", "坐席甲", typed="a password for tests\n") == 0
    assert hotline.run("user", "add", "boss", "--role", "supervisor", typed="a password for tests\n") == 0
    assert hotline.run("user", "out", "1001") == 0
    assert hotline.run("user", "list", "--json") == 0
    people = {one["login"]: one for one in json.loads(hotline.out)}
    assert (people["1001"]["name"], people["1001"]["agent"], people["1001"]["enabled"]) == ("坐席甲", "1001", False)
    assert people["boss"]["role"] == "supervisor"
    assert hotline.run("user", "list") == 0
    assert "坐席甲" in hotline.out
    assert hotline.run("user", "in", "1001") == 0
    assert hotline.run("user", "password", "1001", typed="short\n") == 1
    assert hotline.err == "password: has 5 characters: use 12 to 128\n"


def test_who_lost_his_second_factor_is_let_in_by_the_password_again_and_it_is_on_record(
    hotline: Console, tmp_path: Path
) -> None:
    hotline.run("db", "upgrade")
    assert hotline.run("user", "add", "root", "--role", "admin", typed="a password for tests\n") == 0
    assert hotline.run("user", "reset-factor", "root") == 0
    assert hotline.out == "root has no second factor\n"

    async def set_up(database: Database) -> None:
        factors = SecondFactors(database, tmp_path / "var/second_factor.key", "hotline")
        offer = factors.offer("root", at=0)
        await factors.set_up("root", offer.sealed, pyotp.TOTP(offer.secret).at(0), at=0)

    url = f"sqlite+aiosqlite:///{tmp_path / 'var/hotline.db'}"
    with_database(url, set_up)
    assert hotline.run("user", "reset-factor", " Root ") == 0
    assert hotline.out == "root signs in with the password alone\n"

    async def found(database: Database) -> tuple[bool, int, str]:
        factors = SecondFactors(database, tmp_path / "var/second_factor.key", "hotline")
        (newest,) = await AuditTrail(database).newest(limit=1)
        (user,) = await Users(database).list()
        return await factors.has("root"), user.signed_out_before, newest.act

    has, signed_out_before, act = with_database(url, found)
    assert (has, signed_out_before > 0, act) == (False, True, "reset_second_factor")


def test_a_name_gives_the_terminal_no_orders(hotline: Console) -> None:
    assert hotline.run("user", "add", "\x1b[2J中文", typed="a password for tests\n") == 1
    assert "\x1b" not in hotline.err
    assert shown("a\x1b[2J\u202e\n中　文\udc80") == "a\\x1b[2J\\u202e\n中　文\\udc80"


def test_a_command_that_needs_tables_says_how_to_make_them(hotline: Console) -> None:
    assert hotline.run("user", "list") == 1
    assert hotline.err.rstrip().endswith("hotline db upgrade")


def test_a_plan_file_is_shown_and_checked(hotline: Console) -> None:
    file = str(ROOT / "config/plan.toml")
    assert hotline.run("plan", "show", file) == 0
    assert "95000" in hotline.out
    assert hotline.run("plan", "show", "--json", file) == 0
    shown = json.loads(hotline.out)
    assert shown["queues"]["service"]["label"]["zh-CN"] == "综合服务"
    assert "seed" not in shown["sampling"]
    assert hotline.run("plan", "check", file) == 0


def test_without_a_file_the_plan_in_force_is_checked_and_before_it_the_seed(hotline: Console, tmp_path: Path) -> None:
    assert hotline.run("plan", "check") == 0
    assert "plan.toml: " in hotline.out

    async def fill(database: Database) -> None:
        await upgrade(database)
        await PlanStore(database).seed(read_file(ROOT / "config/plan.toml"), at=0)

    with_database(f"sqlite+aiosqlite:///{tmp_path / 'var/hotline.db'}", fill)
    assert hotline.run("plan", "check") == 0
    assert hotline.out.startswith("plan version 1 in the database: ")


def test_the_reference_is_printed(hotline: Console) -> None:
    assert hotline.run("reference") == 0
    assert hotline.out == (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert hotline.run("reference", "--toml") == 0
    assert hotline.out == (ROOT / "config/hotline.toml").read_text(encoding="utf-8")


def test_status_without_a_hotline_says_so(hotline: Console, tmp_path: Path) -> None:
    assert hotline.run("status") == 1
    assert hotline.err == f"{tmp_path}/var/api.json: no hotline runs on these settings: start it: hotline run\n"


def test_status_of_a_hotline_that_does_not_answer_says_so(hotline: Console, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    left = {"url": "http://127.0.0.1:9", "cookie": "c", "token": "t"}
    (tmp_path / "var/api.json").write_text(json.dumps(left))
    assert hotline.run("status", "--json") == 1
    assert hotline.err.startswith("http://127.0.0.1:9: does not answer: ")
