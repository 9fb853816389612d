"""What a flow needs besides its line: prompts, customers, sources, the plan, and somebody who takes notes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cti.customers.pins import PinVerdict
from cti.flows.items import NewItem
from cti.records.returning import Returning
from ivr.flow.expression import Value
from ivr.flow.line import Party
from ivr.speech.kinds import Kind


class PromptFiles(Protocol):
    """The prompts (`ivr.prompts.book.PromptBook`)."""

    def files(self, prompt_id: str, language: str, values: Mapping[str, object] | None = None) -> Sequence[str]:
        """Asterisk's paths, without extension, in the order to play.

        Raises `LookupError` for a prompt there is not, `Unspeakable` for a value that is not of its kind.
        """

    def say(self, kind: Kind | str, value: object, language: str) -> Sequence[str]:
        """The files that read a value. Raises as `files`."""


class Voice(Protocol):
    """A voice for text known only at run time (`ivr.speech.live.LiveVoice`)."""

    async def speak(self, text: str, language: str) -> str | None:
        """The file that says it; None when it cannot be had in time."""


class Customer(Protocol):
    """What a flow reads of a customer."""

    @property
    def id(self) -> str:
        """His id."""

    @property
    def name(self) -> str:
        """His name."""

    @property
    def tier(self) -> str:
        """His tier."""

    @property
    def language(self) -> str | None:
        """The language he wants, when he has said so."""

    @property
    def account(self) -> str | None:
        """The digits he can type."""

    @property
    def managers(self) -> Sequence[str]:
        """His account managers, agents or groups of the plan, in order."""

    @property
    def attributes(self) -> Mapping[str, str]:
        """What else is kept of him."""


class CustomerLookup(Protocol):
    """The customers (`cti.customers.book.CustomerBook`). None: nobody, or not one alone."""

    async def by_number(self, number: str) -> Customer | None:
        """By the number he calls from, in normal form."""

    async def by_account(self, account: str) -> Customer | None:
        """By account digits."""

    async def by_id(self, customer: str) -> Customer | None:
        """By his id."""


class Pins(Protocol):
    """The customers' PINs (`cti.customers.pins.PinBook`)."""

    async def check(self, customer: str, pin: str) -> PinVerdict:
        """Whether it is this customer's; wrong ones are counted."""


class SourceFailed(Exception):
    """A look-up source could not answer; says why, without what was asked."""


class Source(Protocol):
    """What a look-up asks (`ivr.sources`)."""

    @property
    def within_s(self) -> float:
        """How long a caller waits for it, retries included."""

    async def ask(self, values: Mapping[str, str]) -> Mapping[str, Value] | None:
        """The answer's values by name; None when nothing was found. Raises SourceFailed."""


class Listing(Protocol):
    """An entry of the lists."""

    @property
    def colour(self) -> str:
        """black, grey or white."""

    @property
    def reason(self) -> str:
        """Why."""


class CallerLists(Protocol):
    """Black, grey and white lists (`cti.flows.lists.CallerLists`)."""

    async def find(self, number: str, at: int) -> Listing | None:
        """The entry that counts for a number at a moment, ms; None when there is none."""


class Broadcasts(Protocol):
    """What is announced (`cti.flows.broadcasts.Broadcasts`)."""

    async def on(self, area: str, at: int) -> Sequence[str]:
        """The prompts that a caller of this area ('': not known) hears at a moment, ms."""


class Opening(Protocol):
    """Whether it is open (`cti.hours.opening.Opening`)."""

    @property
    def state(self) -> str:
        """open, closed or holiday."""

    @property
    def day(self) -> str:
        """The special day's name, '' on others."""

    @property
    def opens(self) -> datetime | None:
        """When it opens next; None when that is not within a month, or it is open."""


class Items(Protocol):
    """Takes items (`cti.flows.items.Items`)."""

    async def add(self, item: NewItem) -> str:
        """Keep it; its number, digits that a caller can note down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a flow knows of a caller who wants to be called back."""

    contact: str
    number: str
    """In normal form."""
    queue: str
    tier: str
    language: str
    skills: Mapping[str, int]
    customer: str | None
    learned: Mapping[str, str]
    """What the agent sees."""


class Callbacks(Protocol):
    """The callbacks that the router places (`ivr.gateway.flow_callbacks.FlowCallbacks`)."""

    def waits(self, number: str, customer: str | None) -> bool:
        """Whether this number, or this customer, is to be called back already."""

    def ask(self, wish: Wish) -> bool:
        """Have a caller called back; whether it is booked."""

    def cancel(self, contact: str, number: str, customer: str | None, *, back: bool) -> bool:
        """Call him back no more, for `back` lets this contact take the place over; whether one waited."""


class Scores(Protocol):
    """Takes survey scores (`cti.flows.scores.Scores`)."""

    async def add(self, contact: str, question: str, score: int, at: int) -> None:
        """Keep one; the last one of a contact and question counts."""


class ReturningCallers(Protocol):
    """What is known of callers who come again (`cti.records.returning.ReturningCallers`)."""

    async def of(self, queue: str, customer: str | None, number: str) -> Returning:
        """Whom the plan offers him to first in this queue, and the waiting that counts for him."""


class Observer(Protocol):
    """Takes note of what a flow does; no text holds secret digits."""

    def step(self, step: str, action: str, what: str) -> None:
        """One thing happened in a step."""

    def went(self, flow: str, step: str, way: tuple[str, ...]) -> None:
        """The call left a step this way (as `Way.key`); the empty way: the run ended there.

        Of a table of secret values only `("cases",)` is told.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What is known of a call before its flow runs; language, tier, queue and hours are the access number's."""

    contact: str
    access: str
    """The number dialled."""
    caller: str
    """The caller's number in normal form; '' when withheld."""
    entry: int
    """0 the first time, then how often the dialplan has entered the flow again."""
    language: str
    tier: str
    queue: str
    hours: str = ""


def _no_hours(name: str, _now: datetime) -> Opening:
    raise LookupError(f"there are no hours {name!r}")


def _nobody(_name: str, _now: datetime) -> Sequence[Party]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every run shares. What is not given is not there: steps that need it go the way of an error."""

    prompts: PromptFiles
    customers: CustomerLookup
    tiers: Callable[[], Collection[str]]
    """The tiers of the plan in force."""
    pins: Pins | None = None
    voice: Voice | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    lists: CallerLists | None = None
    hours: Callable[[str, datetime], Opening] = _no_hours
    """Hours of the plan in force, at a moment. Raises LookupError."""
    duty: Callable[[str, datetime], Sequence[Party]] = _nobody
    """Who is on duty at a moment, in order. Raises LookupError."""
    broadcasts: Broadcasts | None = None
    items: Items | None = None
    callbacks: Callbacks | None = None
    scores: Scores | None = None
    returning: ReturningCallers | None = None
