"""`hotline prompts`: what callers hear."""

import asyncio
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from config.language import said
from config.options import AsJson, Config, settings_of
from config.prompt_book import book_in, prompt_book
from config.sections import PlanSettings
from config.sentences import problem_in_words
from config.terminal import print_list
from cti.problems import Problem, Refused, closest
from ivr.prompts import lint
from ivr.prompts.book import PromptBook, PromptMissing
from ivr.prompts.catalogue import supplied
from ivr.prompts.sound import joined
from ivr.speech.kinds import Kind, Unspeakable
from ivr.speech.languages import LANGUAGES
from ivr.speech.live import LiveVoice

PLAYERS = (("aplay", "-q"), ("paplay",), ("pw-play",), ("afplay",), ("play", "-q"))
"""Programs that play a WAV file; the first one there is used."""

PATIENCE_S = 60.0

app = typer.Typer(
    help="What callers hear: sentences, and values read out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Language = Annotated[str, typer.Option(help=f"Language: {', '.join(LANGUAGES)}.")]
Voice = Annotated[str | None, typer.Option(help="Voice; without one, that of the settings.")]
Save = Annotated[Path | None, typer.Option(help="Write an 8 kHz WAV file instead of playing.")]


@app.command("list")
def list_prompts(
    language: Annotated[str | None, typer.Option(help="Only this language.")] = None,
    used: Annotated[str | None, typer.Option(help="Only prompts of this use, such as queue or survey.")] = None,
    clips: Annotated[bool, typer.Option(help="Also the clips that values are read from.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every prompt: id, use and texts; with --clips, all that a voice has to record."""
    languages = [language] if language else list(LANGUAGES)
    _known(languages)
    uses = {prompt.used for prompt in supplied().values()}
    if used not in (None, *uses):
        raise Refused(Problem("--used", f"no prompt is used for {used!r}", closest(str(used), uses)))
    rows = [
        {"id": prompt.id, "used": prompt.used, **{tag: prompt.texts[tag] for tag in languages}}
        for prompt in supplied().values()
        if used in (None, prompt.used)
    ]
    if clips:
        sets = {tag: LANGUAGES[tag].all_clips() for tag in languages}
        names = dict.fromkeys(clip for own in sets.values() for clip in own)
        rows += [
            {"id": f"clips/{clip}", "used": "values", **{tag: own[clip] for tag, own in sets.items() if clip in own}}
            for clip in names
        ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    columns = [said("id", "编号"), said("use", "用途"), *languages]
    print_list(columns, ([row["id"], row["used"], *(row.get(tag, "") for tag in languages)] for row in rows))


@app.command()
def missing(config: Config = None, as_json: AsJson = False) -> None:
    """What has no sound, the wrong rate, or an older text; exit status 1 when there is any."""
    prompt_book(_plan(config))
    found = [str(problem) if as_json else problem_in_words(problem) for problem in lint.problems()]
    print(
        json.dumps(found, ensure_ascii=False, indent=2)
        if as_json
        else "\n".join(found) or said("Nothing is missing.", "没有缺失。")
    )
    raise typer.Exit(1 if found else 0)


@app.command()
def play(
    prompt: Annotated[str, typer.Argument(help="A prompt's id (hotline prompts list).")],
    values: Annotated[list[str] | None, typer.Argument(help="NAME=VALUE for each value it reads out.")] = None,
    language: Language = "zh-CN",
    voice: Voice = None,
    save: Save = None,
    config: Config = None,
) -> None:
    """Play a prompt, its values read out."""
    _known([language])
    given = dict(_name_and_value(value) for value in values or ())
    book = _book(config, language, voice)
    try:
        files = book.files(prompt, language, given)
    except PromptMissing as absent:
        known = prompt in supplied()
        mend = f"record {absent.prompt_id} (docs/prompts.md)" if known else closest(prompt, supplied())
        raise Refused(Problem(prompt, f"has no sound in {language}", mend)) from None
    except KeyError as absent:
        raise Refused(Problem(prompt, f"wants the value {absent}", "give it as NAME=VALUE")) from None
    except Unspeakable as wrong:
        raise Refused(Problem(prompt, str(wrong), "give another value")) from None
    _sound(files, save)


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="A value for --as, or any text.")],
    kind: Annotated[Kind | None, typer.Option("--as", help="Read it out as this kind of value, from clips.")] = None,
    language: Language = "zh-CN",
    voice: Voice = None,
    weights: Annotated[Path | None, typer.Option(help="For any text: the folder of model weights.")] = None,
    save: Save = None,
    config: Config = None,
) -> None:
    """Read out a value from clips; any other text with the offline voice, where its extra is installed."""
    _known([language])
    if kind is not None:
        book = _book(config, language, voice)
        try:
            _sound(book.say(kind, text, language), save)
        except Unspeakable as wrong:
            raise Refused(Problem("TEXT", str(wrong), "give another value")) from None
        return
    if weights is None:
        mend = f"name a kind (--as {', '.join(Kind)}), or the weights of the offline voice (docs/prompts.md)"
        raise Refused(Problem("TEXT", "no --as and no --weights", mend))
    with tempfile.TemporaryDirectory() as folder:
        file = asyncio.run(_live(text, language, voice or _plan(config).speaker, weights, Path(folder)))
        if file is None:
            raise Refused(Problem(str(weights), "the offline voice cannot speak this", "see docs/prompts.md"))
        _sound([file], save)


async def _live(text: str, language: str, voice: str, weights: Path, folder: Path) -> str | None:
    spoken = LiveVoice(weights, folder, voice, deadline_s=PATIENCE_S)
    try:
        return await spoken.speak(text, language)
    finally:
        await spoken.stop()


def _book(config: Path | None, language: str, voice: str | None) -> PromptBook:
    plan = _plan(config)
    return prompt_book(plan) if voice is None else book_in(plan.prompts, voice, [language], "--voice")


def _plan(config: Path | None) -> PlanSettings:
    """By the settings, where there are any; what is supplied can be heard without."""
    return settings_of(config).plan if config is not None or Path("hotline.toml").exists() else PlanSettings()


def _known(languages: Sequence[str]) -> None:
    for language in languages:
        if language not in LANGUAGES:
            raise Refused(Problem("--language", f"nobody speaks {language!r} here", closest(language, LANGUAGES)))


def _name_and_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Refused(Problem(text, "is not NAME=VALUE", "write for example amount=12.50"))
    return name, value


def _sound(files: Sequence[str], save: Path | None) -> None:
    if save is not None:
        joined(files, save)
        return
    player = next((player for player in PLAYERS if shutil.which(player[0])), None)
    if player is None:
        mend = f"install one of {', '.join(program for program, *_ in PLAYERS)}, or use --save FILE"
        raise Refused(Problem("sound", "no program here plays sound", mend))
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        joined(files, Path(file.name))
        if subprocess.run([*player, file.name], check=False).returncode:  # noqa: S603
            raise Refused(Problem(player[0], "could not play it", "use --save FILE"))
