"""What flows mean to the floor: a contact starts when its flow begins and ends when the flow ends it."""

import structlog

from acd import events as e
from acd.contact import ContactState
from cti.journal.loop import FloorLoop
from ivr.flow.counts import FlowCounts
from ivr.flow.ending import Broken, CallerLeft, Connected, Dialling, Ending, HungUp, Refused, Routed, Shed
from ivr.flow.ports import CallFacts

log = structlog.get_logger()


class FlowContacts:
    """The floor's side of the flows that run in this process; an `ivr.flow.entry.EntryLog`."""

    def __init__(self, loop: FloorLoop, counts: FlowCounts) -> None:
        self._loop = loop
        self._counts = counts
        self._running: set[str] = set()

    def running(self) -> set[str]:
        """Contacts whose flow runs in this process now."""
        return set(self._running)

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str, tier: str = "", held: bool = False) -> None:
        """A call came in, or came back into its flow."""
        self._running.add(facts.contact)
        self._loop.tell_if_fits(
            e.ContactStarted(
                at=self._loop.now(),
                contact=facts.contact,
                # Asterisk's system name begins each of its channels' unique ids.
                asterisk=facts.contact.rpartition("-")[0],
                channel=channel,
                access=facts.access,
                caller=facts.caller,
                sip_call_id=sip_call_id,
                attempt=facts.entry,
                tier=tier,
                held=held,
            )
        )

    def step(self, contact: str, step: str, action: str, what: str) -> None:
        """One thing happened in a step."""
        log.debug("flow", contact=contact, step=step, action=action, what=what)

    def went(self, contact: str, flow: str, step: str, way: tuple[str, ...]) -> None:
        """The call left a step."""
        self._counts.went(contact, flow, step, way)

    def ended(self, contact: str, ending: Ending) -> None:
        """The flow is over: a routed caller is heard of again when he arrives, a broken one when he enters anew.

        Who is dialled for by the dialplan comes back into his flow, or hangs up after his talk.
        """
        self._running.discard(contact)
        self._counts.ended(contact, ending)
        known = self._loop.floor.contacts.get(contact)
        if known is None or known.state is ContactState.ENDED:
            return
        if known.state is ContactState.SHED:
            # Also when he hung up meanwhile.
            self._end(contact, e.EndCause.SHED, "")
            return
        match ending:
            case HungUp():
                self._end(contact, e.EndCause.FLOW, f"at step {ending.step}")
            case CallerLeft():
                self._end(contact, e.EndCause.HUNG_UP, f"at step {ending.step}")
            case Refused():
                self._end(contact, e.EndCause.REFUSED, ending.why)
            case Broken():
                log.warning("flow broken", contact=contact, step=ending.step, why=ending.why)
            case Routed() | Connected() | Dialling() | Shed():
                pass

    def _end(self, contact: str, cause: e.EndCause, detail: str) -> None:
        self._loop.tell_if_fits(e.ContactEnded(at=self._loop.now(), contact=contact, cause=cause, detail=detail))
