"""A line with nobody at its end: a script's caller, a virtual clock, no sound and no waiting."""

from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from ivr.flow.line import CallerGone, Entered, LineFailed, Party, Reached, Said, TooLate
from ivr.flow.scripts.caller import Caller, Sound
from ivr.flow.scripts.document import Given
from ivr.prompts.length import seconds_of

REACTION_S = 1.0
"""How long the caller needs from the last word to his first key."""
KEY_S = 0.3
"""From one key to the next."""

T = TypeVar("T")


class VirtualLine:
    """`ivr.flow.line.Line` for a script. A coroutine that is waited for must not depend on anything outside."""

    def __init__(self, caller: Caller, given: Given, start: datetime, variables: dict[str, str]) -> None:
        self._caller = caller
        self._given = given
        self._now = start
        self._dials = list(given.dials)
        self.variables = variables

    def answer(self) -> None:
        """See `Line`."""
        failing(self._given, "answer")

    def play(self, files: Sequence[str]) -> None:
        """See `Line`."""
        for file in files:
            failing(self._given, file)
            self._caller.hears(file)
            if self._caller.hangs_up_now:
                self._caller.acts()
                raise CallerGone
            self._passes(seconds_of([file]))

    def digits(self, files: Sequence[str], *, most: int, first_s: float, between_s: float, ends: str) -> Entered:
        """See `Line`: the caller hears everything before he acts."""
        self.play(files)
        turn = self._caller.acts()
        if turn.hang_up:
            raise CallerGone
        if turn.press is None:
            self._passes(first_s)
            return Entered("", timed_out=True)
        keys, rest = keys_taken(turn.press, most, ends)
        entered = keys.removesuffix(ends) if ends else keys
        timed_out = entered == keys and len(keys) < most
        self._passes(REACTION_S + KEY_S * len(keys) + (between_s if timed_out else 0))
        if rest:
            self._caller.pressed_in_vain(rest)
        return Entered(entered, timed_out)

    def record(self, name: str, *, longest_s: int, silence_s: int) -> Said:
        """See `Line`."""
        failing(self._given, "record")
        turn = self._caller.acts()
        if turn.hang_up:
            raise CallerGone
        seconds = min(turn.speak_s or 0.0, float(longest_s))
        self._passes(seconds + silence_s)
        return Said(f"{name}.wav", seconds)

    def dial(self, party: Party, *, ring_s: int, accept: Sequence[str]) -> Reached:
        """See `Line`."""
        reached = Reached(self._dials.pop(0)) if self._dials else Reached.NO_ANSWER
        if reached is Reached.NO_ANSWER:
            self._passes(ring_s)
        return reached

    def get(self, name: str) -> str:
        """See `Line`."""
        return self.variables.get(name, "")

    def set(self, name: str, value: str) -> None:
        """See `Line`."""
        self.variables[name] = value

    def wait(self, awaitable: Awaitable[T], within_s: float) -> T:
        """See `Line`: what is not there at once never comes."""
        steps: Any = awaitable.__await__()
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result
        steps.close()
        self._passes(within_s)
        raise TooLate

    def now(self) -> datetime:
        """See `Line`."""
        return self._now

    def _passes(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def failing(given: Given, thing: str) -> None:
    """Fail where the script says so: a prompt, or an act of the line."""
    name = thing.heard.partition(" ")[0] if isinstance(thing, Sound) else thing
    if name in given.fails:
        raise LineFailed(f"the script lets {name} fail")


def keys_taken(keys: str, most: int, ends: str) -> tuple[str, str]:
    """Of the keys pressed, those that one question takes, its ending key included, and those that are left."""
    for number, key in enumerate(keys, start=1):
        if key == ends or number == most:
            return keys[:number], keys[number:]
    return keys, ""
