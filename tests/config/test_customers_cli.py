"""`hotline customers` brings a table in, and tells whom a number belongs to."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import config
from config.cli import SUBS, told
from config.customers_cli import app
from config.db_cli import with_database
from cti.customers.pins import PinBook, PinVerdict
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.plan.read import read_file
from cti.plan.store import PlanStore
from cti.problems import Refused

HEAD = "id,name,account,tier,language,numbers,address"
TABLE = f"{HEAD}\nC1,测试客户甲,10000001,vip,zh-CN,013800000001;(010)58880001,示例路1号\n"


@pytest.fixture
def hotline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings and a database that holds the demo's plan."""
    toml = f'[engine]\nvar = "{tmp_path}"\n[[asterisk]]\nname = "a"\nari_password = "x"\nami_secret = "x"\n'
    (tmp_path / "hotline.toml").write_text(toml)
    monkeypatch.chdir(tmp_path)

    async def fill(database: Database) -> None:
        await upgrade(database)
        await PlanStore(database).seed(read_file(Path(config.__file__).parent / "plan.toml"), at=0)

    with_database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}", fill)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def test_a_table_is_taken_in_and_found_by_every_way_of_writing_a_number(hotline: Path) -> None:
    Path("c.csv").write_text(TABLE, encoding="utf-8")
    assert run("import", "c.csv").output.strip() == "c.csv: 1 customers"
    for number in ("13800000001", "+8613800000001", "010-58880001", "10000001"):
        assert json.loads(run("find", number, "--json").output)["id"] == "C1"
    assert "测试客户甲" in run("find", "13800000001").output


def test_nobody_is_said_to_be_nobody(hotline: Path) -> None:
    done = run("find", "13899999999")
    assert (done.exit_code, "nobody" in done.output) == (1, True)


def test_a_table_with_a_mistake_is_refused_in_a_line(hotline: Path) -> None:
    Path("c.csv").write_text(TABLE.replace(",vip,", ",vap,"), encoding="utf-8")
    done = run("import", "c.csv")
    assert isinstance(done.exception, Exception)
    assert "c.csv:2: tier: there is no tier 'vap': did you mean 'vip'?" in told(done.exception)
    assert run("find", "10000001").exit_code == 1


def test_without_a_plan_there_are_no_tiers_to_check_by(tmp_path: Path, hotline: Path) -> None:
    (hotline / "hotline.db").unlink()
    with_database(f"sqlite+aiosqlite:///{hotline / 'hotline.db'}", upgrade)
    Path("c.csv").write_text(TABLE, encoding="utf-8")
    done = run("import", "c.csv")
    assert isinstance(done.exception, Exception)
    assert "holds no plan yet" in told(done.exception)


def test_it_is_mounted() -> None:
    assert SUBS["customers"].module == "config.customers_cli"


def test_a_customer_is_given_a_pin(hotline: Path) -> None:
    Path("c.csv").write_text(TABLE, encoding="utf-8")
    run("import", "c.csv")
    done = CliRunner().invoke(app, ["pin", "C1"], input="246801\n")
    assert done.output.strip() == "C1: PIN set"

    async def right(database: Database) -> PinVerdict:
        return await PinBook(database, lambda: 0).check("C1", "246801")

    assert with_database(f"sqlite+aiosqlite:///{hotline / 'hotline.db'}", right) is PinVerdict.RIGHT
    for words, entered, why in ((["pin", "C1"], "12", "4 to 12 digits"), (["pin", "C9"], "246801", "not in the book")):
        refused = CliRunner().invoke(app, words, input=f"{entered}\n")
        assert isinstance(refused.exception, Refused)
        assert why in str(refused.exception)
