"""The door: whether one more call may come in, and what a caller gets who may not."""

from collections.abc import Sequence
from typing import Protocol

import structlog

from ivr.flow.acts.reaching import NEXT_VARIABLE
from ivr.flow.line import CallerGone, Line, LineFailed, LineLost
from ivr.flow.ports import CallFacts, Surroundings

CAUSES = {"busy": "17", "congestion": "42"}
"""Q.850: user busy, switching equipment congestion. A call that was not answered ends with it, so that the network may
take it elsewhere."""
PROMPT = "prompt:"
LOOK_UP_S = 0.3
"""How long it may take to find out who calls: past it he is of his access number's tier."""

log = structlog.get_logger(__name__)


class Door(Protocol):
    """What the floor says of new calls (`ivr.gateway.door`)."""

    def is_closed(self, access: str, tier: str) -> bool:
        """Whether a call to this number would be shed now, were its caller of this tier."""

    def shed(self, contact: str) -> str | None:
        """What a contact that was shed gets: `busy`, `congestion` or `prompt:NAME`; None: it was let in."""


class OpenDoor:
    """A door for everybody: for flows that run without a floor."""

    def is_closed(self, access: str, tier: str) -> bool:
        """See `Door`."""
        return False

    def shed(self, contact: str) -> str | None:
        """See `Door`."""
        return None


def tier_of(line: Line, facts: CallFacts, around: Surroundings) -> str:
    """The caller's own tier, if he is known by his number and the book is quick; otherwise the access number's."""
    if not facts.caller:
        return facts.tier
    try:
        customer = line.wait(around.customers.by_number(facts.caller), LOOK_UP_S)
    except (CallerGone, LineLost):
        raise
    except Exception as error:
        # Whatever a database does, the call goes its way.
        log.warning("a caller is taken for unknown", contact=facts.contact, error=type(error).__name__)
        return facts.tier
    return facts.tier if customer is None else customer.tier


def is_answered(line: Line) -> bool:
    """Whether the call was answered before it came here: by the fallback."""
    try:
        return line.get("CHANNEL(state)") == "Up"
    except LineFailed:
        return False


def turn_away(line: Line, answer: str, facts: CallFacts, around: Surroundings) -> None:
    """Tell the dialplan how the call ends."""
    files: Sequence[str] = ()
    if answer.startswith(PROMPT):
        try:
            files = around.prompts.files(answer.removeprefix(PROMPT), facts.language)
        except LookupError as error:
            log.error("a caller who is shed hears busy", prompt=answer, error=str(error), mend="see hotline check")
    if files:
        line.set("HOTLINE_SAY", "&".join(files))
        line.set(NEXT_VARIABLE, "goodbye")
        return
    line.set("HOTLINE_CAUSE", CAUSES.get(answer, CAUSES["busy"]))
    line.set(NEXT_VARIABLE, "hangup")
