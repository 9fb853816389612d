"""A backup is taken while hotline writes, and put back it gives floor and tables again."""

import sqlite3
from pathlib import Path

import pytest

from config.backup import BackupRefused, make, put_back
from cti.journal.files import JournalFiles
from tests.config.written import a_hotline, settings_in


def test_put_back_it_gives_the_floor_and_the_tables_again(tmp_path: Path) -> None:
    settings, journal, floor = a_hotline(tmp_path / "one")
    manifest = make(settings, tmp_path / "one" / "hotline.toml", tmp_path / "backup.tar.gz")
    journal.close()
    assert (manifest.last_fact, manifest.database) == (floor.number, True)
    assert {"hotline.toml", "sessions.json", "hotline.db", "second_factor.key"} <= manifest.files.keys()
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o077 == 0

    other = settings_in(tmp_path / "other")
    put_back(other, tmp_path / "backup.tar.gz")

    again = JournalFiles(other.journal_folder)
    assert again.open().floor.state == floor.state
    again.close()
    with sqlite3.connect(other.engine.var / "hotline.db") as database:
        assert database.execute("SELECT what FROM kept").fetchall() == [("a row",)]
    assert other.sessions_file.read_text() == "{}"
    assert other.second_factor_key.read_text() == "key"
    assert other.second_factor_key.stat().st_mode & 0o077 == 0


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    settings, journal, _ = a_hotline(tmp_path / "one")
    make(settings, None, tmp_path / "backup.tar.gz")
    with pytest.raises(BackupRefused, match="is there already"):
        put_back(settings, tmp_path / "backup.tar.gz")
    journal.close()


def test_a_line_being_written_is_no_hindrance(tmp_path: Path) -> None:
    settings, journal, floor = a_hotline(tmp_path / "one")
    with journal.segments()[-1].open("ab") as file:
        file.write(b"0a1b2c3d {half a l")
    make(settings, None, tmp_path / "backup.tar.gz")
    journal.close()
    other = settings_in(tmp_path / "other")
    assert put_back(other, tmp_path / "backup.tar.gz").last_fact == floor.number


def test_a_damaged_journal_is_not_taken_for_a_backup(tmp_path: Path) -> None:
    settings, journal, _ = a_hotline(tmp_path / "one")
    segment = journal.segments()[-1]
    segment.write_bytes(segment.read_bytes().replace(b"ContactStarted", b"ContactStartex", 1))
    with pytest.raises(BackupRefused, match="checksum"):
        make(settings, None, tmp_path / "backup.tar.gz")
    journal.close()
    assert list(tmp_path.glob("backup*")) == []


def test_what_is_no_backup_is_refused_by_name(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "one")
    with pytest.raises(BackupRefused, match="holds no journal"):
        make(settings, None, tmp_path / "backup.tar.gz")
    (tmp_path / "other.tar.gz").write_bytes(b"no archive")
    with pytest.raises(BackupRefused, match=r"other\.tar\.gz: is no backup"):
        put_back(settings, tmp_path / "other.tar.gz")


def test_an_archive_cut_short_is_refused(tmp_path: Path) -> None:
    settings, journal, _ = a_hotline(tmp_path / "one")
    make(settings, None, tmp_path / "backup.tar.gz")
    journal.close()
    whole = (tmp_path / "backup.tar.gz").read_bytes()
    (tmp_path / "backup.tar.gz").write_bytes(whole[: len(whole) // 2])
    other = settings_in(tmp_path / "other")
    with pytest.raises(BackupRefused):
        put_back(other, tmp_path / "backup.tar.gz")
    assert not other.journal_folder.exists()
