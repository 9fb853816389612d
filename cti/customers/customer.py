"""A customer as the rest of the hotline sees one."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody we know."""

    id: str
    name: str
    tier: str
    """A tier of the plan."""
    language: str | None = None
    """zh-CN or en, when he has said so."""
    account: str | None = None
    """Digits he can type."""
    numbers: tuple[str, ...] = ()
    """The numbers he calls from, in normal form, sorted."""
    managers: tuple[str, ...] = ()
    """His account managers, agents or groups of the plan, in the order in which he wants them."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What else an agent should see."""
