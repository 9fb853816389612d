"""`hotline audit`: the trail is read, taken elsewhere, and what was done to it behind hotline's back is named."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.audit_cli import app
from config.db_cli import with_database
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from cti.people.audit import AuditEntry, AuditTrail

ENTRIES = [AuditEntry(n, "boss", "see_number", f"pbx1-1.{n}", "13800001234") for n in range(1, 5)]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with four entries."""
    monkeypatch.setenv("HOTLINE_ASTERISK", '[{"name": "pbx1", "ari_password": "one", "ami_secret": "two"}]')
    monkeypatch.setenv("HOTLINE_ENGINE__VAR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    async def fill(database: Database) -> None:
        await upgrade(database)
        for entry in ENTRIES:
            await AuditTrail(database).add(entry)

    with_database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}", fill)
    return tmp_path / "hotline.db"


def ran(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def touch(file: Path, *orders: str) -> None:
    """What somebody does who may write into the file and knows of the triggers."""
    with closing(sqlite3.connect(file)) as database:
        for trigger in ("update", "delete"):
            database.execute(f"DROP TRIGGER audit_no_{trigger}")
        for order in orders:
            database.execute(order)
        database.commit()


def exported() -> Sequence[dict[str, object]]:
    return [json.loads(line) for line in ran("export").stdout.splitlines()]


def test_a_trail_that_nobody_touched_is_whole_and_its_end_is_told(file: Path) -> None:
    end = exported()[-1]
    done = ran("check")
    assert (done.exit_code, done.stdout) == (0, f"whole up to 4:{end['digest']}\n")
    assert ran("check", "--holds", f"4:{end['digest']}").exit_code == 0


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("UPDATE audit SET who = 'somebody' WHERE id = 3", "audit entry 3: it was changed, or 2 was: "),
        ("DELETE FROM audit WHERE id = 2", "audit entry 3: what stood between 1 and 3 was taken out or changed: "),
        ("DELETE FROM audit WHERE id = 1", "audit entry 2: what stood between 0 and 2 was taken out or changed: "),
    ],
)
def test_what_was_touched_is_named(file: Path, order: str, told: str) -> None:
    touch(file, order)
    done = ran("check")
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if not line.startswith(told)] == []


def test_an_end_that_was_cut_off_shows_against_a_digest_kept_elsewhere(file: Path) -> None:
    end = exported()[-1]
    touch(file, "DELETE FROM audit WHERE id = 4")
    assert ran("check").exit_code == 0
    done = ran("check", "--holds", f"4:{end['digest']}")
    assert (done.exit_code, "audit entry 4: it is not there any more with that digest" in done.stdout) == (1, True)


def test_export_is_whole_and_show_masks_numbers(file: Path) -> None:
    assert [one["detail"] for one in exported()] == ["13800001234"] * 4
    assert "\tboss\tsee_number\tpbx1-1.4\t138****1234\n" in ran("show", "--last", "1").stdout
    assert "13800001234" not in ran("show").stdout


def test_what_is_no_digest_is_refused(file: Path) -> None:
    done = ran("check", "--holds", "4")
    assert "--holds 4: is not NUMBER:DIGEST" in str(done.exception)
