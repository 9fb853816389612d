"""The rules for audio: the right voices, on the right sides, for as long as the talk was."""

from pathlib import Path

from config.lab.check.audio import Sound, listen
from config.lab.check.case import Case
from config.lab.check.ledger import RecordingEntry
from config.lab.check.peers import Leg
from config.lab.check.spans import hull
from config.lab.check.tolerances import Tolerances
from config.lab.check.verdict import Kind, Text

CALLER, AGENT = 0, 1
"""The channels of a recording."""
KEY_S = 0.3
"""A key pressed takes so much of the tone away: meanwhile the phone sends no sound."""


def check_recordings(
    case: Case, folder: Path, files: set[str], owners: dict[int, list[str]], tolerances: Tolerances
) -> float:
    """Judge the recordings of a call that all three records have; return their length in seconds.

    `files` are the sound files of `folder`; `owners` says whose tone is which.
    """
    assert case.placed is not None
    assert case.switch is not None
    assert case.ledger is not None
    entries = case.ledger.recordings
    legs = case.talking_legs()
    if case.switch.talks and not entries:
        gaps = ", ".join(f"{gap.cause} {gap.seconds:.1f} s" for gap in case.ledger.gaps)
        case.say(Kind.NO_RECORDING, gaps=f" ({gaps})" if gaps else "")
    if not case.switch.talks and case.switch.fallback_talks:
        # Kept by Asterisk alone, with whoever its own queue rang.
        return 0.0
    if not case.switch.talks:
        for entry in entries:
            case.say(Kind.UNEXPECTED_RECORDING, file=entry.file)
        return 0.0
    heard: list[tuple[RecordingEntry, Sound]] = []
    for entry in entries:
        if entry.file not in files:
            case.say(Kind.FILE_MISSING, file=entry.file)
            continue
        sound = listen(folder / entry.file)
        if abs(sound.seconds - entry.seconds) > tolerances.recording_s:
            lengths = {"ledger": f"{entry.seconds:.2f} s", "recording": f"{sound.seconds:.2f} s"}
            case.say(Kind.LEDGER_LENGTH, file=entry.file, **lengths)
        if len(sound.channels) != 2 or entry.channels != 2:
            case.say(Kind.CHANNELS, file=entry.file, count=str(len(sound.channels)))
            continue
        heard.append((entry, sound))
        _check_voices(case, entry.file, sound, legs, owners, tolerances)
    if heard:
        _check_length(case, heard, legs, tolerances)
    return sum(sound.seconds for _, sound in heard)


def _check_length(
    case: Case, heard: list[tuple[RecordingEntry, Sound]], legs: list[Leg], tolerances: Tolerances
) -> None:
    assert case.switch is not None
    length = sum(sound.seconds for _, sound in heard)
    bridged = [
        span.seconds for span in case.switch.bridged if any(span.common(talk.span) for talk in case.switch.talks)
    ]
    talks = [(sum(bridged), Text("Asterisk's bridge", "Asterisk 桥接"))]
    spans = [leg.span_of(case.tones) for leg in legs]
    spans.append(hull(case.heard_of(leg.tone_hz for leg in legs)))
    audible = hull([span for span in spans if span is not None])
    if audible is not None:
        talks.append((audible.seconds, Text("as the peers heard it", "对端所听到的")))
    for talk, source in talks:
        if abs(length - talk) > tolerances.recording_s:
            files = " ".join(entry.file for entry, _ in heard)
            case.say(
                Kind.RECORDING_LENGTH, file=files, recording=f"{length:.2f} s", talk=f"{talk:.2f} s", source=source
            )


def _check_voices(
    case: Case, file: str, sound: Sound, legs: list[Leg], owners: dict[int, list[str]], tolerances: Tolerances
) -> None:
    callers = case.tones
    agents = {leg.tone_hz: leg.peer for leg in legs}
    least = int(tolerances.tone_s * 1000)
    if callers.keys() & _lasting(sound, AGENT, least) and agents.keys() & _lasting(sound, CALLER, least):
        case.say(Kind.SWAPPED_CHANNELS, file=file)
        return
    expected = (callers, agents)
    for channel, owner_of in enumerate(expected):
        for tone, owner in owner_of.items():
            spans = case.heard_of([tone]) if channel == AGENT else [s for leg in legs for s in leg.heard_of([tone])]
            wanted = (1 - tolerances.tone_share) * sum(span.seconds for span in spans) - tolerances.tone_s
            if channel == CALLER:
                wanted -= KEY_S * sum(leg.keys for leg in case.ends)
            if spans and sound.channels[channel].get(tone, 0) < 1000 * wanted:
                case.say(Kind.TONE_MISSING, file=file, channel=str(channel), owner=owner, tone=str(tone))
        for tone, lasted in _lasting(sound, channel, least).items():
            if tone not in owner_of and tone in owners:
                whose = f"{lasted / 1000:.1f} s"
                case.say(
                    Kind.FOREIGN_TONE,
                    file=file,
                    channel=str(channel),
                    tone=str(tone),
                    seconds=whose,
                    owner=" ".join(owners[tone]),
                )


def _lasting(sound: Sound, channel: int, least: int) -> dict[int, int]:
    return {tone: lasted for tone, lasted in sound.channels[channel].items() if lasted >= least}
