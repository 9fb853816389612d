"""What a call takes with it while the dialplan dials for it, as one channel variable; nothing secret."""

import base64
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from ivr.flow.course import Course, Frame, StepFailed
from ivr.flow.expression import Value
from ivr.flow.line import Reached

RESUME_VARIABLE = "HOTLINE_RESUME"
RESULT_VARIABLE = "HOTLINE_RESULT"
"""What became of the party: Asterisk's DIALSTATUS."""
_REACHED = {"BUSY": Reached.BUSY, "NOANSWER": Reached.NO_ANSWER, "ANSWER": Reached.NO_ANSWER}
"""After ANSWER the call comes back only when whoever answered did not accept."""


class _Frame(msgspec.Struct, frozen=True):
    flow: str
    step: str
    values: dict[str, str | bool | dict[str, str]]


class Saved(msgspec.Struct, frozen=True):
    """A course that goes on later."""

    frames: list[_Frame]
    language: str
    chosen: bool
    customer: str | None
    proved: bool
    dialled: int


@dataclass(frozen=True, slots=True)
class Resume:
    """A course to be taken up, and what became of the party."""

    saved: Saved
    reached: Reached


def saved(course: Course) -> str:
    """The course as letters, digits, `-` and `_`."""
    kept = Saved(
        frames=[
            _Frame(
                frame.flow.name,
                frame.step,
                {name: _plain(value) for name, value in frame.values.items() if name not in frame.secret},
            )
            for frame in course.frames
        ],
        language=course.language,
        chosen=course.chosen,
        customer=None if course.customer is None else course.customer.id,
        proved=course.proved,
        dialled=course.dialled,
    )
    return base64.urlsafe_b64encode(msgspec.json.encode(kept)).decode().rstrip("=")


def read_resume(text: str, result: str) -> Resume | None:
    """What `saved` wrote, with Asterisk's DIALSTATUS; None when it is not that."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return Resume(msgspec.json.decode(plain, type=Saved), _REACHED.get(result, Reached.FAILED))
    except (ValueError, msgspec.MsgspecError):
        return None


def resumed(course: Course, resume: Resume) -> None:
    """Take a course up. A flow or step that is no longer there, or a customer, leaves it at its start."""
    kept = resume.saved
    frames = []
    for frame in kept.frames:
        flow = course.flows.get(frame.flow) or course.frame.flow
        if flow.name != frame.flow or frame.step not in flow.steps:
            return
        frames.append(Frame(flow, frame.step, {name: _value(value) for name, value in frame.values.items()}))
    if not frames or frames[0].flow.name != course.frame.flow.name:
        return
    course.frames, course.chosen, course.dialled = frames, kept.chosen, kept.dialled
    if kept.language in course.languages:
        course.language = kept.language
    course.resumed = resume.reached
    if kept.customer is not None:
        try:
            course.customer = course.wait(course.around.customers.by_id(kept.customer))
        except StepFailed:
            course.note("resume", "the customer could not be looked up again")
        course.proved = kept.proved and course.customer is not None


def _plain(value: Value) -> Any:
    return {"n": str(value)} if isinstance(value, Decimal) else value


def _value(value: str | bool | dict[str, str]) -> Value:
    return Decimal(value["n"]) if isinstance(value, dict) else value
