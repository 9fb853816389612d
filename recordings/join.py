"""Two mono files become one recording: caller on channel 0 (left), agent on channel 1 (right).

Blocking work for a worker thread, done in blocks of ten seconds so that the thread gives way often and a long call
needs no more memory than a short one.
"""

import hashlib
import os
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import soundfile

from recordings.joined import CHANNELS, Joined
from recordings.raw import SAMPLE_BYTES, BadWav, RawPair, WavHead, read_head
from recordings.sound import Listener, Samples

BLOCK_S = 10


def join(pair: RawPair, target: Path) -> Joined | None:
    """Write the recording to `target`, whole or not at all; the pair stays. None, and no file: the pair holds no sound.

    Raises BadWav, OSError.
    """
    paths = (pair.caller, pair.agent)
    heads = tuple(read_head(path) if path.exists() else None for path in paths)
    rates = {head.rate for head in heads if head is not None}
    if len(rates) != 1:
        what = "no file is there" if not rates else f"sample rates differ: {sorted(rates)}"
        raise BadWav(f"{pair.caller} and {pair.agent.name}: {what}")
    rate = rates.pop()
    frames = max(head.frames for head in heads if head is not None)
    if not frames:
        return None
    listener = Listener(rate)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with (
                ExitStack() as sources,
                soundfile.SoundFile(file, "w", rate, CHANNELS, subtype="PCM_16", format="WAV") as out,
            ):
                sides = [_Source(path, head, sources) for path, head in zip(paths, heads, strict=True)]
                for start in range(0, frames, BLOCK_S * rate):
                    count = min(BLOCK_S * rate, frames - start)
                    caller, agent = (side.read(count) for side in sides)
                    listener.hear(caller, agent)
                    out.write(np.column_stack((caller, agent)))
            file.flush()
            os.fsync(file.fileno())
        digest = _sha256(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Joined(
        seconds=frames / rate,
        rate=rate,
        sha256=digest,
        repaired=not all(head.closed for head in heads if head is not None),
        sides=(heads[0] is not None, heads[1] is not None),
        sound=listener.sound(),
    )


def heard_again(finished: Path) -> Joined:
    """What `join` said of a finished file, as far as the file still tells. Raises BadWav, OSError."""
    try:
        with soundfile.SoundFile(finished) as file:
            listener = Listener(file.samplerate)
            for block in file.blocks(BLOCK_S * file.samplerate, dtype="int16", always_2d=True):
                listener.hear(block[:, 0], block[:, 1])
            seconds, rate = file.frames / file.samplerate, file.samplerate
    except soundfile.LibsndfileError as error:
        raise BadWav(f"{finished}: {error}") from error
    return Joined(
        seconds=seconds,
        rate=rate,
        sha256=_sha256(finished),
        repaired=False,
        sides=(True, True),
        sound=listener.sound(),
    )


class _Source:
    """The samples of one side, then silence without end."""

    def __init__(self, path: Path, head: WavHead | None, files: ExitStack) -> None:
        self._file = files.enter_context(path.open("rb")) if head is not None else None
        if self._file is not None and head is not None:
            self._file.seek(head.offset)

    def read(self, count: int) -> Samples:
        block = self._file.read(count * SAMPLE_BYTES) if self._file is not None else b""
        samples = np.frombuffer(block[: len(block) // SAMPLE_BYTES * SAMPLE_BYTES], dtype="<i2").astype(np.int16)
        return np.pad(samples, (0, count - samples.size))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
