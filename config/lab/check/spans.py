"""Stretches of time in epoch milliseconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` to `end`, epoch ms."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.end - self.start) / 1000

    def common(self, other: "Span") -> "Span | None":
        """What both have in common, if anything."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if end > start else None


def hull(spans: list[Span]) -> Span | None:
    """From the first beginning to the last end; None of none."""
    return Span(min(s.start for s in spans), max(s.end for s in spans)) if spans else None
