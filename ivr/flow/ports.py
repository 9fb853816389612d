"""What a flow needs from outside: a channel, prompts, customers, and somebody who takes notes."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ivr.agi.pyst2 import Digits, Played

T = TypeVar("T")


class FlowSession(Protocol):
    """The caller's channel (`ivr.agi.session.AgiSession`). Everything may raise the errors of `ivr.agi.pyst2`."""

    def answer(self) -> None:
        """Answer the call."""

    def play(self, file: str, allowed: str = "", offset: int = 0) -> Played:
        """Play a sound file."""

    def collect(self, files: Sequence[str], timeout_ms: int = 2000, most: int = 255) -> Digits:
        """Play sound files and take digits."""

    def get_variable(self, name: str) -> str:
        """A channel variable, '' when unset."""

    def set_variable(self, name: str, value: object) -> None:
        """Set a channel variable."""

    def wait(self, awaitable: Awaitable[T]) -> T:
        """Wait without a thread."""


class PromptFiles(Protocol):
    """The prompts (`ivr.prompts.book.PromptBook`)."""

    def files(self, prompt_id: str, language: str) -> Sequence[str]:
        """Asterisk's paths, without extension, in the order to play. Raises `LookupError` for a prompt there is not."""


class Customer(Protocol):
    """What a flow reads of a customer."""

    @property
    def id(self) -> str:
        """His id."""

    @property
    def tier(self) -> str:
        """His tier."""

    @property
    def language(self) -> str | None:
        """The language he wants, when he has said so."""


class CustomerLookup(Protocol):
    """The customers (`cti.customers.book.CustomerBook`). None: nobody, or not one alone."""

    async def by_number(self, number: str) -> Customer | None:
        """By the number he calls from, in normal form."""

    async def by_account(self, account: str) -> Customer | None:
        """By account digits."""


class Observer(Protocol):
    """Takes note of what a flow does; `what` never holds secret digits."""

    def __call__(self, step: str, action: str, what: str) -> None:
        """One thing happened in a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What is known of a call before its flow runs; language, tier and queue are the access number's."""

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
