"""What a source answered, as a flow's values."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ivr.flow.expression import Value

LONGEST = 500
"""Characters of one text; what is beyond is cut off."""
MOST = 100
"""Values of one answer."""


def values_of(answer: Mapping[Any, Any]) -> dict[str, Value]:
    """Texts, numbers, truths and dates by name; tables, lists and what has no value are left out."""
    found = {str(name): _value(value) for name, value in list(answer.items())[:MOST]}
    return {name: value for name, value in found.items() if value is not None}


def _value(value: Any) -> Value | None:
    match value:
        case bool():
            return value
        case int():
            return Decimal(value)
        case float():
            return Decimal(str(value)) if math.isfinite(value) else None
        case Decimal():
            return value if value.is_finite() else None
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case str():
            return value[:LONGEST]
    return None
