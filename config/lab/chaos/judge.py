"""What became of every call of a chaos run, by the records that know nothing of each other."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acd import events as e
from config.demo.stage import Stage
from config.lab.chaos.blow import Blow
from config.lab.check import (
    Disagreement,
    Kind,
    Verdict,
    check,
    check_order,
    check_talks,
    read_ledger,
    read_peers,
    read_switch,
)
from cti.journal.files import facts_in

RECORDINGS = frozenset(
    {
        Kind.NO_RECORDING, Kind.FILE_MISSING, Kind.UNEXPECTED_RECORDING, Kind.ORPHAN_RECORDING, Kind.SHARED_RECORDING,
        Kind.CHANNELS, Kind.SWAPPED_CHANNELS, Kind.TONE_MISSING, Kind.FOREIGN_TONE,
    }
)  # fmt: skip
LENGTHS = frozenset({Kind.TALK_LENGTH, Kind.RECORDING_LENGTH, Kind.LEDGER_LENGTH, Kind.NOT_HEARD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a run came to."""

    blows: Sequence[Blow]
    placed: int
    seconds: float
    facts: int
    contacts: Mapping[str, int]
    """offered (visits to a queue), answered, abandoned, ... and lost, with what the ledger calls each end."""
    lost: Mapping[str, int]
    """Contacts lost, by cause."""
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
        others = (*RECORDINGS, *LENGTHS, Kind.TALK_CUT, Kind.PASSED, Kind.BALANCE)
        return len(self.wrong) - self.count(*others)


async def judge(stage: Stage, blows: Sequence[Blow], placed: int, seconds: float) -> Finding:
    """Read everything that was written down, and compare."""
    ledger = await stage.ask("ledger")
    (stage.folder / "ledger.json").write_text(json.dumps(ledger, ensure_ascii=False, indent=1), encoding="utf-8")
    return await asyncio.to_thread(_judge, stage, ledger, blows, placed, seconds)


def _judge(stage: Stage, ledger: dict[str, Any], blows: Sequence[Blow], placed: int, seconds: float) -> Finding:
    engine = stage.engine.settings.parent
    facts = [fact for _, fact in facts_in(engine / "journal")]
    verdict: Verdict = check(
        read_peers([stage.folder / "agents.jsonl", stage.folder / "callers.jsonl"]),
        read_switch(Path(stage.lab.spec.folders.cel)),
        read_ledger(json.dumps(ledger).encode()),
        engine / "recordings",
        rules=(check_order, check_talks),
    )
    offers = {fact.offer: fact.contact for fact in facts if isinstance(fact, e.OfferMade)}
    queued = {fact.contact for fact in facts if isinstance(fact, e.ContactQueued)}
    held = {offers[fact.offer] for fact in facts if isinstance(fact, e.HoldStarted)}
    unheard = {fact.contact for fact in facts if isinstance(fact, e.ContactEnded) and fact.seen_until is not None}
    unheard |= {offers[fact.offer] for fact in facts if isinstance(fact, e.AgentHungUp) and fact.seen_until is not None}
    unheard |= {offers[fact.offer] for fact in facts if isinstance(fact, e.TalkConnected) and fact.since is not None}

    def is_bounded(one: Disagreement) -> bool:
        if one.contact in held and one.kind in (Kind.FOREIGN_TONE, *LENGTHS):
            return True
        if one.kind is Kind.OTHER_FATE and one.contact in unheard and one.contact not in queued:
            # He came to the queue in the last moment before a kill, and left before the hotline was back.
            return True
        return one.contact in unheard and one.kind in LENGTHS

    ends = Counter(visit["end"] or "open" for contact in ledger["contacts"] for visit in contact["visits"])
    causes = [fact.detail for fact in facts if isinstance(fact, e.ContactEnded) and fact.cause is e.EndCause.LOST]
    return Finding(
        blows=blows,
        placed=placed,
        seconds=seconds,
        facts=len(facts),
        contacts={"offered": ends.total(), **dict(ends.most_common())},
        lost=Counter(causes),
        mended=Counter(_mended(stage.engine.log)),
        unheard=len(unheard),
        wrong=[one for one in verdict.disagreements if not is_bounded(one)],
        bounded=[one for one in verdict.disagreements if is_bounded(one)],
    )


def _mended(log: Path) -> list[str]:
    lines = (line for line in log.read_text(errors="replace").splitlines() if line.startswith("{"))
    return [line["why"] for line in map(json.loads, lines) if line.get("event") == "mended"]
