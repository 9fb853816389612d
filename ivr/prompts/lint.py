"""Look over the supplied audio: each prompt and clip in each language, voice and rate, and saying today's text."""

import json
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path

from cti.problems import Problem
from ivr.prompts.book import AUDIO, CLIPS, VOICE
from ivr.prompts.catalogue import supplied
from ivr.speech.language import PAUSES_S
from ivr.speech.languages import LANGUAGES

TEXTS = "texts.json"
"""The file beside a voice's audio that holds the words of each of its files."""

VOICES = (VOICE, "male")
"""The supplied voices."""

RATES: Mapping[str, int] = {"wav": 8000, "wav16": 16000}
"""The formats of a supplied file: extension -> samples a second."""

_MEND = "make it with `python -m tools.voice make`"


def wanted(language: str) -> dict[str, str]:
    """Every file of a voice, below its folder and without extension, and what it says; '' for silence."""
    texts = {
        piece.name: piece.text
        for prompt in supplied().values()
        for piece in (*prompt.pieces(language), *prompt.sentences(language).values())
    }
    texts |= {f"{CLIPS}/{clip}": text for clip, text in LANGUAGES[language].all_clips().items()}
    return texts | {f"{CLIPS}/{pause}": "" for pause in PAUSES_S}


def problems(audio: Path = AUDIO) -> Iterator[Problem]:
    """What is missing, of the wrong rate, out of date, or left over."""
    for language in LANGUAGES:
        for voice in VOICES:
            yield from _voice_problems(audio / language / voice, language)


def _voice_problems(folder: Path, language: str) -> Iterator[Problem]:
    texts = wanted(language)
    file = folder / TEXTS
    said = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    for name, text in texts.items():
        for form, rate in RATES.items():
            yield from _file_problems(folder / f"{name}.{form}", rate)
        if text and name in said and said[name] != text:
            yield Problem(str(folder / name), f"says {said[name]!r}, the text is now {text!r}", _MEND)
    for path in sorted(folder.rglob("*.wav*")):
        if str(path.relative_to(folder).with_suffix("")) not in texts:
            yield Problem(str(path), "no text has this id any more", "remove it")


def _file_problems(path: Path, rate: int) -> Iterator[Problem]:
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
    except FileNotFoundError:
        yield Problem(str(path), "is missing", _MEND)
    except (wave.Error, EOFError) as error:
        yield Problem(str(path), f"is no WAV file ({error})", _MEND)
    else:
        if form != (rate, 1, 2):
            yield Problem(
                str(path), f"is {form[0]} Hz, {form[1]} channels, {8 * form[2]} bit", f"wanted: {rate} Hz, mono, 16 bit"
            )
