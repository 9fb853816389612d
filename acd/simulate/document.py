"""A scenario read from the plain values of its file: every mistake is found, and named with its mend.

The format is version 1 of the scenario files: docs/simulation.md explains each key.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any, TypeVar

from acd.order import ORDER
from acd.simulate.draws import Constant, Distribution, Exponential, Gamma, Lognormal, Uniform
from acd.simulate.scenario import AdaptationTerms, AgentGroup, CallType, Scenario, Target, TierTerms

Key = tuple[str | int, ...]
T = TypeVar("T", int, float)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in a scenario."""

    key: Key
    """The way to it from the top of the file."""
    what: str
    mend: str

    @property
    def dotted(self) -> str:
        """The key as one reads it: calls[0].service.mean_s."""
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.key).lstrip(".")

    def __str__(self) -> str:
        """Place, what, mend in one line."""
        return f"{self.dotted}: {self.what}: {self.mend}"


class ScenarioError(Exception):
    """A scenario that cannot be run."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        """Every mistake that was found."""
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def read_scenario(values: Mapping[str, Any]) -> Scenario:
    """The scenario in the values of a parsed file. Raises ScenarioError with every mistake."""
    reading = _Reading()
    scenario = reading.scenario(_Table(reading, (), values))
    if scenario is None or reading.mistakes:
        raise ScenarioError(reading.mistakes)
    return scenario


class _Table:
    """One table of the file; keys nobody asked for are mistakes."""

    def __init__(self, reading: "_Reading", key: Key, values: Mapping[str, Any]) -> None:
        self.key = key
        self._reading = reading
        self._values = values
        self._asked: list[str] = []

    def take(self, name: str) -> Any:
        self._asked.append(name)
        return self._values.get(name)

    def wrong(self, name: str, what: str, mend: str) -> None:
        self._reading.mistakes.append(Mistake((*self.key, name), what, mend))

    def number(
        self, name: str, default: float | None = None, *, above: float | None = None, least: float | None = None
    ) -> float:
        """A number within bounds; without a default it must be there."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        return self.check(name, value, above=above, least=least)

    def check(self, name: str, value: Any, *, above: float | None = None, least: float | None = None) -> float:
        bounds = f" above {above:g}" if above is not None else f" of {least:g} or more" if least is not None else ""
        if value is None:
            self.wrong(name, "it is missing", f"write a number{bounds}")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self.wrong(name, f"{value!r} is not a number", f"write a number{bounds}")
        elif (above is not None and value <= above) or (least is not None and value < least):
            self.wrong(name, f"{value:g} does not fit", f"write a number{bounds}")
        else:
            return float(value)
        return 1.0

    def whole(self, name: str, default: int | None = None, *, least: int | None = None) -> int:
        """A whole number within bounds."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        return self.check_whole(name, value, least=least)

    def check_whole(self, name: str, value: Any, *, least: int | None = None) -> int:
        number = self.check(name, value, least=least)
        if number != int(number):
            self.wrong(name, f"{value!r} is not a whole number", f"write {round(number)}")
        return int(number)

    def text(self, name: str, known: Iterable[str] | None = None, default: str | None = None) -> str:
        """A text, one of those known if they are given."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            self.wrong(name, "it is missing" if value is None else f"{value!r} is not a text", "write a text in quotes")
            return ""
        if known is not None and value not in (names := list(known)):
            self.wrong(name, f"there is no {name} {value!r}", closest(value, names))
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.take(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(name, f"{value!r} is neither true nor false", "write true or false")
        return bool(value)

    def table(self, name: str, *, needed: bool = False) -> "_Table":
        """A table inside this one, empty when it is not there."""
        return self.as_table(name, self.take(name), needed=needed)

    def as_table(self, name: str | int, value: Any, *, needed: bool = False) -> "_Table":
        if not isinstance(value, Mapping):
            if value is not None or needed:
                what = "it is missing" if value is None else f"{value!r} is not a table"
                self._reading.mistakes.append(Mistake((*self.key, name), what, "write a table: { key = value }"))
            value = {}
        return _Table(self._reading, (*self.key, name), value)

    def tables(self, name: str) -> list["_Table"]:
        """The entries of an array of tables."""
        value = self.take(name)
        if not isinstance(value, list) or not value:
            self.wrong(name, "there is none", f"add at least one [[{name}]]")
            return []
        inner = _Table(self._reading, (*self.key, name), {})
        return [inner.as_table(place, each, needed=True) for place, each in enumerate(value)]

    def each(self) -> list[tuple[str, Any]]:
        """Every key with its value, all of them asked for."""
        self._asked += self._values
        return list(self._values.items())

    def end(self) -> None:
        """Report keys that nobody asked for."""
        for name in self._values:
            if name not in self._asked:
                self.wrong(name, f"unknown key {name!r}", closest(name, self._asked))


class _Reading:
    """Collects mistakes; what is wrong is replaced by something harmless so that reading goes on."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.times_are_known = False
        """Horizon, warm-up and slots are as the file has them."""
        self.slots = 0

    def scenario(self, top: _Table) -> Scenario | None:
        version = top.take("version")
        if version != 1:
            top.wrong("version", f"version {version!r} is not known", "write version = 1")
        found = len(self.mistakes)
        slot_s = top.number("slot_s", -1.0, above=0)
        horizon_s = top.number("horizon_s", above=0)
        warmup_s = top.number("warmup_s", 0.0, least=0)
        # A time that was wrong has been replaced by something harmless, which is not to be found fault with again.
        self.times_are_known = len(self.mistakes) == found
        if self.times_are_known and warmup_s >= horizon_s:
            top.wrong("warmup_s", f"{warmup_s:g} leaves nothing before the horizon", f"write less than {horizon_s:g}")
        self.slots = ceil(horizon_s / slot_s) if slot_s > 0 else 0
        routing = top.table("routing")
        adaptation = self._adaptation(routing)
        by_targets, order = self._routing(routing)
        every_tier = top.table("tiers", needed=True)
        tiers = {name: self._tier(every_tier.as_table(name, value)) for name, value in every_tier.each()}
        calls = [self._call(table, tiers) for table in top.tables("calls")]
        groups = [self._group(table, [call.name for call in calls]) for table in top.tables("agents")]
        if by_targets and all(call.target is None for call in calls):
            mend = "give a type of calls its target = { within_s, share }"
            self.mistakes.append(Mistake(("routing", "mode"), "there is no target to be met", mend))
        self._unique(top, "calls", [call.name for call in calls])
        self._unique(top, "agents", [group.name for group in groups])
        scenario = Scenario(
            title=top.text("title", default="scenario"),
            seed=top.whole("seed", 0),
            replications=top.whole("replications", 1, least=1),
            horizon_s=horizon_s,
            warmup_s=warmup_s,
            drain=top.flag("drain", False),
            slot_s=slot_s if slot_s > 0 else None,
            agent_order=order,
            tiers=tiers,
            calls=tuple(calls),
            agents=tuple(groups),
            by_targets=by_targets,
            adaptation=adaptation,
        )
        top.end()
        return scenario

    def _unique(self, top: _Table, kind: str, names: list[str]) -> None:
        for place, name in enumerate(names):
            if name in names[:place]:
                self.mistakes.append(Mistake((kind, place, "name"), f"{name!r} stands here twice", "name it otherwise"))

    def _routing(self, table: _Table) -> tuple[bool, tuple[str, ...]]:
        by_targets = table.take("mode") is not None and table.text("mode", ("sla",)) == "sla"
        order = table.take("agent_order")
        table.end()
        if by_targets and order is not None:
            table.wrong("agent_order", "service-level mode chooses agents itself", "leave it out, or leave mode out")
        return by_targets, self._agent_order(table, order)

    def _adaptation(self, routing: _Table) -> AdaptationTerms | None:
        value = routing.take("adaptation")
        if value is None:
            return None
        table, usual = routing.as_table("adaptation", value), AdaptationTerms()
        terms = AdaptationTerms(
            every_s=table.number("every_s", usual.every_s, least=1),
            reach_s=table.number("reach_s", usual.reach_s, above=0),
            step_s=table.number("step_s", usual.step_s, above=0),
        )
        table.end()
        return terms

    def _agent_order(self, table: _Table, order: Any) -> tuple[str, ...]:
        if order is None:
            return ("longest_idle",)
        if not isinstance(order, list) or not order:
            table.wrong("agent_order", f"{order!r} is not a list of keys", 'write a list: ["longest_idle"]')
            return ("longest_idle",)
        for name in order:
            if name not in ORDER:
                table.wrong("agent_order", f"there is no agent order {name!r}", closest(str(name), ORDER))
        return tuple(order)

    def _tier(self, table: _Table) -> TierTerms:
        terms = TierTerms(
            rank=table.whole("rank", 0),
            head_start_s=table.number("head_start_s", 0.0),
            growth=table.number("growth", 1.0, least=0),
            reserve_idle=table.whole("reserve_idle", 0, least=0),
        )
        table.end()
        return terms

    def _call(self, table: _Table, tiers: Mapping[str, TierTerms]) -> CallType:
        target = table.take("target")
        patience = table.take("patience")
        call = CallType(
            name=table.text("name"),
            per_hour=self._by_slot(table, "per_hour", lambda value: table.check("per_hour", value, least=0)),
            tier=table.text("tier", tiers),
            skills=self._skills(table),
            service=self._distribution(table.table("service", needed=True)),
            patience=None if patience is None else self._distribution(table.as_table("patience", patience)),
            answer_within_s=self._within(table),
            target=None if target is None else self._target(table.as_table("target", target)),
        )
        table.end()
        return call

    def _group(self, table: _Table, calls: list[str]) -> AgentGroup:
        skills = self._skills(table)
        service = table.table("service")
        for name, _ in service.each():
            if name not in calls:
                service.wrong(name, f"there is no call type {name!r}", closest(name, calls))
        group = AgentGroup(
            name=table.text("name"),
            count=self._by_slot(table, "count", lambda value: table.check_whole("count", value, least=0)),
            skills=skills,
            primary=table.text("primary", skills) if table.take("primary") is not None else None,
            service={name: self._distribution(service.as_table(name, value)) for name, value in service.each()},
        )
        table.end()
        return group

    def _by_slot(self, table: _Table, name: str, check: Callable[[Any], T]) -> T | tuple[T, ...]:
        value = table.take(name)
        if not isinstance(value, list):
            return check(value)
        if self.times_are_known:
            self._has_every_slot(table, name, len(value))
        return tuple(check(each) for each in value)

    def _has_every_slot(self, table: _Table, name: str, count: int) -> None:
        if self.slots == 0:
            table.wrong(name, "a list needs the length of a slot", "set slot_s at the top of the file")
        elif count < self.slots:
            table.wrong(
                name,
                f"{count} values for {self.slots} slots before the horizon",
                f"write {self.slots} values, or shorten horizon_s",
            )

    def _skills(self, table: _Table) -> dict[str, int]:
        skills = table.table("skills")
        return {name: skills.check_whole(name, level, least=1) for name, level in skills.each()}

    def _within(self, table: _Table) -> tuple[float, ...]:
        value = table.take("answer_within_s")
        if value is None:
            return ()
        if not isinstance(value, list):
            table.wrong("answer_within_s", f"{value!r} is not a list", "write a list of seconds: [20]")
            return ()
        return tuple(table.check("answer_within_s", each, least=0) for each in value)

    def _target(self, table: _Table) -> Target:
        target = Target(
            table.number("within_s", least=0), table.number("share", above=0), table.number("priority", 1.0, above=0)
        )
        if target.share > 1:
            table.wrong("share", f"{target.share:g} is more than all calls", "write a share of 1, as 0.8")
        table.end()
        return target

    def _distribution(self, table: _Table) -> Distribution:
        kind = table.text("dist", DISTRIBUTIONS)
        made: Distribution
        if kind in ("lognormal", "gamma"):
            mean_s, cv = table.number("mean_s", above=0), table.number("cv", above=0)
            made = Lognormal(mean_s, cv) if kind == "lognormal" else Gamma(mean_s, cv)
        elif kind == "uniform":
            made = Uniform(low_s := table.number("low_s", least=0), table.number("high_s", least=low_s))
        elif kind == "constant":
            made = Constant(table.number("value_s", least=0))
        elif kind == "exponential":
            made = Exponential(table.number("mean_s", above=0))
        else:
            # Which keys belong to it cannot be said.
            table.each()
            made = Constant(1.0)
        table.end()
        return made


DISTRIBUTIONS = ("exponential", "lognormal", "gamma", "uniform", "constant")


def closest(name: str, known: Iterable[str]) -> str:
    """A mend for a name that nobody knows: the most similar one, or all there are."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names) or 'none'}"
