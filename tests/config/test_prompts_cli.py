"""`hotline prompts`: list, missing, play, say."""

import json
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.prompts_cli import app
from cti.problems import Refused
from ivr.prompts.catalogue import supplied
from ivr.speech.languages import LANGUAGES

SETTINGS = "[[asterisk]]\nname = 'a'\nari_password = 'x'\nami_secret = 'x'\n[plan]\nprompts = ['own']\n"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str) -> str:
    with pytest.raises(Refused) as caught:
        CliRunner().invoke(app, list(words), catch_exceptions=False)
    return str(caught.value)


def seconds(file: Path) -> float:
    with wave.open(str(file), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def test_list_shows_every_prompt_in_every_language() -> None:
    rows = json.loads(run("list", "--json"))
    assert [row["id"] for row in rows] == list(supplied())
    assert set(rows[0]) == {"id", "used", *LANGUAGES}
    assert "感谢您的来电" in run("list", "--language", "zh-CN")


def test_where_there_is_no_terminal_each_prompt_is_a_line_with_tabs() -> None:
    lines = [line.split("\t") for line in run("list").splitlines()]
    assert [line[0] for line in lines] == list(supplied())
    assert {len(line) for line in lines} == {2 + len(LANGUAGES)}


def test_list_with_clips_is_what_a_voice_has_to_record() -> None:
    rows = json.loads(run("list", "--clips", "--language", "en", "--json"))
    assert {"id": "clips/n7-end", "used": "values", "en": "seven"} in rows


def test_nothing_is_missing() -> None:
    assert run("missing") == "Nothing is missing.\n"


def test_play_saves_a_prompt_with_its_values(tmp_path: Path) -> None:
    run("play", "balance", "amount=12.50", "--language", "en", "--save", "balance.wav")
    assert seconds(tmp_path / "balance.wav") > 1.5


def test_say_reads_a_value_out(tmp_path: Path) -> None:
    run("say", "13800138000", "--as", "phone", "--save", "number.wav")
    assert seconds(tmp_path / "number.wav") > 2


def test_the_voice_of_the_settings_is_heard_and_one_nobody_has_is_refused(tmp_path: Path) -> None:
    mine = tmp_path / "own" / "en" / "deep" / "goodbye.wav"
    mine.parent.mkdir(parents=True)
    with wave.open(str(mine), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        file.writeframes(bytes(2 * 8000 * 7))
    Path("hotline.toml").write_text(SETTINGS + "speaker = 'deep'\n")
    run("play", "goodbye", "--language", "en", "--save", "mine.wav")
    assert seconds(tmp_path / "mine.wav") == 7
    run("play", "goodbye", "--language", "en", "--voice", "female", "--save", "supplied.wav")
    assert seconds(tmp_path / "supplied.wav") < 7
    run("play", "goodbye", "--language", "zh-CN", "--save", "falls-back.wav")
    Path("hotline.toml").write_text(SETTINGS + "speaker = 'deeper'\n")
    assert "plan.speaker: nobody is called 'deeper' in zh-CN, en" in refused("missing")


def test_what_is_wrong_is_said_with_its_mend() -> None:
    assert "did you mean 'goodbye'?" in refused("play", "godbye", "--save", "x.wav")
    assert "wants the value" in refused("play", "balance", "--save", "x.wav")
    assert "an amount with at most two decimals" in refused("play", "balance", "amount=lots", "--save", "x.wav")
    assert "is not NAME=VALUE" in refused("play", "balance", "amount", "--save", "x.wav")
    assert "a date is needed" in refused("say", "soon", "--as", "date", "--save", "x.wav")
    assert "nobody speaks 'fr'" in refused("say", "1", "--as", "number", "--language", "fr")
    assert "name a kind" in refused("say", "Example Road")
    assert "nobody is called 'chorus'" in refused("say", "1", "--as", "number", "--voice", "chorus")
    assert "did you mean 'queue'?" in refused("list", "--used", "queu")
