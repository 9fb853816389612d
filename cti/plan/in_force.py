"""The plan everybody works by at this moment, and the one way to change it."""

from acd.contact import OPEN
from acd.errors import IllegalEvent
from acd.events import PlanChanged
from acd.refusal import refusal
from cti.journal.loop import FloorLoop
from cti.plan.changes import changes
from cti.plan.document import PlanDocument
from cti.plan.routing import routing
from cti.plan.store import PlanConflict, PlanStore, conflict
from cti.problems import Problem


class PlanInForce:
    """Holds the whole plan; the router has its own part of it from the fact `PlanChanged`."""

    def __init__(self, document: PlanDocument, store: PlanStore, loop: FloorLoop) -> None:
        """`document`: the newest plan of the store."""
        self._document = document
        self.store = store
        self._loop = loop

    def __call__(self) -> PlanDocument:
        """The plan in force."""
        return self._document

    def start(self) -> None:
        """Tell the router, unless its journal has this very plan already. Raises IllegalEvent when it cannot be."""
        if self._loop.floor.plan != routing(self._document):
            self._loop.tell(PlanChanged(at=self._loop.now(), plan=routing(self._document)))

    async def change(self, plan: PlanDocument, *, who: str) -> PlanDocument:
        """Save a plan and put it in force; returns it with its number.

        Raises PlanConflict when it was not made from the plan in force or leaves no place for contacts that wait,
        IllegalEvent when the floor refuses it; the plan in force is then what it was.
        """
        self._refuse_if_contacts_wait(plan)
        before = self._document
        saved = await self.store.save(plan, who=who, at=self._loop.now())
        if saved == before:
            return before
        self._document = saved
        try:
            self._loop.tell(PlanChanged(at=self._loop.now(), plan=routing(saved)))
        except IllegalEvent:
            # A contact began to wait while the plan was being saved.
            self._document = await self.store.save(before.numbered(saved.version), who=who, at=self._loop.now())
            self._loop.tell(PlanChanged(at=self._loop.now(), plan=routing(self._document)))
            raise
        return saved

    def rehearse(self, plan: PlanDocument) -> list[str]:
        """What `change` to this plan would differ in, one line each; it is refused as that would be."""
        self._refuse_if_contacts_wait(plan)
        if plan.version != self._document.version:
            raise conflict(plan.version, self._document.version)
        event = PlanChanged(at=self._loop.now(), plan=routing(plan.numbered(plan.version + 1)))
        if (why := refusal(self._loop.floor, event)) is not None:
            raise IllegalEvent(event, why)
        return changes(self._document, plan)

    def _refuse_if_contacts_wait(self, plan: PlanDocument) -> None:
        """The floor would refuse too, but only after the plan had been saved."""
        for contact in self._loop.floor.contacts.values():
            if contact.state not in OPEN:
                continue
            for kind, name, known in (("queue", contact.queue, plan.queues), ("tier", contact.tier, plan.tiers)):
                if name not in known:
                    mend = "wait until they are served, then change the plan"
                    raise PlanConflict(
                        Problem("plan", f"contacts of {kind} {name!r} wait, the new plan lacks it", mend)
                    )
