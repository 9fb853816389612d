"""A folder for each demo that runs at the same time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path


@contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """The first of PARENT/1, PARENT/2 … that no other demo uses; it stays ours until the block ends."""
    parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        lock = os.open(parent / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        try:
            yield parent / str(number)
        finally:
            os.close(lock)
        return
