"""A call's way into its flow: which access number was dialled, which flow that means, what is known before it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from ivr.flow.acts.reaching import NEXT_VARIABLE
from ivr.flow.door import Door, OpenDoor, is_answered, tier_of, turn_away
from ivr.flow.ending import Broken, CallerLeft, Ending, Refused, Shed
from ivr.flow.line import CallerGone, Line, LineFailed, LineLost
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, Surroundings
from ivr.flow.resume import RESULT_VARIABLE, RESUME_VARIABLE, read_resume
from ivr.flow.run import run
from ivr.numbers import normalise

FLOW_VARIABLE = "HOTLINE_FLOW"
"""The flow to run in place of the access number's."""
CALL_ID_MOST = 255
"""Characters of a SIP Call-ID that are kept: Asterisk cuts a long line of the call event log off, its end included."""

log = structlog.get_logger(__name__)


class Access(Protocol):
    """What the plan says of an access number."""

    @property
    def flow(self) -> str:
        """The name of its flow."""

    @property
    def language(self) -> str:
        """Spoken until the caller chooses."""

    @property
    def tier(self) -> str:
        """The tier of callers whom nobody knows."""

    @property
    def queue(self) -> str:
        """Where a queue step leads that names none."""

    @property
    def hours(self) -> str | None:
        """The hours an hours step goes by that names none."""


class EntryLog(Protocol):
    """Takes note of each call's way through its flow, under its contact id."""

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str, tier: str = "", held: bool = False) -> None:
        """A call came in, or came back into its flow; `channel` is its unique id.

        `tier`: the caller's, as far as known already; `held`: it was let in before.
        """

    def step(self, contact: str, step: str, action: str, what: str) -> None:
        """One thing happened in a step; `what` holds no secret digits."""

    def went(self, contact: str, flow: str, step: str, way: tuple[str, ...]) -> None:
        """The call left a step this way; the empty way: its run ended there."""

    def ended(self, contact: str, ending: Ending) -> None:
        """The flow is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What Asterisk says of a call. Number and dialled are the caller's and the carrier's words."""

    channel: str
    """Its unique id."""
    dialled: str
    number: str = field(repr=False)
    """As the carrier sent it; empty when withheld."""


class FlowEntry:
    """What is run for each call. Access numbers and flows are asked for each time: plan and flows may change."""

    def __init__(
        self,
        access: Callable[[str], Access | None],
        flows: Callable[[], Mapping[str, Flow]],
        around: Surroundings,
        entries: EntryLog,
        door: Door | None = None,
    ) -> None:
        """`flows`: those in force, a mapping that is never changed but replaced; `door`: None lets everybody in."""
        self._access = access
        self._flows = flows
        self._around = around
        self._entries = entries
        self._door = door or OpenDoor()

    def __call__(self, line: Line, incoming: Incoming) -> None:
        """Read `HOTLINE_CONTACT`, `HOTLINE_DIALLED` and `HOTLINE_TRY`, and run the access number's flow.

        A call to a number that is not in the plan is hung up; one whose flow cannot be used is left to the fallback.
        """
        contact = incoming.channel
        try:
            contact = line.get("HOTLINE_CONTACT") or contact
            ending = self._enter(contact, line, incoming)
        except CallerGone:
            ending = CallerLeft("")
        except (LineLost, LineFailed) as over:
            ending = Broken("", str(over))
        self._entries.ended(contact, ending)

    def _enter(self, contact: str, line: Line, incoming: Incoming) -> Ending:
        dialled = line.get("HOTLINE_DIALLED") or incoming.dialled
        entry = line.get("HOTLINE_TRY")
        access = self._access(dialled)
        facts = CallFacts(
            contact=contact,
            access=dialled,
            caller=normalise(incoming.number).value,
            entry=int(entry) if entry.isascii() and entry.isdecimal() else 0,
            language=access.language if access else "",
            tier=access.tier if access else "",
            queue=access.queue if access else "",
            hours=(access.hours or "") if access else "",
        )
        # As much of it as the call event log has.
        call_id = line.get("CHANNEL(pjsip,call-id)")[:CALL_ID_MOST]
        tier, held = facts.tier, facts.entry > 0
        if self._door.is_closed(dialled, tier) and not held:
            # Only now is it worth the time to find out more.
            tier, held = tier_of(line, facts, self._around), is_answered(line)
        self._entries.started(facts, channel=incoming.channel, sip_call_id=call_id, tier=tier, held=held)
        if (answer := self._door.shed(contact)) is not None:
            turn_away(line, answer, facts, self._around)
            return Shed()
        if access is None:
            log.warning("number_not_in_plan", contact=contact, dialled=dialled)
            line.set(NEXT_VARIABLE, "hangup")
            return Refused(f"{dialled!r} is no access number of the plan")
        flows = self._flows()
        # A caller whom a queue sent here, by a rule or a key of his.
        name = line.get(FLOW_VARIABLE) or access.flow
        flow = flows.get(name)
        if flow is None and name != access.flow:
            log.error("flow_missing", contact=contact, flow=name, mend=f"{access.flow!r} is run instead")
            flow = flows.get(access.flow)
        if flow is None or flow.parameters is not None:
            log.error("flow_missing", contact=contact, flow=access.flow)
            return Broken("", f"flow {access.flow!r} of access number {dialled} is not there or cannot be used")
        result = line.get(RESULT_VARIABLE)
        resume = read_resume(line.get(RESUME_VARIABLE), result) if result else None
        return run(flow, line, facts, self._around, _Notes(contact, self._entries), flows, resume)


@dataclass(frozen=True, slots=True)
class _Notes:
    """One contact's observer."""

    contact: str
    entries: EntryLog

    def step(self, step: str, action: str, what: str) -> None:
        self.entries.step(self.contact, step, action, what)

    def went(self, flow: str, step: str, way: tuple[str, ...]) -> None:
        self.entries.went(self.contact, flow, step, way)
