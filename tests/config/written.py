"""What a hotline has written: settings, an open journal, tables, sessions."""

import sqlite3
from pathlib import Path

from acd import events as e
from acd.floor import Floor
from config.settings import Settings, load
from cti.journal.files import JournalFiles
from cti.journal.line import write_line


def settings_in(folder: Path) -> Settings:
    folder.mkdir()
    file = folder / "hotline.toml"
    file.write_text(
        '[engine]\nvar = "var"\n'
        '[[asterisk]]\nname = "pbx"\nari_password = "x"\nami_secret = "x"\nrecordings_dir = "raw"\n'
    )
    return load(file)


def a_hotline(folder: Path) -> tuple[Settings, JournalFiles, Floor]:
    """One that runs: its journal is open, its tables hold a row, its sessions are there."""
    settings = settings_in(folder)
    journal = JournalFiles(settings.journal_folder)
    floor = journal.open().floor
    for number in range(3):
        event = e.ContactStarted(at=1, contact=f"c{number}", asterisk="pbx", channel="c", access="1", caller="")
        first = floor.number + 1
        floor.apply(event)
        journal.append(first, [write_line(first, fact) for fact in floor.facts])
    with sqlite3.connect(settings.engine.var / "hotline.db") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE kept (what TEXT)")
        database.execute("INSERT INTO kept VALUES ('a row')")
    settings.sessions_file.write_text("{}")
    settings.second_factor_key.write_text("key")
    return settings, journal, floor
