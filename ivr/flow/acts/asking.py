"""What menu, collect and survey do, and how every question is asked."""

from collections.abc import Iterator
from decimal import Decimal

from ivr.flow.course import Course, WayKey
from ivr.flow.digits import digit_pattern, right
from ivr.flow.line import Entered
from ivr.flow.part import Asking, AskingDigits
from ivr.flow.steps.asking import Collect, Menu, Survey
from ivr.flow.values import COLLECTED


def menu(course: Course, step: Menu) -> WayKey:
    """Ask for one key."""
    pressed = False
    for key in asked_key(course, step):
        pressed = bool(key)
        if key in step.keys:
            course.note(step.action, f"key {key}")
            return ("keys", key)
        course.note(step.action, f"invalid key {key}" if key else "no key")
    return given_up(course, step.action, pressed=pressed)


def collect(course: Course, step: Collect) -> WayKey:
    """Ask for digits."""
    pressed = False
    for entered in asked_digits(course, step):
        digits = entered.digits
        pressed = bool(digits) or not entered.timed_out
        if step.wants_person(digits):
            course.note(step.action, "0 alone")
            return ("zero",)
        shown = f"{len(digits)} digits" if step.secret else f"digits {digits}"
        if _fits(step, digits):
            course.keep(COLLECTED + step.name, digits, secret=step.secret)
            course.note(step.action, shown)
            return ("next",)
        course.note(step.action, f"invalid {shown}" if pressed else "no digits")
    return given_up(course, step.action, pressed=pressed)


def _fits(step: Collect, digits: str) -> bool:
    if not step.digits.min <= len(digits) <= step.digits.max:
        return False
    if step.check is not None and not right(step.check, digits):
        return False
    if step.pattern is not None:
        return digit_pattern(step.pattern).fullmatch(digits) is not None
    return step.check is not None or digits.isdecimal()


def survey(course: Course, step: Survey) -> WayKey:
    """Ask for a score and keep it."""
    pressed = False
    for key in asked_key(course, step):
        pressed = bool(key)
        if key in step.scores:
            score = step.scores[key]
            if course.around.scores is not None:
                course.wait(course.around.scores.add(course.facts.contact, step.name, score, course.now_ms))
            course.keep(f"survey.{step.name}", Decimal(score))
            course.note(step.action, f"score {score}")
            course.line.play(course.files(step.thanks))
            return ("next",)
        course.note(step.action, f"invalid key {key}" if key else "no key")
    return given_up(course, step.action, pressed=pressed)


def asked_key(course: Course, step: Asking) -> Iterator[str]:
    """Ask for one key, as often as it says; '' for none."""
    before = step.retry.timeout[:0]
    for _ in range(step.tries):
        files = course.files([*before, *step.prompts])
        key = course.line.digits(files, most=1, first_s=step.timeout_s, between_s=step.timeout_s, ends="").digits
        yield key
        before = step.retry.invalid if key else step.retry.timeout


def asked_digits(course: Course, step: AskingDigits) -> Iterator[Entered]:
    """Ask for digits, as often as it says; none without a time-out: the ending key alone."""
    before = step.retry.timeout[:0]
    for _ in range(step.tries):
        entered = course.line.digits(
            course.files([*before, *step.prompts]),
            most=step.digits.max,
            first_s=step.timeout_s,
            between_s=step.timeout_s if step.between_s is None else step.between_s,
            ends=step.ends,
        )
        yield entered
        before = step.retry.timeout if entered.timed_out and not entered.digits else step.retry.invalid


def given_up(course: Course, action: str, *, pressed: bool) -> WayKey:
    """The way after the last try."""
    course.note(action, "invalid" if pressed else "timeout")
    return ("on", "invalid") if pressed else ("on", "timeout")
