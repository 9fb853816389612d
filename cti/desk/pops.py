"""The pop: what the agent sees of a contact before the phone rings, made from what is at hand."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Literal

from acd.contact import Contact
from acd.floor import Floor
from cti.desk.background import CONTACTS_KEPT, Background
from cti.desk.frames import CallbackPop, Pop
from cti.masking import masked
from cti.plan.document import PlanDocument


class Pops:
    """Makes pops; remembers what flows learned, which the router does not keep."""

    def __init__(self, floor: Floor, plan: Callable[[], PlanDocument], background: Background) -> None:
        """`plan` gives the whole plan in force."""
        self._floor = floor
        self._plan = plan
        self._background = background
        self._learned: OrderedDict[str, dict[str, str]] = OrderedDict()

    def learn(self, contact: str, learned: Mapping[str, str]) -> None:
        """Remember what the flow of a contact learned."""
        self._learned[contact] = dict(learned)
        self._learned.move_to_end(contact)
        if len(self._learned) > CONTACTS_KEPT:
            self._learned.popitem(last=False)

    def forget(self, contact: str) -> None:
        """Let go what was learned, and what is known besides, of a contact that is over."""
        self._learned.pop(contact, None)
        self._background.forget(contact)

    def make(self, contact: str, offer: int, *, sees_numbers: bool, ring_by: int | None = None) -> Pop:
        """The pop of a contact on the floor, as a person sees it who may or may not see whole numbers."""
        now = self._floor.contacts[contact]
        known = self._background.known(contact)
        customer = known.customer if known.customer and now.customer in (None, known.customer.customer) else None
        return Pop(
            contact=contact,
            offer=offer,
            caller=now.caller if sees_numbers else masked(now.caller),
            customer=customer,
            tier=now.tier,
            tier_from=self._tier_from(now, customer.tier if customer else None),
            queue=now.queue,
            access=now.access,
            language=now.language,
            learned=self._learned.get(contact, {}),
            since=now.since,
            visits=now.visits,
            last_contacts=list(known.last_contacts),
            ring_by=ring_by,
            callback=_callback(now, sees_numbers=sees_numbers),
        )

    def _tier_from(self, contact: Contact, customers: str | None) -> Literal["customer", "access_number", "flow"]:
        if contact.tier == customers:
            return "customer"
        access = self._plan().access_numbers.get(contact.access)
        if access is not None and contact.tier == access.tier:
            return "access_number"
        return "flow"


def _callback(contact: Contact, *, sees_numbers: bool) -> CallbackPop | None:
    callback = contact.callback
    if callback is None:
        return None
    number = callback.number if sees_numbers else masked(callback.number)
    return CallbackPop(number=number, asked_at=callback.asked_at, tries=callback.tries)
