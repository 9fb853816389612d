"""Let the recogniser hear everything that is supplied, and write down how well it understood."""

import hashlib
import itertools
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from ivr.prompts.book import VOICE, PromptBook
from ivr.prompts.catalogue import supplied
from ivr.speech import level
from ivr.speech.kokoro import RATE, VOICES, Kokoro
from ivr.speech.languages import LANGUAGES
from tools.voice.carriers import SPEEDS, Part, Words, say
from tools.voice.composed import COUNT, sentences, sound_of
from tools.voice.recogniser import LINES, Recogniser
from tools.voice.scoring import Score, compare

LIMITS = {"zh-CN": 0.08, "en": 0.03}
"""The largest share of characters (Mandarin) or words (English) that may be heard wrongly over everything."""


class What(StrEnum):
    """What is heard. WHOLE is the control: composed sentences, each spoken in one go instead of from clips; what is
    wrong there too is the recogniser's or the voice's, not the clips'."""

    COMPOSED = "composed"
    WHOLE = "composed, said whole"
    PROMPTS = "prompts"


EVERY_WHOLE = 5
"""One composed sentence in so many is also said whole, and heard as made: speaking takes long. It has no divisor in
common with the number of prompts that have values, so that each of them has its turn."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence, heard once. `sound` marks the sound: what was heard counts as long as it is the same."""

    language: str
    voice: str
    line: str
    what: str
    name: str
    text: str
    sound: str
    heard: str
    said: int
    wrong: int
    homophones: int


def listen(
    recogniser: Recogniser,
    kokoro: Kokoro,
    language: str,
    voice: str,
    what: What,
    lines: Sequence[str],
    known: Collection[Heard],
) -> Iterator[Heard]:
    """Every sentence of one sort as it is heard over each line; what is among the `known` is not heard again."""
    there = {(row.line, row.text, row.sound): row.heard for row in known if (row.voice, row.what) == (voice, what)}
    for name, text, mark, sound in _sounds(kokoro, language, voice, what):
        for line in [one for one in lines if _wanted(what, one, voice)]:
            heard = there.get((line, text, mark)) or recogniser.hear(*LINES[line](*sound()), language)
            score = compare(text, heard, language)
            yield Heard(language, voice, line, what, name, text, mark, heard, score.said, score.wrong, score.homophones)


def _wanted(what: What, line: str, voice: str) -> bool:
    """The control, which has to be spoken first, is heard in the voice of choice alone, as made."""
    return what is not What.WHOLE or (voice == VOICE and line == "as made")


def _sounds(
    kokoro: Kokoro, language: str, voice: str, what: What
) -> Iterator[tuple[str, str, str, Callable[[], tuple[level.Samples, int]]]]:
    """Name, text, mark and sound of each sentence; the prompts well mixed, so that a part of them stands for all."""
    book = PromptBook(voice=voice)
    if what is What.PROMPTS:
        for prompt in sorted(supplied().values(), key=lambda prompt: _mark(prompt.id.encode())):
            if not prompt.slots():
                yield _recorded(prompt.id, prompt.texts[language], book.files(prompt.id, language))
    elif what is What.COMPOSED:
        for one in sentences(book, language):
            yield _recorded(one.name, one.text, one.files)
    else:
        for one in itertools.islice(sentences(book, language), 0, None, EVERY_WHOLE):
            words = Words(one.name, one.text, language, Part.SENTENCE)
            mark = _mark(f"{VOICES[language][voice]} {SPEEDS[language][words.part]} {words.text}".encode())
            yield one.name, one.text, mark, partial(_spoken, kokoro, words, voice)


def _recorded(name: str, text: str, files: list[str]) -> tuple[str, str, str, Callable[[], tuple[level.Samples, int]]]:
    samples, rate = sound_of(files)
    return name, text, _mark(samples.tobytes()), lambda: (samples, rate)


def _spoken(kokoro: Kokoro, words: Words, voice: str) -> tuple[level.Samples, int]:
    clean = level.without_rumble(say(kokoro, words, voice), RATE)
    return level.levelled(level.resampled(clean, RATE, 8000), 8000), 8000


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def total(rows: list[Heard]) -> Score:
    """The scores added up."""
    return Score(sum(row.said for row in rows), sum(row.wrong for row in rows), sum(row.homophones for row in rows))


def add_row(path: Path, row: Heard) -> None:
    """Append one JSON object as a line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def read_rows(path: Path) -> list[Heard]:
    """What `add_row` wrote; empty where there is no file."""
    if not path.is_file():
        return []
    return [Heard(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def page(rows: list[Heard]) -> str:
    """The report as Markdown: a table of shares, then each sentence that was heard otherwise."""
    lines = [
        "# Prompts as a machine hears them",
        "",
        "Made by `python -m tools.voice check`: Whisper-base (int8) transcribes the prompts without values, and",
        "sentences composed of pieces and clips, from the 8 kHz files as they are; rows A-law and µ-law: over a line",
        "of 300–3400 Hz.",
        "Mandarin: share of characters with another sound or tone. English: share of words. What sounds the same",
        "(候 and 后, wait and weight) is counted apart; figures and words (`$5`, 5, five) are one spelling. The",
        "recogniser is told only that it hears a customer line's prompts. It is small; a person may understand more.",
        "Where it goes round in circles (4-4-4-4-4…), or writes nothing or what it was told, it is asked again,",
        "whatever was said.",
        "Some words are takes (`tools/voice/takes.json`): said at several paces, that one kept which this recogniser",
        "understood best over these lines; some texts were worded by its ear, too. Both flatter what is below.",
        f"The control, “{What.WHOLE}”: every {EVERY_WHOLE}th of the composed sentences, without clips; what is wrong",
        "there is the voice's or the recogniser's.",
        "",
        f"Limits over everything: {', '.join(f'{tag} {share:.0%}' for tag, share in LIMITS.items())}."
        " A row above its limit is a known weakness. Every row is of the sound as it is now.",
        "",
        "| language | voice | what | line | sentences heard | wrong | homophones |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for language in LANGUAGES:
        lines += _table(language, [row for row in rows if row.language == language])
    lines += ["", "## Heard otherwise, as made, the voice of choice", ""]
    lines += ["| prompt | text | heard | wrong of |", "| --- | --- | --- | --- |"]
    for row in sorted(rows, key=lambda row: (row.what, row.language != "zh-CN")):
        if row.wrong and row.line == "as made" and row.voice == VOICE and row.what != What.WHOLE:
            lines.append(f"| {row.name} | {row.text} | {row.heard.replace('|', '/')} | {row.wrong} of {row.said} |")
    return "\n".join(lines) + "\n"


def _table(language: str, rows: list[Heard]) -> Iterator[str]:
    for voice, what, line in itertools.product(sorted({row.voice for row in rows}), What, LINES):
        if not _wanted(what, line, voice):
            continue
        own = [row for row in rows if (row.voice, row.what, row.line) == (voice, what, line)]
        score = total(own)
        shares = f"{score.wrong / score.said:.1%} | {score.homophones / score.said:.1%}" if own else "not heard | "
        yield f"| {language} | {voice} | {what} | {line} | {len(own)} of {_count(what)} | {shares} |"


def _count(what: What) -> int:
    """How many sentences of a sort there are in a language."""
    if what is What.PROMPTS:
        return sum(not prompt.slots() for prompt in supplied().values())
    return COUNT if what is What.COMPOSED else -(-COUNT // EVERY_WHOLE)
