"""Sound files joined into one WAV, to be heard without an Asterisk."""

import wave
from collections.abc import Sequence
from pathlib import Path

from cti.problems import Problem, Refused


def joined(files: Sequence[str], target: Path) -> None:
    """Write the 8 kHz `.wav` forms of the files (paths without extension) one after another into `target`.

    Raises Refused for a file that has only other forms, or is not mono 16-bit PCM at 8 kHz.
    """
    with wave.open(str(target), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        for file in files:
            out.writeframes(_frames(Path(f"{file}.wav")))


def _frames(path: Path) -> bytes:
    mend = "give it as an 8 kHz mono 16-bit PCM WAV file"
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, 8000):
                raise Refused(Problem(str(path), "is another kind of WAV file", mend))
            return file.readframes(file.getnframes())
    except FileNotFoundError:
        raise Refused(
            Problem(str(path), "is missing; Asterisk may play another form of it, this command cannot", mend)
        ) from None
    except (wave.Error, EOFError) as error:
        raise Refused(Problem(str(path), f"is no WAV file ({error})", mend)) from None
