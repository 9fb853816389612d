"""Who is on duty at a moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cti.plan.hours import DAYS, DutyPart, ShiftPart

_DAY = 24 * 60


def on_duty(duty: DutyPart, now: datetime) -> Sequence[str]:
    """Extensions and numbers in the order in which they are rung: the first shift that fits; nobody if none does."""
    here = now.astimezone(ZoneInfo(duty.zone))
    return next((shift.people for shift in duty.shifts if _fits(shift, here)), ())


def _fits(shift: ShiftPart, here: datetime) -> bool:
    minute = here.hour * 60 + here.minute
    for back, at in ((0, minute), (1, minute + _DAY)):
        day = (here - timedelta(back)).date()
        named = day in shift.dates if shift.dates else not shift.days or DAYS[day.weekday()] in shift.days
        if named and shift.hours.start <= at < shift.hours.end:
            return True
    return False
