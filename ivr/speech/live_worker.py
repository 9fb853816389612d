"""The process behind `LiveVoice`: reads requests, a JSON object a line, speaks, and answers when the file is there."""

import json
import sys
from contextlib import suppress
from pathlib import Path

from ivr.speech.kokoro import RATE, Kokoro, VoiceUnusable
from ivr.speech.level import levelled, resampled, trimmed, without_rumble, write_wav

KEPT = 2000
"""Texts kept; the ones said longest ago go first."""

_SPEED = {"zh-CN": 0.9, "en": 0.98}


def serve(weights: Path) -> None:
    """Answer until standard input ends."""
    try:
        kokoro = Kokoro(weights)
    except VoiceUnusable as reason:
        print(json.dumps({"unusable": str(reason)}), flush=True)
        return
    for line in sys.stdin:
        request = json.loads(line)
        path = Path(request["path"])
        try:
            _speak(kokoro, path, request["text"], request["language"], request["voice"])
            said = True
        except VoiceUnusable:
            said = False
        print(json.dumps({"path": request["path"], "said": said}), flush=True)
        _forget(path.parent)


def _speak(kokoro: Kokoro, path: Path, text: str, language: str, voice: str) -> None:
    spoken = kokoro.speak(kokoro.phonemes(text, language), language, voice, _SPEED[language])
    samples = trimmed(without_rumble(spoken, RATE), RATE)
    for form, rate in (("wav16", 16_000), ("wav", 8000)):
        # Asterisk must never find half a file.
        unfinished = path.with_name(f"{path.name}.{form}.part")
        write_wav(unfinished, levelled(resampled(samples, RATE, rate), rate), rate)
        unfinished.rename(path.with_name(f"{path.name}.{form}"))


def _forget(folder: Path) -> None:
    files = sorted(folder.glob("*.wav"), key=lambda file: file.stat().st_mtime)
    for file in files[:-KEPT]:
        for form in ("wav", "wav16"):
            with suppress(FileNotFoundError):
                file.with_suffix(f".{form}").unlink()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
