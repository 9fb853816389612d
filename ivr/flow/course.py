"""A call's course through its flows: who is calling, what has been learned, where it stands."""

from collections import ChainMap
from collections.abc import Awaitable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TypeVar

from ivr.flow.expression import Value, evaluate, parsed, written
from ivr.flow.line import CallerGone, Line, LineFailed, LineLost, Reached, TooLate
from ivr.flow.model import Flow
from ivr.flow.part import Prompt, Spoken, SpokenValue
from ivr.flow.ports import CallFacts, Customer, Observer, SourceFailed, Surroundings
from ivr.flow.values import COLLECTED, CUSTOMER

LOOK_UP_S = 2.0
"""How long a caller waits for our own database."""
SPEAK_S = 3.0
"""How long a caller waits for a text to be spoken."""

WayKey = tuple[str, ...]

T = TypeVar("T")


class StepFailed(Exception):
    """A step could not be done; says why, without anything secret."""


@dataclass(slots=True)
class Frame:
    """A flow that is under way: the step it is in, and what is its own."""

    flow: Flow
    step: str
    values: MutableMapping[str, Value] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Course:
    """One call's. The last frame is the flow that runs, those before it wait for its return."""

    line: Line
    facts: CallFacts
    around: Surroundings
    flows: Mapping[str, Flow]
    """Every flow as it was when the call came in."""
    observer: Observer
    frames: list[Frame]
    language: str = ""
    chosen: bool = False
    """Whether the caller, or the flow for him, has chosen the language."""
    customer: Customer | None = None
    proved: bool = False
    """Whether he has entered the right PIN."""
    resumed: Reached | None = None
    """What became of the party dialled before the flow was entered again; the first step takes it."""
    dialled: int = 0
    """How many parties of the step have been dialled."""

    @property
    def frame(self) -> Frame:
        """The flow that runs."""
        return self.frames[-1]

    @property
    def languages(self) -> Mapping[str, Mapping[str, int]]:
        """The languages spoken in this call, with the skills their agents need: those of the flow it came into."""
        return self.frames[0].flow.languages

    def note(self, action: str, what: str) -> None:
        """Tell the observer what happened in this step."""
        self.observer.step(self.frame.step, action, what)

    # --- values ------------------------------------------------------------------------------------------------------

    @property
    def tier(self) -> str:
        """The customer's; the access number's for others, and where the plan has dropped the customer's."""
        if self.customer is None or self.customer.tier not in self.around.tiers():
            return self.facts.tier
        return self.customer.tier

    def _known(self) -> dict[str, Value]:
        values: dict[str, Value] = {
            "access": self.facts.access,
            "caller": self.facts.caller,
            "tier": self.tier,
            "language": self.language,
            "customer": "unknown" if self.customer is None else "known",
            "callback": "waits" if self._waits() else "none",
            "try": str(self.facts.entry),
        }
        if (known := self.customer) is not None:
            kept = {**known.attributes, "id": known.id, "name": known.name, "account": known.account or ""}
            kept["managers"] = " ".join(known.managers)
            values |= {CUSTOMER + name: value for name, value in kept.items()}
            values |= {CUSTOMER + "tier": known.tier, CUSTOMER + "proved": self.proved}
        return values

    def _waits(self) -> bool:
        callbacks, customer = self.around.callbacks, None if self.customer is None else self.customer.id
        return callbacks is not None and callbacks.waits(self.facts.caller, customer)

    def value(self, expression: str) -> Value:
        """The value of an expression now. Raises ExpressionFault."""
        return evaluate(expression, ChainMap(dict(self.frame.values), self._known()))

    def text(self, expression: str) -> str:
        """The value as text."""
        return written(self.value(expression))

    def keep(self, name: str, value: Value, *, secret: bool = False) -> None:
        """Give a name of the flow that runs a value."""
        self.frame.values[name] = value
        (self.frame.secret.add if secret else self.frame.secret.discard)(name)

    def keep_all(self, prefix: str, values: Mapping[str, Value], *, secret: bool = False) -> None:
        """Give every name under a prefix anew."""
        for old in [name for name in self.frame.values if name.startswith(f"{prefix}.")]:
            del self.frame.values[old]
        for name, value in values.items():
            self.keep(f"{prefix}.{name}", value, secret=secret)

    def is_secret(self, expression: str) -> bool:
        """Whether an expression reads something secret."""
        return bool(parsed(expression).names & self.frame.secret)

    def carried(self, names: Iterable[str]) -> dict[str, str]:
        """What an agent is to see: these values, and what the caller said by keys, but nothing secret or empty."""
        said = [name for name in self.frame.values if name.startswith(COLLECTED)]
        shown = [name for name in (*said, *names) if not self.is_secret(name)]
        return {name.removeprefix(COLLECTED): text for name in shown if (text := self.text(name))}

    # --- speaking and waiting ----------------------------------------------------------------------------------------

    def files(self, prompts: Iterable[Spoken]) -> list[str]:
        """The sound files of prompts. Raises LookupError, Unspeakable, ExpressionFault."""
        return [file for prompt in prompts for file in self._files(prompt)]

    def _files(self, prompt: Spoken) -> Iterable[str]:
        book = self.around.prompts
        if isinstance(prompt, Prompt):
            language = prompt.language or self.language
            if not prompt.values:
                return book.files(prompt.prompt, language)
            return book.files(prompt.prompt, language, {name: self.text(one) for name, one in prompt.values.items()})
        if isinstance(prompt, SpokenValue):
            return book.say(prompt.kind, self.text(prompt.value), self.language)
        text = self.text(prompt.text)
        file = self.wait(self.around.voice.speak(text, self.language), SPEAK_S) if self.around.voice and text else None
        if file is not None:
            return [file]
        return [each for one in prompt.otherwise for each in book.files(one, self.language)]

    def wait(self, awaitable: Awaitable[T], within_s: float = LOOK_UP_S) -> T:
        """Wait for what is asked of others. Raises StepFailed, whatever they do: the caller goes on."""
        try:
            return self.wait_or_late(awaitable, within_s)
        except TooLate:
            raise StepFailed(f"no answer within {within_s:g} s") from None

    def wait_or_late(self, awaitable: Awaitable[T], within_s: float) -> T:
        """As `wait`, but raises TooLate when no answer comes in time."""
        try:
            return self.line.wait(awaitable, within_s)
        except (CallerGone, LineLost, LineFailed, TooLate):
            raise
        except SourceFailed as failed:
            raise StepFailed(str(failed)) from None
        except Exception as error:
            # Whatever a database does, the caller goes on. Its text may hold the number that was looked up.
            raise StepFailed(type(error).__name__) from error

    @property
    def now_ms(self) -> int:
        """The moment, milliseconds since 1970."""
        return round(self.line.now().timestamp() * 1000)
