"""The steps a waiting contact goes through: stages of preferred agents, what its queue asks for, then its relaxation.

They are counted so that 0 is what the queue asks for: -2 and -1 are two stages of preferred agents, 1 the first step of
the relaxation. The plan in force says how long each lasts, so an edit counts for those who wait.
"""

from acd.contact import Contact
from acd.plan import Plan, Step


def steps_of(contact: Contact, plan: Plan) -> tuple[Step, ...]:
    """The relaxation of a contact: its own, else its queue's; empty when it has none."""
    name = contact.relaxation
    if name is None and (queue := plan.queues.get(contact.queue)) is not None:
        name = queue.relaxation
    return plan.relaxations.get(name, ()) if name is not None else ()


def step_of(contact: Contact, plan: Plan) -> int:
    """The step a contact is at: the last one there is when a new plan has fewer."""
    return min(contact.step, len(steps_of(contact, plan)))


LOOK_MS = 5_000
"""How often the expected wait of a contact is compared with what its next step says."""


def next_due(contact: Contact, plan: Plan) -> int | None:
    """When time alone brings its next step, ms; None: there is no further one."""
    step, steps = contact.step, steps_of(contact, plan)
    if step < 0:
        return contact.step_since + contact.preferred[step].for_ms
    return contact.step_since + steps[step].after_ms if step < len(steps) else None


def next_look(contact: Contact, plan: Plan, at: int) -> int | None:
    """When its expected wait is looked at again, ms, after this moment; None: its next step does not ask for it."""
    if expected_ms(contact, plan) is None:
        return None
    return contact.step_since + (max(0, at - contact.step_since) // LOOK_MS + 1) * LOOK_MS


def expected_ms(contact: Contact, plan: Plan) -> int | None:
    """The expected wait, ms, from which a contact takes its next step before its time; None: there is none."""
    steps = steps_of(contact, plan)
    return steps[contact.step].expected_ms if 0 <= contact.step < len(steps) else None
