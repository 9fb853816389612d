"""Let the recogniser hear everything that is supplied, and write down how well it understood."""

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from ivr.prompts.book import VOICE, PromptBook
from ivr.prompts.catalogue import supplied
from ivr.speech import level
from ivr.speech.kokoro import RATE, Kokoro
from ivr.speech.languages import LANGUAGES
from tools.voice.carriers import Part, Words, say
from tools.voice.composed import sentences, sound_of
from tools.voice.recogniser import LINES, Recogniser
from tools.voice.scoring import Score, compare

LIMITS = {"zh-CN": 0.08, "en": 0.03}
"""The largest share of characters (Mandarin) or words (English) that may be heard wrongly over everything."""


class What(StrEnum):
    """What is heard. WHOLE is the control: composed sentences, each spoken in one go instead of from clips; what is
    wrong there too is the recogniser's or the voice's, not the clips'."""

    PROMPTS = "prompts"
    COMPOSED = "composed"
    WHOLE = "composed, said whole"


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence, heard once."""

    language: str
    voice: str
    line: str
    what: str
    name: str
    text: str
    heard: str
    said: int
    wrong: int
    homophones: int


def listen(
    recogniser: Recogniser, kokoro: Kokoro, language: str, voice: str, line: str, what: What, known: Collection[Heard]
) -> Iterator[Heard]:
    """Hear every sentence of one sort over one line; `known` ones are left out."""
    there = {
        row.text for row in known if (row.language, row.voice, row.line, row.what) == (language, voice, line, what)
    }
    for name, text, samples, rate in _sounds(kokoro, language, voice, what, there):
        heard = recogniser.hear(*LINES[line](samples, rate), language)
        score = compare(text, heard, language)
        yield Heard(language, voice, line, what, name, text, heard, score.said, score.wrong, score.homophones)


def _sounds(
    kokoro: Kokoro, language: str, voice: str, what: What, there: Collection[str]
) -> Iterator[tuple[str, str, level.Samples, int]]:
    book = PromptBook(voice=voice)
    if what is What.PROMPTS:
        for prompt in supplied().values():
            if not prompt.slots() and prompt.texts[language] not in there:
                yield prompt.id, prompt.texts[language], *sound_of(book.files(prompt.id, language))
        return
    for one in sentences(book, language):
        if one.text in there:
            continue
        if what is What.COMPOSED:
            yield one.name, one.text, *sound_of(one.files)
        else:
            clean = level.without_rumble(say(kokoro, Words(one.name, one.text, language, Part.SENTENCE), voice), RATE)
            yield one.name, one.text, level.levelled(level.resampled(clean, RATE, 8000), 8000), 8000


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
    composed = [row for row in rows if (row.what, row.line, row.voice) == (What.COMPOSED, "as made", VOICE)]
    lines = [
        "# Prompts as a machine hears them",
        "",
        "Made by `python -m tools.voice check`: Whisper-base (int8) transcribes every prompt without values and",
        f"{len(composed)} sentences composed of"
        " pieces and clips, from the 8 kHz files as they are; rows A-law and µ-law: over a line of 300–3400 Hz.",
        "Mandarin: share of characters with another sound or tone. English: share of words. What sounds the same",
        "(候 and 后, wait and weight) is counted apart; figures and words (`$5`, 5, five) are one spelling. The",
        "recogniser is told only that it hears a customer line's prompts. It is small; a person may understand more.",
        f"The control, “{What.WHOLE}”, has no clips: what is wrong there is the voice's or the recogniser's.",
        "",
        f"Limits over everything: {', '.join(f'{tag} {share:.0%}' for tag, share in LIMITS.items())}."
        " A row above its limit is a known weakness. Where sentences or rows are missing they have not been heard since"
        " the last change.",
        "",
        "| language | voice | what | line | sentences | wrong | homophones |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for language in LANGUAGES:
        lines += _table(language, [row for row in rows if row.language == language])
    lines += ["", "## Heard otherwise, as made, the voice of choice", ""]
    lines += ["| prompt | text | heard | wrong of |", "| --- | --- | --- | --- |"]
    for row in rows:
        if row.wrong and row.line == "as made" and row.voice == VOICE and row.what != What.WHOLE:
            lines.append(f"| {row.name} | {row.text} | {row.heard.replace('|', '/')} | {row.wrong} of {row.said} |")
    return "\n".join(lines) + "\n"


def _table(language: str, rows: list[Heard]) -> Iterator[str]:
    groups = sorted({(row.voice, row.what, row.line) for row in rows}, key=lambda key: (key[0], key[1], key[2]))
    for voice, what, line in groups:
        own = [row for row in rows if (row.voice, row.what, row.line) == (voice, what, line)]
        score = total(own)
        shares = f"{score.wrong / score.said:.1%} | {score.homophones / score.said:.1%}"
        yield f"| {language} | {voice} | {what} | {line} | {len(own)} | {shares} |"
