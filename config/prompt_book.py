"""The prompt book of the settings: the operator's folders, and the voice that is chosen."""

from collections.abc import Collection, Sequence
from pathlib import Path

from config.sections import PlanSettings
from cti.problems import Problem, Refused
from ivr.prompts import lint
from ivr.prompts.book import PromptBook
from ivr.speech.languages import LANGUAGES


def prompt_book(plan: PlanSettings) -> PromptBook:
    """Raises Refused for a folder that cannot be used, and for a voice that nobody has recorded."""
    return book_in(plan.prompts, plan.speaker, LANGUAGES, "plan.speaker")


def book_in(folders: Sequence[Path], voice: str, languages: Collection[str], place: str) -> PromptBook:
    """The book of these folders in this voice, which must be there in one of the languages; `place` names it in a
    refusal."""
    book = PromptBook(folders, voice)
    own = (folder / language / voice for folder in folders for language in languages)
    if voice not in lint.VOICES and not any(folder.is_dir() for folder in own):
        mend = (
            f"use one of {', '.join(lint.VOICES)}, or put it into LANGUAGE/{voice} of a prompt folder (docs/prompts.md)"
        )
        raise Refused(Problem(place, f"nobody is called {voice!r} in {', '.join(languages)}", mend))
    return book
