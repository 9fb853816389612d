"""Takes: words that were understood better when said a little slower or faster, and how that was found out.

`takes.json` holds language -> voice -> file -> pace; `make` says those words at that pace.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ivr.speech import level
from ivr.speech.kokoro import RATE, Kokoro
from tools.voice.carriers import Words, say
from tools.voice.recogniser import LINES, Recogniser
from tools.voice.scoring import compare

TAKES = Path(__file__).parent / "takes.json"
PACES = (1.0, 0.94, 1.06, 0.88, 1.12)

Takes = dict[str, dict[str, dict[str, float]]]


@cache
def takes() -> Takes:
    """What `takes.json` holds."""
    found: Takes = json.loads(TAKES.read_text("utf-8")) if TAKES.is_file() else {}
    return found


def pace(words: Words, voice: str) -> float:
    """The pace of the chosen take, 1.0 where the first was kept."""
    return takes().get(words.language, {}).get(voice, {}).get(words.name, 1.0)


def choose(kokoro: Kokoro, recogniser: Recogniser, words: Words, voice: str) -> tuple[float, int]:
    """Say the words at each pace until one is understood without error; keep the best one. Its pace, its errors."""
    errors: dict[float, int] = {}
    for tried in PACES:
        clean = level.without_rumble(say(kokoro, words, voice, tried), RATE)
        narrow = level.levelled(level.resampled(clean, RATE, 8000), 8000)
        errors[tried] = sum(_errors(recogniser, narrow, words))
        if not errors[tried]:
            break
    best = min(errors, key=lambda tried: errors[tried])
    chosen = takes().setdefault(words.language, {}).setdefault(voice, {})
    chosen.pop(words.name, None)
    if best != 1.0:
        chosen[words.name] = best
    TAKES.write_text(json.dumps(takes(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return best, errors[best]


def _errors(recogniser: Recogniser, samples: level.Samples, words: Words) -> Iterator[int]:
    for line in ("as made", "A-law"):
        sound, rate = LINES[line](samples, 8000)
        score = compare(words.text, recogniser.hear(sound, rate, words.language), words.language)
        yield score.wrong
