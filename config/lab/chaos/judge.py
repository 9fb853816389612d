"""What became of every call of a chaos run, by the records that know nothing of each other."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acd import events as e
from config.demo.stage import Stage
from config.lab.chaos.blow import Blow
from config.lab.chaos.bounds import LENGTHS, Bounds, deaths
from config.lab.chaos.patient import LOG as PATIENT_LOG
from config.lab.check import (
    Disagreement,
    Kind,
    SwitchRecord,
    Tolerances,
    Verdict,
    check,
    check_fallback,
    check_lost,
    check_order,
    check_outcomes,
    check_talks,
    read_ledger,
    read_peers,
    read_switch,
)
from config.lab.check.gone import FALLBACK
from cti.journal.files import facts_in

RECORDINGS = frozenset(
    {
        Kind.NO_RECORDING, Kind.FILE_MISSING, Kind.UNEXPECTED_RECORDING, Kind.ORPHAN_RECORDING, Kind.SHARED_RECORDING,
        Kind.CHANNELS, Kind.SWAPPED_CHANNELS, Kind.TONE_MISSING, Kind.FOREIGN_TONE,
    }
)  # fmt: skip
TOLERANCES = Tolerances(recording_s=0.4, tone_share=0.1)
"""A blow takes the processor away from the audio of Asterisk and callers too, which then fills up with silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a run came to."""

    blows: Sequence[Blow]
    placed: int
    seconds: float
    facts: int
    past: int
    """Facts that were in the journal before."""
    stopped: str
    """Why the run ended before its last blow; empty: it did not."""
    visits: Mapping[str, int]
    """offered (visits to a queue), answered, abandoned, ... and lost, with what the ledger calls each end."""
    lost: Mapping[str, int]
    """Contacts lost, by cause."""
    again: Mapping[int, int]
    """How often a flow was entered for the second time, the third, ...: by its try counter."""
    fallback: Mapping[str, int]
    """Calls that Asterisk's fallback took, and what became of them."""
    switched: Mapping[str, int]
    """Emergency switches of a queue, callers whom they moved, and of these who came back."""
    owed: int
    """Wrap-ups that ended without an outcome, which was asked for afterwards."""
    mended: Mapping[str, int]
    """Differences found between floor and Asterisk, by reason."""
    unheard: int
    """Talks and calls that began or ended while nobody listened: that is known to lie between two moments."""
    wrong: Sequence[Disagreement]
    """What does not agree and should."""
    bounded: Sequence[Disagreement]
    """What differs because an end was not heard, or because of a hold: its music sounds like some phone's tone, and who
    hangs up on it heard the other for less than they were bridged."""

    def count(self, *kinds: Kind) -> int:
        """Wrong things of these kinds."""
        return sum(each.kind in kinds for each in self.wrong)

    @property
    def unaccounted(self) -> int:
        """Calls that the records do not agree on."""
        others = (*RECORDINGS, *LENGTHS, Kind.TALK_CUT, Kind.PASSED, Kind.NO_OUTCOME, Kind.BALANCE)
        return len(self.wrong) - self.count(*others)


async def judge(stage: Stage, blows: Sequence[Blow], placed: int, since: int, past: int, stopped: str) -> Finding:
    """Read everything that was written down, and compare.

    `since`: when the first call was placed, epoch ms; `past`: the number of the journal's last fact by then; `stopped`:
    why the run ended early.
    """
    seconds = time.time() - since / 1000
    ledger = await stage.ask("ledger", since=str(since))
    (stage.folder / "ledger.json").write_text(json.dumps(ledger, ensure_ascii=False, indent=1), encoding="utf-8")
    return await asyncio.to_thread(_judge, stage, ledger, blows, placed, seconds, past, stopped)


def _judge(
    stage: Stage, ledger: dict[str, Any], blows: Sequence[Blow], placed: int, seconds: float, past: int, stopped: str
) -> Finding:
    engine = stage.engine.settings.parent
    facts = [fact for _, fact in facts_in(engine / "journal", past)]
    logs = [stage.folder / name for name in ("agents.jsonl", "callers.jsonl", PATIENT_LOG)]
    peers = read_peers(log for log in logs if log.name != PATIENT_LOG or log.exists())
    switch = read_switch(Path(stage.lab.spec.folders.cel), deaths(blows))
    verdict: Verdict = check(
        peers,
        switch,
        read_ledger(json.dumps(ledger).encode()),
        engine / "recordings",
        tolerances=TOLERANCES,
        rules=(check_order, check_talks, check_fallback, check_lost, check_outcomes),
    )
    bounds = Bounds(facts, blows, peers)
    ends = Counter(visit["end"] or "open" for contact in ledger["contacts"] for visit in contact["visits"])
    causes = [fact.detail for fact in facts if isinstance(fact, e.ContactEnded) and fact.cause is e.EndCause.LOST]
    return Finding(
        blows=blows,
        placed=placed,
        seconds=seconds,
        facts=len(facts),
        past=past,
        stopped=stopped,
        visits={"offered": ends.total(), **dict(ends.most_common())},
        lost=Counter(causes),
        again=Counter(fact.attempt for fact in facts if isinstance(fact, e.ContactStarted) and fact.attempt),
        fallback=_fallback(switch, ledger),
        switched=_switched(facts),
        owed=sum(isinstance(fact, e.WrapUpEnded) and fact.end is not e.WrapUpEnd.SAVED for fact in facts),
        mended=Counter(_mended(stage.engine.log)),
        unheard=len(bounds.unheard),
        wrong=[one for one in verdict.disagreements if not bounds.hold(one)],
        bounded=[one for one in verdict.disagreements if bounds.hold(one)],
    )


def _fallback(switch: SwitchRecord, ledger: dict[str, Any]) -> dict[str, int]:
    helped = [contact for contact in switch.contacts.values() if contact.fallback_spans]
    home = sum(span.end != contact.ended_at for contact in helped for span in contact.fallback_spans)
    return {
        "taken": len(helped),
        "answered": sum(bool(contact.fallback_talks) for contact in helped),
        "home": home,
        "read_back": sum(contact["end"] == FALLBACK for contact in ledger["contacts"]),
    }


def _switched(facts: Sequence[e.Fact]) -> dict[str, int]:
    rules = Counter(fact.rule for fact in facts if isinstance(fact, e.ContactLeft))
    return {
        "times": sum(isinstance(fact, e.EmergencySwitchedOn) for fact in facts),
        "moved": rules[e.ExitRule.EMERGENCY],
        "returned": rules[e.ExitRule.EMERGENCY_OVER],
    }


def _mended(log: Path) -> list[str]:
    lines = (line for line in log.read_text(errors="replace").splitlines() if line.startswith("{"))
    return [line["why"] for line in map(json.loads, lines) if line.get("event") == "mended"]
