"""Distributions of times, and the streams of random numbers they are drawn from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log, sqrt
from random import Random

Draw = Callable[[], float]
"""One more sample, seconds."""


@dataclass(frozen=True, slots=True)
class Exponential:
    """Memoryless, by its mean."""

    mean_s: float

    def draws(self, stream: Random) -> Draw:
        """Samples from a stream, seconds."""
        rate, exponential = 1 / self.mean_s, stream.expovariate
        return lambda: exponential(rate)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """By its mean and its coefficient of variation (standard deviation over mean)."""

    mean_s: float
    cv: float

    def draws(self, stream: Random) -> Draw:
        """Samples from a stream, seconds."""
        variance = log(1 + self.cv**2)
        mu, sigma, lognormal = log(self.mean_s) - variance / 2, sqrt(variance), stream.lognormvariate
        return lambda: lognormal(mu, sigma)


@dataclass(frozen=True, slots=True)
class Gamma:
    """By its mean and its coefficient of variation."""

    mean_s: float
    cv: float

    def draws(self, stream: Random) -> Draw:
        """Samples from a stream, seconds."""
        shape = self.cv**-2
        scale, gamma = self.mean_s / shape, stream.gammavariate
        return lambda: gamma(shape, scale)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Evenly between two values."""

    low_s: float
    high_s: float

    @property
    def mean_s(self) -> float:
        """Its mean."""
        return (self.low_s + self.high_s) / 2

    def draws(self, stream: Random) -> Draw:
        """Samples from a stream, seconds."""
        low, high, uniform = self.low_s, self.high_s, stream.uniform
        return lambda: uniform(low, high)


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same."""

    value_s: float

    @property
    def mean_s(self) -> float:
        """Its mean."""
        return self.value_s

    def draws(self, stream: Random) -> Draw:
        """The value, seconds."""
        value = self.value_s
        return lambda: value


Distribution = Exponential | Lognormal | Gamma | Uniform | Constant


def stream(seed: int, replication: int, *purpose: str) -> Random:
    """A stream of its own for each purpose, so that two ways of routing meet the same callers."""
    return Random("/".join((str(seed), str(replication), *purpose)))


def poisson(
    per_hour: float | tuple[float, ...], slot: int, horizon: int, ticks_per_s: int, chances: Random
) -> Iterator[int]:
    """When callers come, in ticks from 0 to the horizon; a list of rates has one a slot, constant within it."""
    rates, length = (per_hour, slot) if isinstance(per_hour, tuple) else ((per_hour,), horizon)
    for place, rate in enumerate(rates):
        end = min((place + 1) * length, horizon)
        at = float(place * length)
        while rate > 0:
            at += chances.expovariate(rate / (3600 * ticks_per_s))
            if at >= end:
                break
            yield int(at)
