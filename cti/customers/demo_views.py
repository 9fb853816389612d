"""What the supplied flows look up, invented: bills, outages, claims, orders and tickets of the invented customers.

Views of constant rows, so that they look to flows as an operator's own would and leave no table behind.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import text

from cti.customers.invented import FIRST_ACCOUNT, invented_customers
from cti.database.connection import Database

Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""Names of the columns, and the rows."""

CLAIM_STATES = ("received", "assessing", "papers", "paid")
ORDER_STATES = ("filled", "part", "waiting")
FIRST_CLAIM = 1_000_000


async def create_demo_views(database: Database, today: date) -> None:
    """Make the views anew. Dates lie around `today`."""
    async with database.writing() as session:
        for name, (columns, rows) in demo_views(today).items():
            await session.execute(text(f"DROP VIEW IF EXISTS demo_{name}"))
            listed = ", ".join(f"({', '.join(_quoted(cell) for cell in row)})" for row in rows)
            await session.execute(text(f"CREATE VIEW demo_{name} ({', '.join(columns)}) AS VALUES {listed}"))


def demo_views(today: date) -> dict[str, Rows]:
    """Every view by its name."""
    numbers = range(1, len(invented_customers()) + 1)
    return {
        "bills": (("account", "balance", "due", "pay_by", "share"), [_bill(n, today) for n in numbers]),
        "outages": (("area", "state", "back_at", "begins", "ends"), list(_outages(today))),
        "claims": (("number", "state", "amount", "paid_on"), [_claim(n, today) for n in numbers]),
        "orders": (("account", "code", "shares", "done", "price", "state"), [_order(n) for n in numbers if n % 4]),
        "tickets": (("reference", "state"), [(f"9{n:05}", ("open", "closed")[n % 2]) for n in numbers]),
    }


def _account(n: int) -> str:
    return str(FIRST_ACCOUNT + n)


def _bill(n: int, today: date) -> tuple[str, ...]:
    due = "0" if n % 4 == 0 else f"{40 + n}.50"
    return _account(n), f"{20 + n}.{n % 10}0", due, str(today + timedelta(5 + n % 20)), str(n * 3 % 100)


def _outages(today: date) -> Iterator[tuple[str, ...]]:
    tomorrow = today + timedelta(1)
    begins, ends = (datetime.combine(tomorrow, time(hour)).isoformat(timespec="minutes") for hour in (9, 12))
    yield "east", "repairing", "18:30", "", ""
    yield "west", "planned", "", begins, ends


def claim_number(n: int) -> str:
    """The n-th claim's number: eight digits, the last one a check digit (Luhn)."""
    digits = str(FIRST_CLAIM + n)
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return digits + str(-total % 10)


def _claim(n: int, today: date) -> tuple[str, ...]:
    state = CLAIM_STATES[n % len(CLAIM_STATES)]
    paid = state == "paid"
    return claim_number(n), state, f"{1000 + 10 * n}.00" if paid else "", str(today - timedelta(n % 30)) if paid else ""


def _order(n: int) -> tuple[str, ...]:
    state, shares = ORDER_STATES[n % len(ORDER_STATES)], 100 * (1 + n % 9)
    done = {"filled": shares, "part": shares // 2, "waiting": 0}[state]
    return _account(n), f"9{n:05}", str(shares), str(done), f"{5 + n % 40}.{n % 10}0", state


def _quoted(cell: str) -> str:
    return "'" + cell.replace("'", "''") + "'"
