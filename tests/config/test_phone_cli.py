"""`hotline phone` tells the SIP passwords of the plan's phones, so that one can be set up without asking Asterisk."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import config
from config.cli import SUBS, told
from config.db_cli import with_database
from config.phone_cli import app
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.people.audit import AuditTrail
from cti.people.phones import phone_secrets
from cti.plan.read import read_file
from cti.plan.store import PlanStore

PLAN = read_file(Path(config.__file__).parent / "plan.toml")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database, with the demo's plan, of the settings in the folder that the test is in."""
    toml = f'[engine]\nvar = "{tmp_path}"\n[[asterisk]]\nname = "a"\nari_password = "x"\nami_secret = "x"\n'
    (tmp_path / "hotline.toml").write_text(toml)
    monkeypatch.chdir(tmp_path)

    async def fill(database: Database) -> None:
        await upgrade(database)
        await PlanStore(database).seed(PLAN, at=0)

    url = f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"
    with_database(url, fill)
    return url


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def kept(url: str, extension: str) -> str:
    return with_database(url, lambda database: phone_secrets(database, [extension]))[extension]


def test_a_password_is_the_one_that_asterisk_is_given(url: str) -> None:
    assert run("password", "8001").output.strip() == kept(url, "8001")
    assert run("password", "8001").output.strip() == kept(url, "8001")


def test_all_phones_of_the_plan_are_listed(url: str) -> None:
    listed = json.loads(run("list", "--json").output)
    assert [one["extension"] for one in listed] == list(PLAN.phones)
    assert listed[0]["password"] == kept(url, PLAN.phones[0])
    assert f"{PLAN.phones[0]}  {kept(url, PLAN.phones[0])}" in run("list").output


def test_a_renewed_password_takes_the_place_of_the_old(url: str) -> None:
    old = kept(url, "8001")
    assert run("renew", "8001").output.strip() == kept(url, "8001") != old


@pytest.mark.parametrize("verb", ["password", "renew"])
def test_a_phone_that_the_plan_lacks_is_refused(url: str, verb: str) -> None:
    done = run(verb, "9999")
    assert isinstance(done.exception, Exception)
    assert told(done.exception) == (
        "plan: phones: there is no '9999': add it to the plan's phones, or name one of hotline phone list"
    )


def test_who_looked_is_on_record(url: str) -> None:
    run("password", "8001")
    run("renew", "8002")
    newest = with_database(url, lambda database: AuditTrail(database).newest())
    assert [(entry.act, entry.subject) for entry in newest] == [
        ("renew_phone_password", "8002"),
        ("see_phone_password", "8001"),
    ]


def test_without_a_plan_there_are_no_phones(url: str, tmp_path: Path) -> None:
    (tmp_path / "hotline.db").unlink()
    with_database(url, upgrade)
    done = run("list")
    assert isinstance(done.exception, Exception)
    assert "holds no plan yet" in told(done.exception)


def test_it_is_mounted() -> None:
    assert SUBS["phone"].module == "config.phone_cli"
