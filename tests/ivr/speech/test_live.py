"""Text known only at run time: spoken in time by a process of its own, or not at all."""

import asyncio
import importlib.util
import os
import sys
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from ivr.speech.live import LONGEST, LiveVoice

FAKE = """
import json, pathlib, sys
log = pathlib.Path(sys.argv[1])
for line in sys.stdin:
    request = json.loads(line)
    with log.open("a") as file:
        file.write(request["text"] + "\\n")
    if request["text"] == "crash":
        sys.exit(1)
    if request["text"] == "never":
        continue
    said = request["text"] != "unspeakable"
    if said:
        pathlib.Path(request["path"] + ".wav").touch()
    print(json.dumps({"path": request["path"], "said": said}), flush=True)
"""

Make = Callable[..., LiveVoice]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    worker = tmp_path / "worker.py"
    worker.write_text(FAKE)
    made: list[LiveVoice] = []

    def build(deadline_s: float = 20.0) -> LiveVoice:
        voice = LiveVoice(
            tmp_path / "log", tmp_path / "cache", deadline_s=deadline_s, worker=(sys.executable, str(worker))
        )
        made.append(voice)
        return voice

    yield build
    for voice in made:
        await voice.stop()


def asked(tmp_path: Path) -> list[str]:
    return (tmp_path / "log").read_text().splitlines()


def made_in(tmp_path: Path) -> list[str]:
    return [str(file) for file in (tmp_path / "cache").iterdir()]


async def test_a_text_is_spoken_once_and_kept(make: Make, tmp_path: Path) -> None:
    voice = make()
    first = await voice.speak("示例路 1 号", "zh-CN")
    assert first is not None
    assert f"{first}.wav" in made_in(tmp_path)
    assert await voice.speak("示例路 1 号", "zh-CN") == first
    assert await voice.speak("示例路 1 号", "en") != first
    assert asked(tmp_path) == ["示例路 1 号"] * 2


async def test_the_same_text_asked_for_twice_at_once_is_spoken_once(make: Make, tmp_path: Path) -> None:
    voice = make()
    one, other = await asyncio.gather(voice.speak("Example Road", "en"), voice.speak("Example Road", "en"))
    assert one == other is not None
    assert asked(tmp_path) == ["Example Road"]


async def test_what_comes_too_late_is_none_and_the_caller_goes_on(make: Make) -> None:
    assert await make(deadline_s=0.05).speak("never", "en") is None


async def test_what_cannot_be_spoken_is_none(make: Make) -> None:
    assert await make().speak("unspeakable", "en") is None


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "a\0b", "x" * (LONGEST + 1)])
async def test_text_that_is_no_name_or_address_is_not_even_tried(make: Make, tmp_path: Path, text: str) -> None:
    assert await make().speak(text, "en") is None
    assert not (tmp_path / "log").exists()


async def test_a_crash_answers_none_and_the_next_text_starts_anew(make: Make) -> None:
    voice = make()
    assert await voice.speak("crash", "en") is None
    assert await voice.speak("Example Road", "en") is not None


async def test_without_weights_or_extra_it_says_so_once_and_answers_none(tmp_path: Path) -> None:
    voice = LiveVoice(tmp_path / "none", tmp_path / "cache", deadline_s=60.0)
    assert await voice.speak("Example Road", "en") is None
    assert await voice.speak("Example Road", "en") is None
    await voice.stop()


WEIGHTS = Path(os.environ.get("HOTLINE_VOICE_WEIGHTS", "absent"))


@pytest.mark.timeout(600)
@pytest.mark.skipif(
    importlib.util.find_spec("kokoro_onnx") is None or not (WEIGHTS / "kokoro.onnx").is_file(),
    reason="speaking needs the voice extra and HOTLINE_VOICE_WEIGHTS (docs/prompts.md)",
)
@pytest.mark.parametrize(("text", "language"), [("示例路 1 号，张三", "zh-CN"), ("Example Road 1, Jane Doe", "en")])
async def test_the_real_voice_speaks_a_name_and_an_address_as_asterisk_plays_them(
    tmp_path: Path, text: str, language: str
) -> None:
    voice = LiveVoice(WEIGHTS, tmp_path / "cache", deadline_s=500.0)
    try:
        file = await voice.speak(text, language)
        assert file is not None
        for form, rate in (("wav", 8000), ("wav16", 16_000)):
            with wave.open(f"{file}.{form}", "rb") as sound:
                assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (rate, 1, 2)
                assert sound.getnframes() > rate
    finally:
        await voice.stop()
