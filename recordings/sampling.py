"""Which recordings are drawn for QA (抽检): a keyed digest of contact and agent, compared with the agent's share.

Nobody can foretell or bend the draw without the seed; the same contact gives the same answer however often, in whatever
order and on whatever machine it is drawn, so a replay draws the same.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

_BITS = 53
"""What fits a float exactly."""


class SamplingRule(Protocol):
    """The plan's rule (`cti.plan.document.SamplingPart`)."""

    @property
    def seed(self) -> str:
        """Key of the digest."""

    @property
    def share(self) -> float:
        """The share of an agent's contacts that is drawn, 0 to 1."""

    @property
    def agents(self) -> Mapping[str, float]:
        """Agents with a share of their own."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What came out for one contact and agent."""

    contact: str
    agent: str
    share: float
    """The agent's share."""
    value: float
    """What the digest gave: 0 up to but not 1."""

    @property
    def drawn(self) -> bool:
        """Whether the recording is a sample."""
        return self.value < self.share


def draw(rule: SamplingRule, contact: str, agent: str) -> Draw:
    """Draw or do not draw the recording of this contact for this agent."""
    # The length keeps ("ab", "c") and ("a", "bc") apart.
    message = f"{len(contact)}:{contact}:{agent}".encode()
    digest = hmac.digest(rule.seed.encode(), message, hashlib.sha256)
    value = (int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / 2**_BITS
    return Draw(contact, agent, rule.agents.get(agent, rule.share), value)
