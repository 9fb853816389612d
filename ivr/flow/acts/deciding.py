"""What branch, set and hours do."""

from ivr.flow.course import Course, StepFailed, WayKey
from ivr.flow.expression import truth
from ivr.flow.steps.deciding import Branch, Hours, Set


def branch(course: Course, step: Branch) -> WayKey:
    """Go where the table or the first true condition says."""
    way, target = _branched(course, step)
    course.note(step.action, f"to {target}")
    return way


def _branched(course: Course, step: Branch) -> tuple[WayKey, str]:
    if step.value is not None:
        value = course.text(step.value)
        if value in step.cases:
            return ("cases", value), step.cases[value]
    for number, one in enumerate(step.when):
        if truth(course.value(one.condition)):
            return ("when", str(number), "next"), one.next
    return ("otherwise",), step.otherwise


def set_values(course: Course, step: Set) -> WayKey:
    """Give names values."""
    for name, expression in step.values.items():
        course.keep(name, course.value(expression), secret=course.is_secret(expression))
    course.note(step.action, ", ".join(step.values))
    return ("next",)


def hours(course: Course, step: Hours) -> WayKey:
    """Go by the hours."""
    name = step.hours or course.facts.hours
    if not name:
        raise StepFailed("neither the step nor the access number names hours")
    opening = course.around.hours(name, course.line.now())
    course.keep("hours.state", opening.state)
    course.keep("hours.day", opening.day)
    course.keep("hours.opens", "" if opening.opens is None else opening.opens.strftime("%Y-%m-%dT%H:%M"))
    course.note(step.action, f"{name}: {opening.state}")
    if opening.state == "holiday" and step.holiday is None:
        return ("closed",)
    return (opening.state,)
