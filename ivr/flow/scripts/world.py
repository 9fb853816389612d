"""What a scripted call finds around it: customers, sources, lists, hours, made from the script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from cti.customers.pins import PinVerdict
from cti.flows.items import NewItem
from cti.hours.duty import on_duty
from cti.hours.opening import Opening, opening
from cti.plan.document import PlanDocument
from ivr.flow.expression import Value
from ivr.flow.line import Party
from ivr.flow.ports import PromptFiles, SourceFailed, Surroundings, Wish
from ivr.flow.scripts.caller import sounds
from ivr.flow.scripts.document import Answer, Given, GivenCustomer
from ivr.numbers import normalise
from ivr.speech.kinds import Kind


class OutOfReach(OSError):
    """Something that the script says does not answer."""


class _Never:
    """Waited for, it never comes."""

    def __await__(self) -> Any:
        while True:
            yield


class MarkedPrompts:
    """Real prompts whose files remember what they say."""

    def __init__(self, prompts: PromptFiles) -> None:
        self._prompts = prompts

    def files(self, prompt_id: str, language: str, values: Mapping[str, object] | None = None) -> Sequence[str]:
        """See `PromptFiles`."""
        said = " ".join([prompt_id, *(f"{name}={value}" for name, value in (values or {}).items())])
        return sounds(self._prompts.files(prompt_id, language, values), said, language)

    def say(self, kind: Kind | str, value: object, language: str) -> Sequence[str]:
        """See `PromptFiles`."""
        return sounds(self._prompts.say(kind, value, language), f"{Kind(kind).value} {value}", language)


@dataclass
class World:
    """Everything that a flow may ask, and what it leaves behind."""

    given: Given
    plan: PlanDocument
    items: list[NewItem] = field(default_factory=list)
    scores: dict[str, int] = field(default_factory=dict)
    callbacks: list[str] = field(default_factory=list)
    """What became of his callback: booked, cancelled, back."""

    def around(self, prompts: PromptFiles) -> Surroundings:
        """For `ivr.flow.run`."""
        given = self.given
        return Surroundings(
            prompts=MarkedPrompts(prompts),
            customers=ScriptCustomers(given),
            tiers=lambda: self.plan.tiers,
            pins=_Pins(given),
            sources={name: _Source(answers) for name, answers in given.sources.items()},
            lists=_Lists(given),
            hours=self._hours,
            duty=self._duty,
            broadcasts=_Broadcasts(given),
            items=_Items(self.items) if given.keeps else None,
            callbacks=_Callbacks(given.callback, self.callbacks),
            scores=_Scores(self.scores) if given.keeps else None,
        )

    def _hours(self, name: str, now: datetime) -> Opening:
        if self.given.hours == "error":
            raise LookupError(f"there are no hours {name!r}")
        if self.given.hours is not None:
            return Opening(self.given.hours)
        return opening(self.plan.hours[name], now)

    def _duty(self, name: str, now: datetime) -> Sequence[Party]:
        people = self.given.on_duty if self.given.on_duty is not None else on_duty(self.plan.duties[name], now)
        return [Party(one, inside=one in self.plan.phones) for one in people]


class ScriptCustomers:
    """The customers of a script."""

    def __init__(self, given: Given) -> None:
        self._known = given.customers

    async def by_number(self, number: str) -> Any:
        """See `CustomerLookup`."""
        return self._one(lambda one: number in {normalise(each).value for each in one.numbers})

    async def by_account(self, account: str) -> Any:
        """See `CustomerLookup`."""
        return self._one(lambda one: one.account == account)

    async def by_id(self, customer: str) -> Any:
        """See `CustomerLookup`."""
        return self._one(lambda one: one.id == customer)

    def _one(self, fits: Any) -> GivenCustomer | None:
        if self._known == "error":
            raise OutOfReach
        found = [one for one in self._known if fits(one)]
        return found[0] if len(found) == 1 else None


class _Pins:
    def __init__(self, given: Given) -> None:
        self._known = {} if given.customers == "error" else {one.id: one for one in given.customers}

    async def check(self, customer: str, pin: str) -> PinVerdict:
        known = self._known[customer]
        if known.locked:
            return PinVerdict.LOCKED
        return PinVerdict.RIGHT if known.pin == pin else PinVerdict.WRONG


class _Source:
    within_s = 3.0

    def __init__(self, answers: Answer | tuple[Answer, ...]) -> None:
        self._answers = list(answers) if isinstance(answers, tuple) else [answers]

    async def ask(self, values: Mapping[str, str]) -> Mapping[str, Value] | None:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer == "timeout":
            await _Never()
        if answer == "error":
            raise SourceFailed("the script lets it fail")
        if isinstance(answer, str):
            return None
        return {name: _value(value) for name, value in answer.items()}


def _value(value: str | float | bool) -> Value:
    return value if isinstance(value, str | bool) else Decimal(str(value))


class _Lists:
    def __init__(self, given: Given) -> None:
        self._listed = given.listed

    async def find(self, number: str, at: int) -> Any:
        if self._listed == "error":
            raise OutOfReach
        return self._listed


class _Broadcasts:
    def __init__(self, given: Given) -> None:
        self._announced = given.announced

    async def on(self, area: str, at: int) -> Sequence[str]:
        return self._announced


class _Items:
    def __init__(self, kept: list[NewItem]) -> None:
        self._kept = kept

    async def add(self, item: NewItem) -> str:
        self._kept.append(item)
        return f"{len(self._kept):06}"


class _Callbacks:
    def __init__(self, given: str, kept: list[str]) -> None:
        self._given = given
        self._kept = kept

    def waits(self, number: str, customer: str | None) -> bool:
        return self._given in ("waits", "over") and not self._kept

    def ask(self, wish: Wish) -> bool:
        if self._given != "none":
            return False
        self._kept.append("booked")
        return True

    def cancel(self, contact: str, number: str, customer: str | None, *, back: bool) -> bool:
        if self._given != "waits" or self._kept:
            return False
        self._kept.append("back" if back else "cancelled")
        return True


class _Scores:
    def __init__(self, kept: dict[str, int]) -> None:
        self._kept = kept

    async def add(self, contact: str, question: str, score: int, at: int) -> None:
        self._kept[question] = score
