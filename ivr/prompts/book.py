"""The prompt book: which sound files say something, in which order.

Paths are absolute and without extension: Asterisk takes the best of the formats beside each other (`.wav` 8 kHz,
`.wav16` 16 kHz, and whatever else an operator puts there). Folders are looked at for each prompt, so a new recording is
heard at once. First match wins: the operator's folders in their order, then the supplied audio.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cti.problems import Problem, Refused
from ivr.prompts.catalogue import Piece, Prompt, supplied
from ivr.speech.kinds import Kind, parsed
from ivr.speech.languages import LANGUAGES
from ivr.speech.values import clips

AUDIO = Path(__file__).parent / "audio"
"""The supplied audio: `LANGUAGE/VOICE/ID.wav`, `LANGUAGE/VOICE/clips/ID.wav`."""

MUSIC = Path(__file__).parent / "music"
"""Folder of the supplied music on hold (8 kHz WAV), for Asterisk's `musiconhold.conf` in mode `files`."""
AUTO_ANSWER_TONE = Path(__file__).parent / "tones" / "auto-answer.wav"
"""What an agent hears before the caller when his phone answered by itself."""

VOICE = "female"
"""The voice that is used where none is chosen; it is complete."""

CLIPS = "clips"
"""The folder of the clips that values are read from, inside a voice's folder."""

FORMATS = ("wav", "wav16", "g722", "alaw", "al", "ulaw", "ul", "pcm", "sln", "sln16", "gsm", "opus")
"""Extensions that Asterisk plays and that are looked for."""

_UNFIT = set(",&|\"'\\\n\r ")


class PromptMissing(LookupError):
    """A prompt that has no sound in this language."""

    def __init__(self, prompt_id: str, language: str, folders: Iterable[Path]) -> None:
        looked = ", ".join(str(folder) for folder in folders)
        super().__init__(f"prompt {prompt_id!r} has no sound in {language!r}: put {prompt_id}.wav into one of {looked}")
        self.prompt_id = prompt_id
        self.language = language


class PromptBook:
    """Finds files. `voice` is one voice for all languages, or one for each (`{"zh-CN": "male"}`).

    In a folder, a file of the voice (`LANGUAGE/VOICE/ID.wav`) goes before one for any voice (`LANGUAGE/ID.wav`); what
    the voice lacks is taken from the one that is complete. Raises `Refused` for a folder that is not there, or whose
    path Asterisk cannot play from.
    """

    def __init__(self, folders: Sequence[Path] = (), voice: str | Mapping[str, str] = VOICE) -> None:
        problems = [problem for folder in folders for problem in _problems(folder)]
        if problems:
            raise Refused(*problems)
        self._folders = (*(folder.resolve() for folder in folders), AUDIO)
        self._voices = {tag: voice if isinstance(voice, str) else voice.get(tag, VOICE) for tag in LANGUAGES}

    def files(self, prompt_id: str, language: str, values: Mapping[str, object] | None = None) -> list[str]:
        """The files that say a prompt, its values read out in their places.

        Raises PromptMissing where a file is not there, Unspeakable for a value that is not of its kind, KeyError for a
        value that was not given.
        """
        prompt = supplied().get(prompt_id)
        if prompt is None or language not in prompt.texts:
            return [self._file(prompt_id, language)]
        if values is None and prompt.slots():
            raise KeyError(f"prompt {prompt_id!r} wants values: {', '.join(sorted(prompt.slots()))}")
        if sentence := self._sentence(prompt, language, values or {}):
            return [sentence]
        files: list[str] = []
        for part in prompt.parts(language):
            if isinstance(part, Piece):
                files.append(self._file(part.name, language))
            else:
                value = (values or {})[part.name]
                files += self.say(part.kind, value, language, last=part.last, follower=part.follower)
        return files

    def _sentence(self, prompt: Prompt, language: str, values: Mapping[str, object]) -> str | None:
        """The file of the whole sentence with its number, if there is one. An operator's pieces go before a supplied
        sentence: his voice is not to change with the number."""
        sentences = prompt.sentences(language)
        if not sentences:
            return None
        (name,) = prompt.slots()
        sentence = sentences.get(parsed(Kind.COUNT, values[name]))
        found = self._find(sentence.name, language) if sentence else None
        pieces = [self._find(piece.name, language) or "" for piece in prompt.pieces(language)]
        own_pieces = not all(Path(piece).is_relative_to(AUDIO) for piece in pieces)
        return None if found and own_pieces and Path(found).is_relative_to(AUDIO) else found

    def say(
        self, kind: Kind | str, value: object, language: str, *, last: bool = True, follower: str = ""
    ) -> list[str]:
        """The files that read a value. Raises as `files`; ValueError for a kind there is not."""
        said = clips(Kind(kind), value, language, last=last, follower=follower)
        return [self._file(f"{CLIPS}/{clip}", language) for clip in said]

    def slots(self, prompt_id: str) -> frozenset[str]:
        """The values that a prompt reads out; none for one that is not in the catalogue."""
        prompt = supplied().get(prompt_id)
        return frozenset() if prompt is None else frozenset(prompt.slots())

    def missing(self, prompt_ids: Iterable[str], language: str) -> list[str]:
        """Those of the prompts that cannot be said in the language, in their order."""
        return [prompt_id for prompt_id in prompt_ids if any(self._absent(prompt_id, language))]

    def _absent(self, prompt_id: str, language: str) -> Iterator[bool]:
        prompt = supplied().get(prompt_id)
        known = prompt is not None and language in prompt.texts
        for name in [piece.name for piece in prompt.pieces(language)] if prompt and known else [prompt_id]:
            yield self._find(name, language) is None

    def _file(self, name: str, language: str) -> str:
        found = self._find(name, language)
        if found is None:
            raise PromptMissing(name, language, (folder / language for folder in self._folders))
        return found

    def _find(self, name: str, language: str) -> str | None:
        for folder in self._folders:
            for place in (folder / language / self._voices.get(language, VOICE), folder / language):
                if any((place / f"{name}.{form}").is_file() for form in FORMATS):
                    return str(place / name)
        default = AUDIO / language / VOICE
        return str(default / name) if (default / f"{name}.wav").is_file() else None


def _problems(folder: Path) -> Iterator[Problem]:
    if not folder.is_dir():
        yield Problem(str(folder), "is not a folder", "make it, or take it out of the prompt folders")
    elif unfit := _UNFIT & set(str(folder.resolve())):
        named = " ".join(sorted(map(repr, unfit)))
        yield Problem(str(folder), f"its path holds {named}, which Asterisk cannot play", "rename or move it")
