"""What a peer takes for a tone, for sound and for silence."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from config.lab.peers.ear import Ear
from config.lab.peers.tones import FREQUENCIES, SAMPLE_RATE, dtmf, one_second

NOW = 1_800_000_000_000


def hear(*pieces: bytes, chunk: int = 1600) -> tuple[Ear, list[tuple[str, int, int]]]:
    """Feed the pieces as they would arrive; each change as (what, tone, ms since the beginning)."""
    ear, sound = Ear(), b"".join(pieces)
    changes = []
    for start in range(0, len(sound), chunk):
        part = sound[start : start + chunk]
        arrived = NOW + (start + len(part)) * 1000 // (2 * SAMPLE_RATE)
        changes += [(c.what, c.span.tone_hz, c.span.since - NOW) for c in ear.feed(part, arrived)]
    return ear, changes


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * SAMPLE_RATE) * 2)


@given(hz=st.sampled_from(FREQUENCIES), chunk=st.sampled_from([320, 640, 1600, 5000]))
def test_every_tone_is_heard_from_where_it_begins(hz: int, chunk: int) -> None:
    _, changes = hear(silence(0.5), one_second(hz), chunk=chunk)
    (what, tone, since) = next(change for change in changes if change[0] == "tone")
    assert (what, tone) == ("tone", hz)
    assert 480 <= since <= 560


def test_a_span_ends_where_the_tone_did_and_short_gaps_do_not_end_it() -> None:
    ear, _ = hear(one_second(1000), silence(0.2), one_second(1000), silence(1.0))
    (span,) = ear.finish()
    assert span.tone_hz == 1000
    assert span.since - NOW <= 40
    assert 2120 <= span.until - NOW <= 2240


def test_a_line_that_sends_nothing_for_a_while_ends_the_span_too() -> None:
    ear = Ear()
    ear.feed(one_second(1000), NOW + 1000)
    ear.feed(one_second(1000), NOW + 4000)
    assert [(span.since - NOW, span.until - NOW) for span in ear.finish()] == [(0, 1000), (3000, 4000)]


def test_one_tone_after_another_is_two_spans() -> None:
    ear, _ = hear(one_second(1000), one_second(1500 + 25))
    assert [span.tone_hz for span in ear.finish()] == [1000, 1525]


def test_noise_keys_and_chords_are_sound_but_no_tone() -> None:
    rng = np.random.default_rng(7)
    noise = (rng.standard_normal(SAMPLE_RATE) * 3000).astype(np.int16).tobytes()
    chord = np.frombuffer(one_second(1000), np.int16) // 2 + np.frombuffer(one_second(1525), np.int16) // 2
    _, changes = hear(noise, dtmf("123"), chord.astype(np.int16).tobytes())
    assert [what for what, _, _ in changes] == ["sound"]


def test_silence_counts_after_sound_only_and_after_a_while() -> None:
    _, changes = hear(silence(1), one_second(1000), silence(0.3), one_second(1000), silence(2))
    assert [what for what, _, _ in changes if what in ("sound", "silence")] == ["sound", "silence"]


def test_faint_tone_is_nothing() -> None:
    faint = (np.frombuffer(one_second(1000), np.int16) // 50).astype(np.int16).tobytes()
    _, changes = hear(faint)
    assert changes == []
