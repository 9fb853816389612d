"""What is kept of legs while Asterisk is up, so that nothing is told or asked twice."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Marks:
    """Contacts and offers of one Asterisk, by what was seen of their channels."""

    unanswered: set[str] = field(default_factory=set)
    """Contacts whose flow has not answered the call."""
    ringing: set[int] = field(default_factory=set)
    """Offers whose phone was seen to ring."""
    talking: set[int] = field(default_factory=set)
    """Offers whose both legs were seen in the bridge."""
    seen_at: int = 0
    """When Asterisk was last seen as the floor has it, ms; after a crash, the floor's last fact."""
    touched: set[str] = field(default_factory=set)
    """Contacts and channels that something happened to since the last look began."""
