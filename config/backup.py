"""A backup: journal, SQLite database, settings, sessions, key in one archive, made while hotline runs, and put back.

The database is copied before the journal, so the journal in a backup is never behind the tables: a start from it lets
the records catch up. A PostgreSQL database is not in it (`pg_dump` copies it; first, for the same reason), recordings
are not either (they are files that never change: copy `recordings` as files).
"""

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy.engine import make_url

from config.language import said
from config.settings import Settings
from cti.journal.files import checkpoints_in, segments_in
from cti.journal.survey import survey
from cti.problems import Problem, Refused

FORMAT = "hotline backup 1"
MANIFEST = "manifest.json"
DATABASE, JOURNAL, SETTINGS, SESSIONS = "hotline.db", "journal", "hotline.toml", "sessions.json"
FACTOR_KEY = "second_factor.key"


class BackupRefused(Refused):
    """A backup cannot be made or put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: SHA-256 by name, and the number of the journal's last fact."""

    format: str
    last_fact: int
    database: bool
    files: dict[str, str]


def database_file(settings: Settings) -> Path | None:
    """The SQLite file; None where the database is a server."""
    url = make_url(settings.database_url)
    return Path(str(url.database)) if url.drivername.startswith("sqlite") else None


def make(settings: Settings, settings_file: Path | None, target: Path) -> Manifest:
    """Write the archive, readable by us alone. Raises BackupRefused when there is no journal, or it is broken."""
    if not segments_in(settings.journal_folder):
        raise BackupRefused(Problem(str(settings.journal_folder), "holds no journal", "name the settings: --config"))
    sums: dict[str, str] = {}
    beside = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as scratch:
        copied = _copy(settings, settings_file, Path(scratch))
        found = survey(Path(scratch) / JOURNAL)
        if found.fatal:
            raise BackupRefused(*found.fatal)
        try:
            with beside.open("xb") as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
                beside.chmod(0o600)
                for path in copied:
                    name = str(path.relative_to(scratch))
                    sums[name] = _sum(path)
                    archive.add(path, name)
                manifest = Manifest(format=FORMAT, last_fact=found.last, database=DATABASE in sums, files=sums)
                _add_text(archive, MANIFEST, json.dumps(asdict(manifest), indent=1))
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return manifest


def _copy(settings: Settings, settings_file: Path | None, scratch: Path) -> list[Path]:
    """Copy what belongs into a backup, in the order that keeps it consistent."""
    database = database_file(settings)
    if database is not None and database.exists():
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(scratch / DATABASE)) as copy:
            source.backup(copy)
    journal = scratch / JOURNAL
    journal.mkdir()
    for path in (*checkpoints_in(settings.journal_folder), *segments_in(settings.journal_folder)):
        try:
            (journal / path.name).write_bytes(path.read_bytes())
        except FileNotFoundError:
            # An old checkpoint that has just made way for a new one.
            continue
    for name, source_file in (
        (SETTINGS, settings_file),
        (SESSIONS, settings.sessions_file),
        (FACTOR_KEY, settings.second_factor_key),
    ):
        if source_file is not None and source_file.exists():
            (scratch / name).write_bytes(source_file.read_bytes())
    return [path for path in sorted(scratch.rglob("*")) if path.is_file()]


def put_back(settings: Settings, source: Path) -> Manifest:
    """Unpack journal, database and sessions where the settings say. The settings' file in it is left to the operator.

    Raises BackupRefused: it is no backup or a damaged one, or something is there already.
    """
    database = database_file(settings)
    for path in (settings.journal_folder, database):
        if path is not None and path.exists() and (not path.is_dir() or segments_in(path)):
            raise BackupRefused(Problem(str(path), "is there already", "end hotline and move it away first"))
    with _opened(source) as archive:
        manifest = _manifest(source, archive)
        for name in manifest.files:
            content = _member(source, archive, name, manifest.files[name])
            target = _place(settings, database, name)
            if target is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                target.chmod(0o600)
    found = survey(settings.journal_folder)
    if found.fatal:
        raise BackupRefused(*found.fatal)
    return manifest


def _place(settings: Settings, database: Path | None, name: str) -> Path | None:
    parts = PurePosixPath(name).parts
    if name == DATABASE:
        return database
    if name == SESSIONS:
        return settings.sessions_file
    if name == FACTOR_KEY:
        return settings.second_factor_key
    return settings.journal_folder / parts[1] if len(parts) == 2 and parts[0] == JOURNAL else None


def _opened(source: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(source, "r:gz")
    except (tarfile.TarError, EOFError) as error:
        raise BackupRefused(
            Problem(str(source), f"is no backup: {error}", "name one that hotline backup wrote")
        ) from None


def _manifest(source: Path, archive: tarfile.TarFile) -> Manifest:
    try:
        manifest = Manifest(**json.loads(_read(archive, MANIFEST)))
    except (KeyError, EOFError, tarfile.TarError, OSError, TypeError, ValueError):
        what = "is no backup, or cut short: it has no manifest"
        raise BackupRefused(Problem(str(source), what, "take another backup")) from None
    if manifest.format != FORMAT:
        mend = "use the version of hotline that made it"
        raise BackupRefused(Problem(str(source), f"has a format this hotline does not know ({manifest.format})", mend))
    return manifest


def _member(source: Path, archive: tarfile.TarFile, name: str, expected: str) -> bytes:
    content = _read(archive, name)
    if hashlib.sha256(content).hexdigest() != expected:
        raise BackupRefused(Problem(f"{source}: {name}", "is not as it was written", "take another backup"))
    return content


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def lines_of(manifest: Manifest) -> Iterator[str]:
    """What is in it, in lines for a person."""
    count = len(manifest.files)
    yield said(f"facts up to {manifest.last_fact}, {count} files", f"事实至 {manifest.last_fact} 号，{count} 个文件")
    if not manifest.database:
        yield "without the database: it is a server's; copy it with pg_dump, before this backup is taken"
    yield "recordings are not in it: copy their folder as files"
