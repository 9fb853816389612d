"""The third record: hotline's ledger, as `GET /api/v1/ledger` answers or an export of it holds."""

from pathlib import Path

import msgspec

from config.lab.check.errors import CheckError

ANSWERED = "answered"
"""The end of a visit in which an agent talked."""
ABANDONED = "abandoned"
"""The end of a visit in which the caller gave up waiting."""

CALLED_BACK = ("callback_done", "callback_given_up", "left")
"""Ends of a visit that its customer may have spent without a leg of his."""

DIFFERENCE = "difference"
"""Among accounts: what the ledger itself says does not add up."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit to a queue. Times in epoch ms; `end` is null while it lasts."""

    queue: str
    entered_at: int
    tier: str = ""
    ended_at: int | None = None
    end: str | None = None
    agent: str | None = None
    answered_at: int | None = None


class LedgerTalk(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """An agent's talk with the caller. Epoch ms; `end` is null while it lasts."""

    agent: str
    extension: str
    start: int
    end: int | None = None


class RecordingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A recording, its file relative to the recordings' folder."""

    file: str
    channels: int
    seconds: float


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Talk that was not recorded, and why."""

    cause: str
    seconds: float


class LedgerContact(msgspec.Struct, frozen=True, kw_only=True):
    """One contact. `end` says how it ended, null while it is live: hung_up, flow, refused, lost."""

    contact: str
    sip_call_id: str
    started_at: int
    caller: str = ""
    access: str = ""
    ended_at: int | None = None
    end: str | None = None
    visits: tuple[Visit, ...] = ()
    talks: tuple[LedgerTalk, ...] = ()
    recordings: tuple[RecordingEntry, ...] = ()
    gaps: tuple[Gap, ...] = ()
    outcome: str | None = None

    @property
    def word(self) -> str:
        """How it ended, in one word of the ledger: answered, the last visit's end, or its own."""
        if any(visit.end == ANSWERED for visit in self.visits) or self.talks:
            return ANSWERED
        return (self.visits[-1].end if self.visits else self.end) or "live"


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts. `entered`, and `started`, are each the sum of the numbers beside it: the ends, and what is open."""

    visits: dict[str, dict[str, int]] = {}
    """By queue."""
    contacts: dict[str, int] = {}


class LedgerExport(msgspec.Struct, frozen=True, kw_only=True):
    """The export of all contacts there are; `balance` is of the same."""

    contacts: tuple[LedgerContact, ...]
    balance: Balance = Balance()


def read_ledger(source: Path | bytes) -> LedgerExport:
    """The export in a file, or as the API answered it. Raises CheckError naming the key."""
    place = f"{source}" if isinstance(source, Path) else "ledger"
    try:
        return msgspec.json.decode(source.read_bytes() if isinstance(source, Path) else source, type=LedgerExport)
    except OSError as error:
        raise CheckError(f"{place}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise CheckError(f"{place}: {error}") from error
