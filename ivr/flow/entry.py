"""A call's way into its flow: which access number was dialled, which flow that means, what is known before it runs."""

from collections.abc import Callable
from typing import Protocol

import structlog

from ivr.agi.pyst2 import AGIHangup, SessionOver
from ivr.flow.ending import Broken, CallerLeft, Ending, Refused
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, FlowSession
from ivr.flow.run import NEXT_VARIABLE, Surroundings, run
from ivr.numbers import normalise

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


class EntryLog(Protocol):
    """Takes note of each call's way through its flow, under its contact id."""

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str) -> None:
        """A call came in, or came back into its flow; `channel` is its unique id."""

    def step(self, contact: str, step: str, action: str, what: str) -> None:
        """One thing happened in a step; `what` holds no secret digits."""

    def ended(self, contact: str, ending: Ending) -> None:
        """The flow is over."""


class FlowEntry:
    """What the AGI server runs for each call. `access` and `flow` are asked each time: plan and flows may change."""

    def __init__(
        self,
        access: Callable[[str], Access | None],
        flow: Callable[[str], Flow | None],
        around: Surroundings,
        entries: EntryLog,
    ) -> None:
        self._access = access
        self._flow = flow
        self._around = around
        self._entries = entries

    def __call__(self, session: "EntrySession") -> None:
        """Read `HOTLINE_CONTACT`, `HOTLINE_DIALLED` and `HOTLINE_TRY`, and run the access number's flow.

        A call to a number that is not in the plan is hung up; one whose flow cannot be used is left to the fallback.
        """
        contact = session.environment.uniqueid
        try:
            contact = session.get_variable("HOTLINE_CONTACT") or contact
            ending = self._enter(contact, session)
        except AGIHangup:
            ending = CallerLeft("")
        except SessionOver as over:
            ending = Broken("", str(over))
        self._entries.ended(contact, ending)

    def _enter(self, contact: str, session: "EntrySession") -> Ending:
        dialled = session.get_variable("HOTLINE_DIALLED") or session.environment.dialled
        entry = session.get_variable("HOTLINE_TRY")
        access = self._access(dialled)
        facts = CallFacts(
            contact=contact,
            access=dialled,
            caller=normalise(session.environment.caller_number).value,
            entry=int(entry) if entry.isascii() and entry.isdecimal() else 0,
            language=access.language if access else "",
            tier=access.tier if access else "",
            queue=access.queue if access else "",
        )
        call_id = session.get_variable("CHANNEL(pjsip,call-id)")
        self._entries.started(facts, channel=session.environment.uniqueid, sip_call_id=call_id)
        if access is None:
            log.warning("number_not_in_plan", contact=contact, dialled=dialled)
            session.set_variable(NEXT_VARIABLE, "hangup")
            return Refused(f"{dialled!r} is no access number of the plan")
        flow = self._flow(access.flow)
        if flow is None:
            log.error("flow_missing", contact=contact, flow=access.flow)
            return Broken("", f"flow {access.flow!r} of access number {dialled} is not there or cannot be used")

        def observe(step: str, action: str, what: str) -> None:
            self._entries.step(contact, step, action, what)

        return run(flow, session, facts, self._around, observe)


class _Environment(Protocol):
    @property
    def uniqueid(self) -> str: ...
    @property
    def dialled(self) -> str: ...
    @property
    def caller_number(self) -> str: ...


class EntrySession(FlowSession, Protocol):
    """A session that also knows what Asterisk said of the call (`ivr.agi.environment.Environment`)."""

    @property
    def environment(self) -> _Environment:
        """What Asterisk said."""
