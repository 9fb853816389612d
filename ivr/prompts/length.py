"""How long prompts are, from their files."""

import wave
from collections.abc import Callable, Sequence
from functools import lru_cache

from ivr.prompts.book import PromptBook, PromptMissing
from ivr.prompts.catalogue import supplied


def text_of(prompt_id: str, language: str) -> str | None:
    """What a supplied prompt says; None for an operator's own."""
    prompt = supplied().get(prompt_id)
    return prompt.texts.get(language) if prompt is not None else None


def seconds_of(files: Sequence[str]) -> float:
    """The length of sound files, whose paths are without extension; those that are no 8 kHz WAV count nothing."""
    return sum(_seconds(file) for file in files)


def prompt_seconds(book: PromptBook) -> Callable[[str, str], float]:
    """The length of a prompt in a language without the values it reads; 0 where it has no sound."""

    def seconds(prompt_id: str, language: str) -> float:
        prompt = supplied().get(prompt_id)
        known = prompt is not None and language in prompt.texts
        pieces = [piece.name for piece in prompt.pieces(language)] if prompt and known else [prompt_id]
        try:
            return seconds_of([file for piece in pieces for file in book.files(piece, language)])
        except PromptMissing:
            return 0.0

    return seconds


@lru_cache(maxsize=4096)
def _seconds(file: str) -> float:
    try:
        with wave.open(f"{file}.wav", "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (OSError, EOFError, wave.Error):
        return 0.0
