"""`hotline samples` lists what was drawn and cuts pieces out of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from config.cli import told
from config.db_cli import with_database
from config.samples_cli import app
from cti.database.connection import Database
from cti.database.models import Contact, Recording, Sample
from cti.database.upgrade import upgrade
from cti.people.audit import AuditEntry, AuditTrail

DAY = 86_400_000


def contact(name: str, at: int) -> Contact:
    return Contact(
        contact=name,
        asterisk="a",
        channel="",
        sip_call_id="",
        access="95000",
        caller="",
        started_at=at,
        ended_at=at,
        end="hung_up",
        end_detail="",
        attempts=1,
        visits=1,
        customer=None,
        language="",
        learned={},
    )


def recording(name: str, at: int) -> Recording:
    return Recording(
        id=f"id-{name}",
        contact=name,
        file=f"{name}.wav",
        seconds=10.0,
        channels=2,
        rate=8000,
        sha256="",
        repaired=False,
        caller_talk=0.5,
        agent_talk=0.5,
        checks={},
        made_at=at,
    )


@pytest.fixture
def hotline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A var folder with three samples, drawn on the first three days of 1970."""
    (tmp_path / "recordings").mkdir()
    toml = f'[engine]\nvar = "{tmp_path}"\n[[asterisk]]\nname = "a"\nari_password = "x"\nami_secret = "x"\n'
    (tmp_path / "hotline.toml").write_text(toml)
    monkeypatch.chdir(tmp_path)

    async def fill(database: Database) -> None:
        await upgrade(database)
        async with database.writing() as session:
            for day, (name, agent) in enumerate((("c1", "1001"), ("c2", "1002"), ("c3", "1001"))):
                at = day * DAY
                session.add_all((contact(name, at), recording(name, at)))
                session.add(
                    Sample(
                        contact=name, agent=agent, recording=f"id-{name}", share=0.5, value=0.25, plan_version=1, at=at
                    )
                )

    with_database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}", fill)
    sound = np.zeros((80_000, 2), np.int16)
    soundfile.write(tmp_path / "recordings" / "c1.wav", sound, 8000, subtype="PCM_16")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def listed(*words: str) -> list[Any]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return [one["contact"] for one in json.loads(done.output)]


def test_samples_are_listed_newest_first(hotline: Path) -> None:
    assert listed() == ["c3", "c2", "c1"]
    assert listed("--limit", "1") == ["c3"]
    assert listed("--agent", "1002") == ["c2"]
    assert listed("--since", "1970-01-02", "--until", "1970-01-02") == ["c2"]


@pytest.mark.parametrize(("language", "title"), [("zh_CN.UTF-8", "抽检"), ("en_US.UTF-8", "samples")])
def test_the_table_says_why_each_was_drawn(
    hotline: Path, monkeypatch: pytest.MonkeyPatch, language: str, title: str
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("LC_ALL", language)
    output = run().output
    assert "0.2500 < 0.5" in output
    assert "1970-01-03 00:00:00Z" in output
    assert title in output


def test_no_samples_are_said_to_be_none(hotline: Path) -> None:
    assert "no samples" in run("--agent", "nobody").output


def test_a_piece_is_cut_out_and_the_look_is_on_record(hotline: Path) -> None:
    done = run("excerpt", "c1", "piece.wav", "--from", "2", "--to", "5", "--beep", "3-4")
    assert (done.exit_code, done.output.strip()) == (0, "piece.wav: 3.0 s")
    samples, _ = soundfile.read(hotline / "piece.wav", dtype="int16")
    assert samples[8000:16000].any()
    assert not samples[:7900].any()

    async def trail(database: Database) -> list[AuditEntry]:
        return list(await AuditTrail(database).newest())

    (entry,) = with_database(f"sqlite+aiosqlite:///{hotline / 'hotline.db'}", trail)
    assert (entry.act, entry.subject, entry.detail) == ("excerpt", "c1", "id-c1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("excerpt", "ghost", "x.wav"), "contact ghost: has no recording"),
        (("excerpt", "c1", "x.wav", "--beep", "soon"), "--beep soon: is no span: write it as FROM-TO"),
        (("excerpt", "c1", "x.wav", "--to", "99"), "0 to 99 s is no part of a recording of 10 s"),
        (("excerpt", "c2", "x.wav"), "c2.wav: No such file or directory"),
    ],
)
def test_what_cannot_be_cut_is_refused_in_a_line(hotline: Path, words: tuple[str, ...], says: str) -> None:
    done = run(*words)
    assert isinstance(done.exception, Exception)
    assert says in told(done.exception)
