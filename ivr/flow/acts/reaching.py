"""What queue, transfer, duty, callback, cancel-callback and message do."""

import re
from collections.abc import Iterator

import structlog

from acd.plan import Preferred
from cti.flows.items import ItemKind, NewItem
from cti.records.returning import Returning, without_doubles
from ivr.flow.course import Course, StepFailed, WayKey
from ivr.flow.ending import Connected, Ending, Routed
from ivr.flow.line import Party, Reached
from ivr.flow.ports import Callbacks, Wish
from ivr.flow.route import Route, encode_route
from ivr.flow.steps.reaching import Callback, CancelCallback, Duty, Item, Message, ToQueue, Transfer
from ivr.numbers import normalise

ROUTE_VARIABLE = "HOTLINE_ROUTE"
NEXT_VARIABLE = "HOTLINE_NEXT"
ACCEPT = "duty-accept"
"""The prompt that asks whoever is on duty for key 1."""
SHORTEST_MESSAGE_S = 1.0
_WHO = re.compile(r"[0-9A-Za-z_]{1,32}")

log = structlog.get_logger()


def queue(course: Course, step: ToQueue) -> Ending:
    """Leave for a queue."""
    facts, customer = course.facts, course.customer
    skills = dict(course.languages[course.language])
    for skill, level in step.skills.items():
        skills[skill] = max(level, skills.get(skill, 0))
    queue = step.queue or facts.queue
    returning = _returning(course, step, queue)
    route = Route(
        queue=queue,
        tier=course.tier,
        language=course.language,
        access=facts.access,
        caller=facts.caller,
        skills=skills,
        urgency=step.urgency_s,
        customer=None if customer is None else customer.id,
        credit_ms=returning.credit_ms,
        relaxation=step.relaxation,
        preferred=without_doubles((*_preferred(course, step), *returning.preferred)),
        keys=step.keys,
        messages=step.messages,
        music=step.music or "",
        learned=course.carried(step.carry),
    )
    if customer is not None and route.tier != customer.tier:
        log.warning(
            "customer's tier is not in the plan",
            contact=facts.contact,
            customer=customer.id,
            tier=customer.tier,
            taken_as=route.tier,
            mend="give the customer a tier of the plan: hotline customers import",
        )
        course.note(step.action, f"the plan has no tier {customer.tier!r}, taken as {route.tier!r}")
    course.note(step.action, f"to {route.queue}")
    course.line.set(ROUTE_VARIABLE, encode_route(route))
    course.line.set(NEXT_VARIABLE, "queue")
    return Routed(course.frame.step, route)


def _preferred(course: Course, step: ToQueue) -> Iterator[Preferred]:
    """Whom the flow wants first; words that can be no agent are left out."""
    for each in step.prefer:
        for name in course.text(each.agents).split():
            if _WHO.fullmatch(name):
                yield Preferred(agents=(name,), for_ms=each.for_s * 1000)


def _returning(course: Course, step: ToQueue, queue: str) -> Returning:
    """What the plan says of who comes again; nothing when that cannot be found out, for the caller wants a person."""
    if course.around.returning is None:
        return Returning()
    try:
        return course.wait(course.around.returning.of(queue, _customer(course), course.facts.caller))
    except StepFailed as failed:
        log.warning("earlier contacts could not be looked up", contact=course.facts.contact, why=str(failed))
        course.note(step.action, "earlier contacts could not be looked up")
        return Returning()


def transfer(course: Course, step: Transfer) -> WayKey | Ending:
    """Dial a number."""
    reached, course.resumed = course.resumed, None
    party = Party(step.to, inside=False)
    if reached is None:
        course.line.play(course.files(step.prompts))
        course.note(step.action, f"dialling {step.to}")
        reached = course.line.dial(party, ring_s=step.ring_s, accept=())
    course.note(step.action, reached.value)
    match reached:
        case Reached.ANSWERED:
            return Connected(course.frame.step, party.number)
        case Reached.FAILED:
            raise StepFailed(f"{step.to} could not be dialled")
        case Reached.BUSY if step.on.busy is not None:
            return ("on", "busy")
    return ("on", "timeout")


def duty(course: Course, step: Duty) -> WayKey | Ending:
    """Dial those on duty, one after another."""
    reached, course.resumed = course.resumed, None
    if reached is None:
        course.dialled = 0
        course.line.play(course.files(step.prompts))
    else:
        course.note(step.action, reached.value)
    accept = list(course.around.prompts.files(ACCEPT, course.language))
    people = course.around.duty(step.duty, course.line.now())
    while course.dialled < len(people):
        party = people[course.dialled]
        course.dialled += 1
        course.note(step.action, f"dialling {course.dialled} of {len(people)}")
        reached = course.line.dial(party, ring_s=step.ring_s, accept=accept)
        course.note(step.action, reached.value)
        if reached is Reached.ANSWERED:
            return Connected(course.frame.step, party.number)
    course.note(step.action, "nobody")
    return ("on", "nobody")


def callback(course: Course, step: Callback) -> WayKey:
    """Have the caller called back."""
    number = normalise(course.text(step.number)).value
    wish = Wish(
        contact=course.facts.contact,
        number=number,
        queue=step.queue or course.facts.queue,
        tier=course.tier,
        language=course.language,
        skills=course.languages[course.language],
        customer=_customer(course),
        learned=course.carried(step.carry),
    )
    booked = _callbacks(course).ask(wish)
    course.note(step.action, "booked" if booked else "refused")
    if booked:
        return ("next",)
    if step.on.refused is None:
        raise StepFailed("the callback was refused")
    return ("on", "refused")


def cancel_callback(course: Course, step: CancelCallback) -> WayKey:
    """End the callback that waits."""
    facts = course.facts
    over = _callbacks(course).cancel(facts.contact, facts.caller, _customer(course), back=step.back)
    course.note(step.action, ("back" if step.back else "cancelled") if over else "none waits")
    return ("next",) if over else ("on", "none")


def _callbacks(course: Course) -> Callbacks:
    if course.around.callbacks is None:
        raise StepFailed("nobody is called back from here")
    return course.around.callbacks


def _customer(course: Course) -> str | None:
    return None if course.customer is None else course.customer.id


def message(course: Course, step: Message) -> WayKey:
    """Record a message."""
    course.line.play(course.files(step.prompts))
    name = f"message-{course.facts.contact}-{course.now_ms}"
    said = course.line.record(name, longest_s=step.longest_s, silence_s=step.silence_s)
    if said.seconds < SHORTEST_MESSAGE_S:
        course.note(step.action, "empty")
        return ("on", "empty")
    _add(course, step, ItemKind.MESSAGE, file=said.file, seconds=said.seconds)
    course.note(step.action, f"{said.seconds:.0f} s")
    return ("next",)


def _add(course: Course, step: Item, kind: ItemKind, *, file: str = "", seconds: float = 0.0) -> None:
    if course.around.items is None:
        raise StepFailed("nothing can be kept here")
    item = NewItem(
        kind=kind,
        contact=course.facts.contact,
        number=course.text(step.number),
        customer=_customer(course),
        queue=step.queue or course.facts.queue,
        language=course.language,
        at=course.now_ms,
        due=course.now_ms + round(step.due_h * 3_600_000),
        file=file,
        seconds=seconds,
        carried=course.carried(step.carry),
    )
    course.keep("item", course.wait(course.around.items.add(item)))
