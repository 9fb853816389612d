"""Who is on duty: the first shift that fits, past midnight too."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cti.hours.duty import on_duty
from cti.plan.hours import DutyPart

DUTY = DutyPart.model_validate(
    {
        "label": {"zh-CN": "值班", "en": "Night"},
        "shifts": [
            {"dates": ["2026-12-31"], "hours": "18:00-08:00", "people": ["13800000001"]},
            {"days": ["fri", "sat"], "hours": "22:00-08:00", "people": ["8008", "8007"]},
            {"hours": "22:00-08:00", "people": ["8007", "13800000002"]},
        ],
    }
)


@pytest.mark.parametrize(
    ("moment", "people"),
    [
        ("2026-03-04T21:59", ()),
        ("2026-03-04T22:00", ("8007", "13800000002")),
        ("2026-03-05T07:59", ("8007", "13800000002")),
        ("2026-03-05T08:00", ()),
        # Friday's shift ends on Saturday morning, Saturday's on Sunday morning.
        ("2026-03-06T23:00", ("8008", "8007")),
        ("2026-03-07T07:00", ("8008", "8007")),
        ("2026-03-08T07:00", ("8008", "8007")),
        ("2026-03-08T23:00", ("8007", "13800000002")),
        ("2026-12-31T23:00", ("13800000001",)),
        ("2027-01-01T03:00", ("13800000001",)),
    ],
)
def test_is_who_the_first_fitting_shift_says(moment: str, people: tuple[str, ...]) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert on_duty(DUTY, now) == people
