"""What identify, look-up and lists do."""

from collections.abc import Awaitable

from cti.customers.pins import PinVerdict
from ivr.flow.acts.asking import asked_digits
from ivr.flow.course import Course, StepFailed, WayKey
from ivr.flow.line import TooLate
from ivr.flow.ports import Customer
from ivr.flow.steps.knowing import Account, Identify, Lists, LookUp, Pin

PIN_S = 5.0
"""How long a caller waits for his PIN to be checked: passwords are slow to check by design."""


def identify(course: Course, step: Identify) -> WayKey:
    """Find the customer, and let him prove it."""
    elsewhere = _elsewhere(course, step)
    if elsewhere is not None:
        return elsewhere
    return ("next",) if step.pin is None else _proved(course, step, step.pin)


def _elsewhere(course: Course, step: Identify) -> WayKey | None:
    """Find the customer; the way of a caller who is not found, or None."""
    customers = course.around.customers
    if step.number and course.facts.caller and _known(course, "number", customers.by_number(course.facts.caller)):
        return None
    way = _by_account(course, step, step.account) if step.account is not None else ("on", "unknown")
    if way == ("on", "unknown"):
        course.note(step.action, "unknown")
    return way


def _by_account(course: Course, step: Identify, asked: Account) -> WayKey | None:
    for entered in asked_digits(course, asked):
        digits = entered.digits
        if not digits and not entered.timed_out:
            course.note(step.action, "no account")
            break
        if asked.wants_person(digits):
            course.note(step.action, "0 alone")
            return ("account", "zero")
        whole = digits.isdecimal() and len(digits) >= asked.digits.min
        if whole and _known(course, "account", course.around.customers.by_account(digits)):
            return None
        course.note(step.action, f"{len(digits)} digits: not known" if digits else "no digits")
    return ("on", "unknown")


def _known(course: Course, by: str, found: Awaitable[Customer | None]) -> bool:
    course.customer, course.proved = course.wait(found), False
    if course.customer is None:
        return False
    if not course.chosen and course.customer.language in course.languages:
        course.language = course.customer.language or course.language
    course.note("identify", f"known by {by}")
    return True


def _proved(course: Course, step: Identify, asked: Pin) -> WayKey:
    if course.around.pins is None:
        raise StepFailed("there are no PINs here")
    assert course.customer is not None
    for entered in asked_digits(course, asked):
        if not entered.digits:
            course.note(step.action, "no PIN")
            continue
        if asked.wants_person(entered.digits):
            course.note(step.action, "0 alone")
            return ("pin", "zero")
        verdict = course.wait(course.around.pins.check(course.customer.id, entered.digits), PIN_S)
        course.note(step.action, f"PIN {verdict}")
        if verdict is PinVerdict.RIGHT:
            course.proved = True
            return ("next",)
        if verdict is PinVerdict.LOCKED:
            return ("on", "locked")
    return ("on", "refused")


def look_up(course: Course, step: LookUp) -> WayKey:
    """Ask a source."""
    source = course.around.sources.get(step.source)
    if source is None:
        raise StepFailed(f"there is no source {step.source!r}")
    asked = {name: course.text(expression) for name, expression in step.ask.items()}
    try:
        answer = course.wait_or_late(source.ask(asked), source.within_s)
    except TooLate:
        course.note(step.action, f"{step.source}: no answer within {source.within_s:g} s")
        if step.on.timeout is None:
            raise StepFailed(f"{step.source} gave no answer within {source.within_s:g} s") from None
        return ("on", "timeout")
    course.keep_all(step.into, answer or {})
    course.note(step.action, f"{step.source}: {'found' if answer is not None else 'nothing'}")
    return ("on", "none") if answer is None else ("next",)


def lists(course: Course, step: Lists) -> WayKey:
    """Go by the list the number is on."""
    found = None
    if course.around.lists is not None and course.facts.caller:
        found = course.wait(course.around.lists.find(course.facts.caller, course.now_ms))
    course.keep("list", "" if found is None else found.colour)
    course.keep("list.reason", "" if found is None else found.reason)
    if found is None:
        course.note(step.action, "on no list")
        return ("next",)
    course.note(step.action, f"{found.colour}: {found.reason}")
    return (found.colour,) if getattr(step, found.colour) is not None else ("next",)
