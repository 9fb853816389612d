"""Customers for the demo and the tests, invented so that nobody takes them for real people."""

from cti.customers.customer import Customer

STEMS = "甲乙丙丁戊己庚辛壬癸"
TIERS = ("standard", "standard", "standard", "silver", "gold", "vip")
"""Half are ordinary customers, the others one of each class."""
AREAS = ("north", "east", "south", "west", "centre")
PINS = 10
"""So many, from the first, have a PIN for the telephone."""
FIRST_NUMBER = 13800_000_000
FIRST_ACCOUNT = 10_000_000


def invented_customers(count: int = 60) -> list[Customer]:
    """So many customers: numbers +8613800000001 ..., accounts 10000001 ..., every tenth an English speaker.

    The n-th customer (from 1) is always the same one, so callers of a test know who they are.
    """
    return [_invented(n) for n in range(1, count + 1)]


def invented_pin(n: int) -> str:
    """The PIN of the n-th customer."""
    return str(246_800 + n)


def _invented(n: int) -> Customer:
    tier = TIERS[(n - 1) % len(TIERS)]
    english = n % 10 == 0
    stem = STEMS[(n - 1) % len(STEMS)]
    return Customer(
        id=f"C{n:04d}",
        name=f"Test Customer {n}" if english else f"测试客户{stem}{n}",
        tier=tier,
        language="en" if english else "zh-CN",
        account=str(FIRST_ACCOUNT + n),
        numbers=(f"+86{FIRST_NUMBER + n}",),
        attributes={
            "address": f"Example Road {n}" if english else f"示例路{n}号",
            "area": AREAS[n % len(AREAS)],
        },
    )
