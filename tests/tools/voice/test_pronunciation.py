"""Words with several readings are said with the one that is meant."""

import os
from pathlib import Path

import pytest

pytest.importorskip("misaki", reason="reading aloud needs the voice extra (docs/prompts.md)")
WEIGHTS = Path(os.environ.get("HOTLINE_VOICE_WEIGHTS", "absent"))
if not (WEIGHTS / "kokoro.onnx").is_file():
    pytest.skip("HOTLINE_VOICE_WEIGHTS names no folder of weights (docs/prompts.md)", allow_module_level=True)


@pytest.mark.parametrize(
    ("text", "word", "not_as"),
    [
        ("重听，请按一。", "虫听", "众听"),
        ("等待时间会比平时长。", "常", "掌"),
        ("请按井号键。", "井号", "号键"),
        ("查理赔进度，请按一。", "理赔", "查理"),
        ("一月三日", "医月", "仪月"),
    ],
)
def test_a_word_is_read_as_it_is_meant(text: str, word: str, not_as: str) -> None:
    from ivr.speech.kokoro import Kokoro
    from tools.voice.pronunciation import sounds

    kokoro = Kokoro(WEIGHTS)
    read = sounds(kokoro, text, "zh-CN")
    assert kokoro.phonemes(word, "zh-CN") in read
    assert kokoro.phonemes(not_as, "zh-CN") not in read
