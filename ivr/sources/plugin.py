"""A Python function of the operator's own as a source."""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from cti.problems import Problem, Refused
from ivr.flow.expression import Value
from ivr.flow.ports import SourceFailed
from ivr.sources.answer import values_of


class PluginRefused(Refused):
    """A plug-in that cannot be used."""


@dataclass(frozen=True, slots=True)
class PluginSource:
    """Calls `function(values)`, which gives a mapping or None. One that is not `async` runs in a thread."""

    function: Callable[[Mapping[str, str]], Any]
    within_s: float = 2.0

    async def ask(self, values: Mapping[str, str]) -> Mapping[str, Value] | None:
        """See `Source`. Whatever the function raises is a failure."""
        try:
            if inspect.iscoroutinefunction(self.function):
                found = await self.function(dict(values))
            else:
                found = await asyncio.to_thread(self.function, dict(values))
        except Exception as error:
            raise SourceFailed(f"the plug-in raised {type(error).__name__}") from None
        if found is None:
            return None
        if not isinstance(found, Mapping):
            raise SourceFailed(f"the plug-in gave {type(found).__name__}, not a mapping")
        return values_of(found)


def load_plugin(place: str, name: str) -> Callable[[Mapping[str, str]], Any]:
    """The function that `package.module:function` names; `place` is the setting. Raises PluginRefused."""
    module, _, function = name.partition(":")
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        mend = "write package.module:function, and let Python find the package (PYTHONPATH)"
        raise PluginRefused(Problem(place, f"{name!r} cannot be loaded: {error}", mend)) from None
    if not callable(found):
        raise PluginRefused(Problem(place, f"{name!r} is no function", "name one"))
    loaded: Callable[[Mapping[str, str]], Any] = found
    return loaded
