"""A recogniser understands what is supplied: a part of it here, all of it in `python -m tools.voice check`."""

import os
from itertools import islice
from pathlib import Path

import pytest

from ivr.prompts.book import VOICE
from ivr.speech.languages import LANGUAGES

pytest.importorskip("faster_whisper", reason="listening needs the voice extra (docs/prompts.md)")
WEIGHTS = Path(os.environ.get("HOTLINE_VOICE_WEIGHTS", "absent"))
if not (WEIGHTS / "whisper").is_dir():
    pytest.skip("HOTLINE_VOICE_WEIGHTS names no folder of weights (docs/prompts.md)", allow_module_level=True)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("what", ["prompts", "composed"])
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_telephone_listener_understands(language: str, what: str) -> None:
    from ivr.speech.kokoro import Kokoro
    from tools.voice.listening import LIMITS, What, listen, total
    from tools.voice.recogniser import Recogniser

    listener = listen(Recogniser(WEIGHTS, 2), Kokoro(WEIGHTS), language, VOICE, What(what), ["A-law"], ())
    heard = list(islice(listener, 25))
    score = total(heard)
    assert score.wrong / score.said <= LIMITS[language]
