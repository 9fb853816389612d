"""Let the recogniser hear everything that is supplied, and write down how well it understood."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.prompts.book import VOICE, PromptBook
from ivr.prompts.catalogue import supplied
from ivr.speech.languages import LANGUAGES
from tools.voice.composed import sentences, sound_of
from tools.voice.recogniser import LINES, Recogniser
from tools.voice.scoring import Score, compare

LIMITS = {"zh-CN": 0.08, "en": 0.03}
"""The largest share of characters (Mandarin) or words (English) that may be heard wrongly over everything."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence, heard once."""

    language: str
    voice: str
    line: str
    name: str
    composed: bool
    text: str
    heard: str
    said: int
    wrong: int
    homophones: int


def listen(recogniser: Recogniser, language: str, voice: str, line: str, *, composed: bool) -> Iterator[Heard]:
    """Hear every sentence of the catalogue (those without values), or the composed ones, over one line."""
    book = PromptBook(voice=voice)
    if composed:
        wanted = [(one.name, one.text, one.files) for one in sentences(book, language)]
    else:
        plain = [prompt for prompt in supplied().values() if not prompt.slots()]
        wanted = [(prompt.id, prompt.texts[language], book.files(prompt.id, language)) for prompt in plain]
    for name, text, files in wanted:
        samples, rate = LINES[line](*sound_of(files))
        heard = recogniser.hear(samples, rate, language)
        score = compare(text, heard, language)
        yield Heard(language, voice, line, name, composed, text, heard, score.said, score.wrong, score.homophones)


def total(rows: list[Heard]) -> Score:
    """The scores added up."""
    return Score(sum(row.said for row in rows), sum(row.wrong for row in rows), sum(row.homophones for row in rows))


def write_rows(path: Path, rows: list[Heard]) -> None:
    """One JSON object a line."""
    path.write_text("".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows), "utf-8")


def read_rows(path: Path) -> list[Heard]:
    """What `write_rows` wrote; empty where there is no file."""
    if not path.is_file():
        return []
    return [Heard(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def page(rows: list[Heard]) -> str:
    """The report as Markdown: a table of shares, then each sentence that was heard otherwise."""
    lines = [
        "# Prompts as a machine hears them",
        "",
        "Made by `python -m tools.voice check`: Whisper-base (int8) transcribes every prompt without values and",
        f"{sum(row.composed for row in rows if row.line == 'as made' and row.voice == VOICE)} sentences composed of"
        " pieces and clips, from the 8 kHz files as they are and over a telephone line (300–3400 Hz, G.711).",
        "Mandarin: share of characters with another sound or tone. English: share of words. What sounds the same",
        "(候 and 后, wait and weight) is counted apart; figures and words (`$5`, 5, five) are one spelling. The",
        "recogniser is told only that it hears a customer line's prompts. It is small; a person may understand more.",
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
        if row.wrong and row.line == "as made" and row.voice == VOICE:
            lines.append(f"| {row.name} | {row.text} | {row.heard.replace('|', '/')} | {row.wrong} of {row.said} |")
    return "\n".join(lines) + "\n"


def _table(language: str, rows: list[Heard]) -> Iterator[str]:
    groups = sorted({(row.voice, row.composed, row.line) for row in rows}, key=lambda key: (key[0], key[1], key[2]))
    for voice, composed, line in groups:
        own = [row for row in rows if (row.voice, row.composed, row.line) == (voice, composed, line)]
        score = total(own)
        what = "composed" if composed else "prompts"
        shares = f"{score.wrong / score.said:.1%} | {score.homophones / score.said:.1%}"
        yield f"| {language} | {voice} | {what} | {line} | {len(own)} | {shares} |"
