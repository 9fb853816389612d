"""A piece of a recording to show to others: cut out, with a tone over what they must not hear.

Blocking work: call it in a thread.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path

with warnings.catch_warnings():
    # It warns of patterns written for older Pythons and of a missing ffmpeg, which WAV does not need.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.generators import Sine

BEEP_HZ = 1000
BEEP_DBFS = -20.0

Span = tuple[float, float]
"""From, to: seconds from the beginning of the recording."""


class ExcerptError(ValueError):
    """The span is not in the recording; the text says which one, and how long the recording is."""


def excerpt(recording: Path, target: Path, span: Span, beeps: Sequence[Span] = ()) -> float:
    """Write the span of a WAV recording to `target`, both channels, with a tone instead of each of the `beeps`.

    Returns its length in seconds. A beep reaches over both channels; what of it lies outside the span does not matter.
    Raises ExcerptError, OSError.
    """
    sound = AudioSegment.from_wav(recording)
    whole = len(sound) / 1000
    start, end = span
    if not 0 <= start < end <= whole + 0.001:
        raise ExcerptError(f"{start:g} to {end:g} s is no part of a recording of {whole:g} s")
    for first, last in beeps:
        if not first < last:
            raise ExcerptError(f"a tone from {first:g} to {last:g} s has no length")
        sound = _beeped(sound, round(max(0.0, first) * 1000), round(min(whole, last) * 1000))
    piece = sound[round(start * 1000) : round(end * 1000)]
    piece.export(target, format="wav").close()
    return len(piece) / 1000


def _beeped(sound: AudioSegment, first_ms: int, last_ms: int) -> AudioSegment:
    if last_ms <= first_ms:
        return sound
    tone = Sine(BEEP_HZ, sample_rate=sound.frame_rate).to_audio_segment(last_ms - first_ms, BEEP_DBFS)
    both = AudioSegment.from_mono_audiosegments(*(tone.set_sample_width(sound.sample_width),) * sound.channels)
    return sound[:first_ms] + both + sound[last_ms:]
