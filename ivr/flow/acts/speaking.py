"""What answer, say, language and announce do."""

from decimal import Decimal

from ivr.flow.course import Course, WayKey
from ivr.flow.steps.speaking import Announce, Answer, Say, SetLanguage


def answer(course: Course, step: Answer) -> WayKey:
    """Answer the call."""
    course.line.answer()
    course.note(step.action, "answered")
    return ("next",)


def say(course: Course, step: Say) -> WayKey:
    """Play prompts."""
    course.line.play(course.files(step.prompts))
    course.note(step.action, "said")
    return ("next",)


def language(course: Course, step: SetLanguage) -> WayKey:
    """Speak another language."""
    course.language, course.chosen = step.language, True
    course.note(step.action, step.language)
    return ("next",)


def announce(course: Course, step: Announce) -> WayKey:
    """Play what is announced now."""
    area = course.text(step.area) if step.area is not None else ""
    told = course.around.broadcasts
    prompts = [] if told is None else course.wait(told.on(area, course.now_ms))
    course.line.play([file for one in prompts for file in course.around.prompts.files(one, course.language)])
    course.keep("announced", Decimal(len(prompts)))
    course.note(step.action, f"announced {len(prompts)}")
    return ("next",)
