"""The catalogue of sentences: id, text in each language, and where it is used.

A text is words and slots, `您前面还有{ahead:count}位客户`. The words between slots are recorded as pieces, numbered
from 1 (`queue-position-1`), and a slot is read from clips (`ivr.speech`). A text without slots is one file of its id.

A number that is heard again and again can be recorded within its sentence: `您前面还有{ahead:count:2-20}位客户` is also
a file for each number from 2 to 20 (`queue-position/12`). Said whole, a sentence is understood better than from clips.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cti.problems import Problem, Refused
from ivr.flow.document import Document, read
from ivr.speech.kinds import Kind
from ivr.speech.languages import LANGUAGES
from ivr.speech.values import clips

CATALOGUE = Path(__file__).parent / "catalogue.yaml"

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SLOT = re.compile(r"\{([a-z_]+):([a-z]+)(?::([0-9]+)-([0-9]+))?\}")
_WORDS = re.compile(r"\w")
_SENTENCE_ENDS = re.compile(r"[。.！!？?]|$")


class CatalogueRefused(Refused):
    """A catalogue that cannot be used; each problem names file, line, key and mend."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are recorded together. `name` is the file's; `text` keeps its punctuation."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that is read out in this place. `last`: the sentence ends with it. `follower`: the word after it that is
    said in one breath with it, "" for none."""

    name: str
    kind: Kind
    last: bool
    follower: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One sentence of the system, in every language."""

    id: str
    used: str
    texts: Mapping[str, str]

    def parts(self, language: str) -> list[Piece | Slot]:
        """What is played, in order. KeyError for a language without a text."""
        text = self.texts[language]
        if not _SLOT.search(text):
            return [Piece(self.id, text)]
        parts: list[Piece | Slot] = []
        end = number = 0
        for slot in _SLOT.finditer(text):
            number += self._add_piece(parts, text[end : slot.start()], number)
            kind = Kind(slot[2])
            follower = _follower(text[slot.end() :], kind, language)
            end = slot.end() + len(follower)
            parts.append(Slot(slot[1], kind, bool(_SENTENCE_ENDS.match(text[end:])), follower))
        self._add_piece(parts, text[end:], number)
        return parts

    def _add_piece(self, parts: list[Piece | Slot], text: str, before: int) -> bool:
        if not _WORDS.search(text):
            return False
        parts.append(Piece(f"{self.id}-{before + 1}", text.strip()))
        return True

    def pieces(self, language: str) -> list[Piece]:
        """The words between its values."""
        return [part for part in self.parts(language) if isinstance(part, Piece)]

    def sentences(self, language: str) -> dict[int, Piece]:
        """The whole sentences that are recorded, by the number in them."""
        text = self.texts[language]
        slot = _SLOT.search(text)
        if slot is None or not slot[3]:
            return {}
        before, after = text[: slot.start()], text[slot.end() :]
        return {
            number: Piece(f"{self.id}/{number}", before + _words(Kind(slot[2]), number, language) + after)
            for number in range(int(slot[3]), int(slot[4]) + 1)
        }

    def slots(self) -> set[str]:
        """Names of the values it wants; the same in every language."""
        return {slot[1] for text in self.texts.values() for slot in _SLOT.finditer(text)}


Catalogue = Mapping[str, Prompt]


@cache
def supplied() -> Catalogue:
    """The catalogue that comes with hotline."""
    return load(CATALOGUE)


def load(path: Path) -> Catalogue:
    """Read a catalogue; raises `CatalogueRefused` with everything that is wrong with it."""
    document = read(str(path), path.read_text("utf-8"))
    problems = list(_problems(document))
    if problems:
        raise CatalogueRefused(*problems)
    return {
        name: Prompt(name, entry["used"], {tag: text for tag, text in entry.items() if tag != "used"})
        for name, entry in document.data.items()
    }


def _problems(document: Document) -> Iterator[Problem]:
    if not isinstance(document.data, dict):
        yield document.problem((), "no prompts", "write `id: {used: …, zh-CN: …, en: …}`")
        return
    names: dict[str, str] = {}
    for name, entry in document.data.items():
        if not _ID.fullmatch(name):
            yield document.problem((name,), "not an id", "use small letters, digits and '-'")
        if not isinstance(entry, dict) or set(entry) != {"used", *LANGUAGES}:
            yield document.problem((name,), "not a prompt", f"write used, {', '.join(LANGUAGES)}, and nothing else")
            continue
        if not all(isinstance(text, str) and _WORDS.search(text) for text in entry.values()):
            yield document.problem((name,), "a text is missing", "write it as words; quote what starts with '{'")
            continue
        yield from _slot_problems(document, name, entry)
        for piece in {piece.name for tag in LANGUAGES for piece in _pieces(name, entry, tag)}:
            if names.setdefault(piece, name) != name:
                yield document.problem((name,), f"its file {piece} is {names[piece]}'s too", "choose another id")


def _slot_problems(document: Document, name: str, entry: dict[str, str]) -> Iterator[Problem]:
    found = {tag: list(_SLOT.finditer(entry[tag])) for tag in LANGUAGES}
    for tag, text in entry.items():
        if tag != "used" and re.search(r"[{}]", _SLOT.sub("", text)):
            yield document.problem((name, tag), "a brace that is no slot", "write a value as {name:kind}")
        for _, kind, first, _ in (slot.groups() for slot in found.get(tag, ())):
            if kind not in tuple(Kind):
                yield document.problem((name, tag), f"no kind {kind!r}", f"use one of {', '.join(Kind)}")
            elif first and (kind != Kind.COUNT or len(found[tag]) > 1):
                yield document.problem((name, tag), "numbers to record", "only a text's one value, a count, has them")
    if len({tuple(sorted(slot.group(1, 2) for slot in slots)) for slots in found.values()}) > 1:
        yield document.problem((name,), "its languages want different values", "use the same {name:kind} in each")


def _follower(text: str, kind: Kind, language: str) -> str:
    words = LANGUAGES[language].followers if kind in (Kind.NUMBER, Kind.COUNT) else ()
    return next((word for word in words if text.startswith(word)), "")


def _words(kind: Kind, value: object, language: str) -> str:
    return LANGUAGES[language].words(clips(kind, value, language))


def _pieces(name: str, entry: dict[str, str], tag: str) -> list[Piece]:
    known = {slot[2] for slot in _SLOT.finditer(entry[tag])} <= set(Kind)
    return Prompt(name, "", {tag: entry[tag]}).pieces(tag) if known else []
