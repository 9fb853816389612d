"""The journal's files: segments of facts and checkpoints of the floor, in one folder.

`facts-N.log` begins with fact N; a new segment is begun at every start and when one grows large. Its first line names
the format. `checkpoint-N.json` is a checksum and the floor's state after fact N; the newest two are kept, and of older
ones one in ten thousand facts, so that a decision of the last million can be looked at again. A last line cut off in
mid-write is what a crash leaves behind and is cut away; anything else that does not read is refused by name.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zlib import crc32

import msgspec

from acd.events import Fact
from acd.floor import Floor
from acd.fold import FoldedFloor
from acd.state import FloorState
from cti.journal.line import BadLine, read_line
from cti.problems import Problem, Refused

HEADER = b"hotline journal 1\n"
SEGMENT_BYTES = 64 * 2**20
CHECKPOINTS_KEPT = 2
BACKUP = "restore the folder from a backup: hotline restore"
OLDER_APART = 10_000
OLDER_KEPT = 100


class JournalError(Refused):
    """The journal cannot be read or written; says which file and line, and the mend."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the journal gave back at the start."""

    floor: Floor
    checkpoint: int
    """The number of the checkpoint that was used; 0: none."""
    folded: int
    """Facts folded after it."""
    cut_bytes: int
    """Length of the torn last line that was cut away."""


def number_of(path: Path) -> int:
    """The number in a segment's or a checkpoint's name."""
    return int(path.stem.rpartition("-")[2])


def segments_in(folder: Path) -> list[Path]:
    """The segment files of a journal's folder, oldest first."""
    return sorted(folder.glob("facts-*.log"), key=number_of)


def checkpoints_in(folder: Path) -> list[Path]:
    """The checkpoint files of a journal's folder, oldest first."""
    return sorted(folder.glob("checkpoint-*.json"), key=number_of)


def facts_in(folder: Path, after: int = 0) -> Iterator[tuple[int, Fact]]:
    """(number, fact) of every whole line after a number, in order. Raises JournalError at a line that is wrong.

    A wrong line at or before that number is passed over with the others: nobody needs it.
    """
    segments = segments_in(folder)
    starts = [number_of(path) for path in segments]
    for i, path in enumerate(segments):
        if i + 1 < len(segments) and starts[i + 1] <= after + 1:
            continue
        yield from _facts_of(path, after)


def _facts_of(path: Path, after: int) -> Iterator[tuple[int, Fact]]:
    with path.open("rb") as file:
        header = file.readline()
        if not header:
            # Begun in this moment, by a hotline that runs.
            return
        if header != HEADER:
            what = f"has a format this hotline does not know ({header[:40]!r})"
            raise JournalError(Problem(f"{path}:1", what, "use the version of hotline that wrote it"))
        # The lines of a segment are numbered one by one, so those that nobody asked for need not be read.
        passed = max(0, after + 1 - number_of(path))
        for place, line in enumerate(islice(file, passed, None), start=2 + passed):
            if not line.endswith(b"\n"):
                return
            try:
                number, fact = read_line(line)
            except BadLine as error:
                raise JournalError(Problem(f"{path}:{place}", str(error), BACKUP)) from None
            yield number, fact


def read_checkpoint(path: Path) -> FloorState:
    """The floor's state in a checkpoint; one of an older hotline has no checksum. Raises BadLine, OSError."""
    content = path.read_bytes()
    checksum, _, state = (b"", b"", content) if content.startswith(b"{") else content.partition(b" ")
    if checksum and checksum != b"%08x" % crc32(state):
        raise BadLine("its checksum does not fit")
    try:
        return msgspec.json.decode(state, type=FloorState)
    except msgspec.DecodeError as error:
        raise BadLine(str(error)) from None


class JournalFiles:
    """The folder. One process owns it at a time."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder into use, making it if need be. Raises JournalError when another process has it."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._take_lock()
        self._file = -1
        self._size = 0
        self._torn = False
        self._last = 0
        self._full: deque[int] = deque()
        self._unsynced_folder = False
        self._syncing = threading.Lock()

    def _take_lock(self) -> int:
        path = self.folder / "lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.lockf(lock, os.F_TLOCK, 0)
        except OSError:
            os.close(lock)
            what = "another hotline is running on this journal"
            raise JournalError(Problem(str(self.folder), what, "stop it, or use another var folder")) from None
        return lock

    def segments(self) -> list[Path]:
        """Segment files, oldest first."""
        return segments_in(self.folder)

    def checkpoints(self) -> list[Path]:
        """Checkpoint files, oldest first."""
        return checkpoints_in(self.folder)

    def open(self) -> Opened:
        """Rebuild the floor from the newest checkpoint and the facts after it, and get ready to append."""
        cut = self._cut_torn_tail()
        state, used = self._newest_checkpoint()
        floor = Floor(state)
        for number, fact in self.read(after=used):
            self._expect(floor, number)
            floor.fold(fact)
        self._last = floor.number
        self._begin_segment()
        return Opened(floor, used, floor.number - used, cut)

    def floor_before(self, number: int, *, most: int) -> tuple[FoldedFloor, Fact] | None:
        """The floor as it was before a fact, and the fact. Blocks: call it off the loop.

        None when the journal does not hold the fact, or would have to fold more than `most` others on the way.
        """
        state, used = self._newest_checkpoint(before=number)
        if number - used > most:
            return None
        floor = FoldedFloor(state)
        for at, fact in self.read(after=used):
            self._expect(floor, at)
            if at == number:
                return floor, fact
            floor.fold(fact)
        return None

    def _expect(self, floor: FoldedFloor, number: int) -> None:
        if number != floor.number + 1:
            what = f"fact {floor.number + 1} is missing, the next one is {number}"
            raise JournalError(Problem(str(self.folder), what, BACKUP))

    def _newest_checkpoint(self, before: int | None = None) -> tuple[FloorState | None, int]:
        for path in reversed(self.checkpoints()):
            if before is not None and number_of(path) >= before:
                continue
            try:
                return read_checkpoint(path), number_of(path)
            except (BadLine, OSError):
                # An older checkpoint and a longer tail give the same floor.
                continue
        return None, 0

    def _cut_torn_tail(self) -> int:
        cut = 0
        for path in reversed(self.segments()):
            with path.open("r+b") as file:
                content = file.read()
                keep = content.rfind(b"\n") + 1
                if keep < len(content):
                    file.truncate(keep)
                    file.flush()
                    os.fsync(file.fileno())
            cut += len(content) - keep
            if content[:keep] not in (b"", HEADER):
                break
            # Without a fact in it, the segment before may have been the last one written to when the power went.
            path.unlink()
        return cut

    def read(self, after: int = 0) -> Iterator[tuple[int, Fact]]:
        """As `facts_in`, of this folder."""
        return facts_in(self.folder, after)

    def _begin_segment(self) -> None:
        path = self.folder / f"facts-{self._last + 1}.log"
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            _write(file, HEADER)
        except OSError:
            os.close(file)
            path.unlink()
            raise
        if self._file >= 0:
            self._full.append(self._file)
        self._file, self._size, self._unsynced_folder = file, len(HEADER), True

    def append(self, first_number: int, lines: Sequence[bytes]) -> None:
        """Write the lines of facts; they are in the kernel's hands on return, on the disk after `sync`.

        Raises OSError when the disk is full or gone; give the same lines again, the journal never holds one twice.
        """
        if self._torn:
            os.ftruncate(self._file, self._size)
            self._torn = False
        if self._size > SEGMENT_BYTES:
            self._begin_segment()
        content = b"".join(lines)
        try:
            _write(self._file, content)
        except OSError:
            self._torn = True
            raise
        self._size += len(content)
        self._last = first_number + len(lines) - 1

    def sync(self) -> None:
        """Bring what was appended onto the disk, full segments first. Blocks: call it off the loop."""
        with self._syncing:
            # The loop may begin a segment meanwhile: the file open now is synced here, but closed by the next sync.
            file = self._file
            while self._full and self._full[0] != file:
                os.fsync(self._full[0])
                os.close(self._full.popleft())
            if self._unsynced_folder:
                self._unsynced_folder = False
                try:
                    self._sync_folder()
                except OSError:
                    self._unsynced_folder = True
                    raise
            os.fsync(file)

    def _sync_folder(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def write_checkpoint(self, number: int, state: bytes) -> None:
        """Put a checkpoint in place, whole or not at all. Blocks: call it off the loop."""
        self.sync()
        path = self.folder / f"checkpoint-{number}.json"
        beside = path.with_suffix(".part")
        try:
            with beside.open("wb") as file:
                file.write(b"%08x " % crc32(state) + state)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        self._sync_folder()
        for old in self._superfluous():
            old.unlink()

    def _superfluous(self) -> list[Path]:
        older, kept, last = self.checkpoints()[:-CHECKPOINTS_KEPT], [], 0
        for path in older:
            if number_of(path) - last >= OLDER_APART:
                kept.append(path)
                last = number_of(path)
        return [path for path in older if path not in kept[-OLDER_KEPT:]]

    def close(self) -> None:
        """Sync, close, give the folder back."""
        try:
            if self._file >= 0:
                self.sync()
        finally:
            for file in (*self._full, self._file, self._lock):
                if file >= 0:
                    os.close(file)
            self._full.clear()
            self._file = self._lock = -1


def _write(file: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(file, content[written:])
