"""A floor at work and the clock beside it, driven in plain words; every step is checked for what must always hold."""

from collections.abc import Mapping
from typing import Any

from acd import commands as c
from acd import events as e
from acd.agent import Agent
from acd.contact import Contact
from acd.floor import Floor
from acd.fold import FoldedFloor
from acd.lines import Lines
from acd.plan import AgentSpec, CallbackTerms, Plan, Preferred, Queue, Step, Tier

STANDARD = Tier(name="standard")
VIP = Tier(name="vip", head_start_ms=90_000)
SERVICE = Queue(name="service", ring_ms=15_000, wrap_up_ms=30_000, callback=CallbackTerms(tries=2))


def plan(
    *agents: str | AgentSpec,
    tiers: tuple[Tier, ...] = (STANDARD, VIP),
    queues: tuple[Queue, ...] = (SERVICE,),
    order: tuple[str, ...] = ("longest_idle",),
    version: int = 1,
    relaxations: Mapping[str, tuple[Step, ...]] | None = None,
    groups: Mapping[str, tuple[str, ...]] | None = None,
) -> Plan:
    """A plan; an agent given by name alone has no skills."""
    specs = [AgentSpec(agent=each) if isinstance(each, str) else each for each in agents]
    return Plan(
        version=version,
        tiers={tier.name: tier for tier in tiers},
        queues={queue.name: queue for queue in queues},
        agents={spec.agent: spec for spec in specs},
        agent_order=order,
        relaxations=relaxations or {},
        groups=groups or {},
    )


def skilled(agent: str, primary: str | None = None, **skills: int) -> AgentSpec:
    """An agent with skills."""
    return AgentSpec(agent=agent, skills=skills, primary=primary)


class Shift:
    """The floor during one shift. Times are in seconds from its start; phones are named after their agents."""

    def __init__(self, in_force: Plan) -> None:
        self.floor = Floor()
        self.history: list[e.Fact] = []
        self.now = 0
        self.commands: list[c.Command] = []
        """What the last event made the floor order."""
        self.tell(e.PlanChanged(at=0, plan=in_force))

    # --- time and events ---

    def tell(self, event: e.Event) -> list[c.Command]:
        """Apply one event."""
        self.commands = self.floor.apply(event)
        assert self.floor.facts[0] is event
        self.history += self.floor.facts
        assert self.floor.imbalance() == {}
        assert self.floor.lines.all == Lines(self.floor.contacts).all
        return self.commands

    def wait(self, seconds: float) -> list[c.Command]:
        """Let time pass; what falls due on the way happens when it is due. Returns everything ordered meanwhile."""
        until = self.now + round(seconds * 1000)
        ordered: list[c.Command] = []
        while (due := self.floor.next_deadline()) is not None and due <= until:
            self.now = due
            ordered += self.tell(e.TimePassed(at=due))
        self.now = until
        return ordered

    def refolded(self) -> FoldedFloor:
        """A floor rebuilt from the facts so far."""
        floor = FoldedFloor()
        for fact in self.history:
            floor.fold(fact)
        return floor

    # --- agents ---

    def sign_in(self, *agents: str, desk: bool = False, ready: bool = True) -> None:
        """Agents take the phones named after them."""
        for agent in agents:
            self.tell(e.AgentSignedIn(at=self.now, agent=agent, extension=f"phone-{agent}", desk=desk))
            if ready:
                self.ready(agent)

    def ready(self, agent: str) -> None:
        self.tell(e.IntentChanged(at=self.now, agent=agent, intent=e.Intent.READY))

    def not_ready(self, agent: str, reason: str = "break") -> None:
        self.tell(e.IntentChanged(at=self.now, agent=agent, intent=e.Intent.NOT_READY, reason=reason))

    def sign_out(self, agent: str) -> None:
        self.tell(e.AgentSignedOut(at=self.now, agent=agent))

    def agent(self, agent: str) -> Agent:
        return self.floor.agents[agent]

    def state(self, agent: str) -> str:
        """The agent's state in a word, with the reason when he is away."""
        return self.agent(agent).standing

    # --- contacts ---

    def start(self, contact: str, attempt: int = 0) -> None:
        """A call comes in and its flow begins."""
        self.tell(
            e.ContactStarted(
                at=self.now,
                contact=contact,
                asterisk="a",
                channel=f"channel-{contact}",
                access="95000",
                caller="13800000000",
                attempt=attempt,
            )
        )

    def queue(
        self,
        contact: str,
        tier: str = "standard",
        queue: str = "service",
        since: int | None = None,
        urgency: float = 0,
        skills: Mapping[str, int] | None = None,
        any_of: tuple[Mapping[str, int], ...] = (),
        credit: float = 0,
        relaxation: str | None = None,
        preferred: tuple[Preferred, ...] = (),
    ) -> None:
        """The contact wants an agent; `since` in ms of the shift, now unless said."""
        self.tell(
            e.ContactQueued(
                at=self.now,
                contact=contact,
                queue=queue,
                tier=tier,
                since=self.now if since is None else since,
                skills=skills or {},
                any_of=any_of,
                urgency_ms=round(urgency * 1000),
                credit_ms=round(credit * 1000),
                relaxation=relaxation,
                preferred=preferred,
            )
        )

    def call(
        self,
        contact: str,
        tier: str = "standard",
        queue: str = "service",
        urgency: float = 0,
        skills: Mapping[str, int] | None = None,
        any_of: tuple[Mapping[str, int], ...] = (),
        credit: float = 0,
        relaxation: str | None = None,
        preferred: tuple[Preferred, ...] = (),
    ) -> None:
        """A call comes in and wants an agent at once."""
        self.start(contact)
        self.queue(
            contact,
            tier,
            queue,
            urgency=urgency,
            skills=skills,
            any_of=any_of,
            credit=credit,
            relaxation=relaxation,
            preferred=preferred,
        )

    def calls(self, *contacts: str) -> None:
        """Ordinary calls, one a second."""
        for contact in contacts:
            self.call(contact)
            self.wait(1)

    def hang_up(self, contact: str, cause: e.EndCause = e.EndCause.HUNG_UP) -> list[c.Command]:
        """The caller's leg is gone."""
        return self.tell(e.ContactEnded(at=self.now, contact=contact, cause=cause))

    def ask_back(self, contact: str, number: str = "13800000000", not_before: int = 0, **known: Any) -> list[c.Command]:
        """The caller asks to be called back."""
        return self.tell(e.CallbackAsked(at=self.now, contact=contact, number=number, not_before=not_before, **known))

    def call_back(self, contact: str, tier: str = "standard", number: str = "13800000000") -> None:
        """A caller comes in, asks to be called back and hangs up."""
        self.call(contact, tier)
        self.ask_back(contact, number)
        self.hang_up(contact)

    def customer_answers(self, contact: str) -> list[c.Command]:
        """The customer who is dialled picks up."""
        offer = self.offer(contact)
        return self.tell(e.CallbackAnswered(at=self.now, offer=offer, channel=f"customer-{offer}"))

    def customer_fails(self, contact: str, cause: e.CallbackFailure = e.CallbackFailure.BUSY) -> list[c.Command]:
        """The customer who is dialled is not reached."""
        return self.tell(e.CallbackFailed(at=self.now, offer=self.offer(contact), cause=cause))

    def contact(self, contact: str) -> Contact:
        return self.floor.contacts[contact]

    def where(self, contact: str) -> str:
        """The contact's state, "gone" once it is forgotten."""
        known = self.floor.contacts.get(contact)
        return known.state.value if known else "gone"

    # --- offers and talks ---

    def offered(self, contact: str) -> str | None:
        """Whom the contact is offered to just now."""
        known = self.floor.contacts.get(contact)
        offer = self.floor.offers.get(known.offer or 0) if known else None
        return offer.agent if offer is not None and offer.answered_at is None else None

    def offer(self, contact: str) -> int:
        """The number of the offer in which the contact rings or talks."""
        number = self.contact(contact).offer
        assert number is not None, f"{contact} is not offered to anybody"
        return number

    def answer(self, contact: str) -> str:
        """The agent who is rung picks up; returns him."""
        offer = self.offer(contact)
        agent = self.floor.offers[offer].agent
        self.tell(e.OfferAnswered(at=self.now, offer=offer))
        if self.where(contact) == "talking":
            self.tell(e.TalkConnected(at=self.now, offer=offer))
        return agent

    def fail(self, contact: str, cause: e.OfferFailure) -> list[c.Command]:
        return self.tell(e.OfferFailed(at=self.now, offer=self.offer(contact), cause=cause))

    def end_talk(self, contact: str) -> list[c.Command]:
        """The agent hangs up."""
        return self.tell(e.AgentHungUp(at=self.now, offer=self.offer(contact)))

    def save(self, contact: str, agent: str, outcome: str = "done") -> None:
        self.tell(e.OutcomeSaved(at=self.now, contact=contact, agent=agent, outcome=outcome))

    def serve(self, contact: str, seconds: float = 60) -> str:
        """Answer, talk, hang up and save the outcome at once; returns who did."""
        agent = self.answer(contact)
        self.wait(seconds)
        self.hang_up(contact)
        if self.state(agent) == "wrap_up":
            self.save(contact, agent)
        return agent

    def decided(self, kind: type[e.Decision]) -> list[e.Fact]:
        """Decisions of one kind so far."""
        return [fact for fact in self.history if isinstance(fact, kind)]
