"""The callers of the demo: drawn by a seed, so that the same seed calls the same way.

Customers of the demo's book call from +8613800000001 up; a caller who is none of them uses a number beyond it.
"""

import random
from dataclasses import dataclass
from enum import StrEnum

from config.lab.peers.script import CallPlan, Digits

CUSTOMERS = 60
"""How many of the callers' numbers belong to customers of the demo's book."""
FIRST_NUMBER = 13_800_000_001
GREETING_S = 7.0
"""How long the main line greets before it listens for the language's key."""
THINKING_S = 1.5
LONGEST_WAIT_S = 90.0
"""From dialling; who has not been answered by then gives up."""


class Kind(StrEnum):
    """What a caller of the demo is up to."""

    MAIN = "main"
    """Dials the main line, chooses from the menu, talks."""
    VIP = "vip"
    COMPLAINT = "complaint"
    IVR_ONLY = "ivr_only"
    """Hangs up in the menu."""
    IMPATIENT = "impatient"
    """Hangs up while he waits."""


SHARES = {Kind.MAIN: 0.6, Kind.VIP: 0.12, Kind.COMPLAINT: 0.08, Kind.IVR_ONLY: 0.1, Kind.IMPATIENT: 0.1}
DIALS = {Kind.VIP: "95001", Kind.COMPLAINT: "95002"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How busy the demo is. Seconds."""

    gap_s: float = 1.2
    """Mean time between two calls."""
    talk_s: float = 8.0
    """Mean talk."""


def draw(seed: int, count: int, pace: Pace) -> list[CallPlan]:
    """So many calls, in the order they are placed."""
    chance = random.Random(seed)
    at_s = 0.0
    plans = []
    for number in range(count):
        # The first calls cover every kind, so that a short demo shows them all.
        kind = list(Kind)[number] if number < len(Kind) else _drawn(chance)
        plans.append(_plan(chance, kind, at_s, pace))
        at_s += chance.expovariate(1 / pace.gap_s)
    return plans


def _drawn(chance: random.Random) -> Kind:
    return chance.choices(list(SHARES), weights=list(SHARES.values()))[0]


def _plan(chance: random.Random, kind: Kind, at_s: float, pace: Pace) -> CallPlan:
    known = chance.random() < 0.7
    number = FIRST_NUMBER + (chance.randrange(CUSTOMERS) if known else CUSTOMERS + chance.randrange(1_000_000))
    talk_s = round(min(60.0, 1.5 + chance.expovariate(1 / pace.talk_s)), 2)
    return CallPlan(
        number=DIALS.get(kind, "95000"),
        caller=_as_carriers_write(chance, number),
        name=f"Demo {number % 1000:03d}",
        at_s=round(at_s, 3),
        digits=_digits(chance, kind),
        patience_s=_patience(chance, kind),
        talk_s=talk_s,
    )


def _as_carriers_write(chance: random.Random, number: int) -> str:
    return chance.choice(("", "0", "+86", "86")) + str(number)


def _digits(chance: random.Random, kind: Kind) -> tuple[Digits, ...]:
    if kind is Kind.COMPLAINT:
        return (Digits(press="0", delay_s=GREETING_S),)
    if kind in (Kind.VIP, Kind.IVR_ONLY):
        return ()
    language, choice = chance.choice("1112"), chance.choice("001122")
    # Billing asks strangers for an account (# for none), repair asks whether there is danger.
    more = {"0": "", "1": "#", "2": chance.choice("122")}[choice]
    keys = [Digits(press=language, delay_s=GREETING_S), Digits(press=choice, delay_s=THINKING_S)]
    return (*keys, *(Digits(press=key, delay_s=THINKING_S) for key in more))


def _patience(chance: random.Random, kind: Kind) -> float:
    if kind is Kind.IVR_ONLY:
        return round(chance.uniform(1.0, 3.0), 2)
    if kind is Kind.IMPATIENT:
        return round(chance.uniform(13.0, 17.0), 2)
    return LONGEST_WAIT_S
