"""docs/plan.md tells of every key of the plan, with its default."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from acd.order import ORDER
from cti.plan import callbacks, document, emergency, hours, overload, steps, waiting

PAGE = (Path(__file__).parents[3] / "docs" / "plan.md").read_text(encoding="utf-8")
SECTIONS: dict[str, tuple[type[BaseModel], ...]] = {
    "Top level": (document.PlanDocument,),
    "[tiers.": (document.TierPart,),
    "[skills.": (document.SkillPart,),
    "[queues.NAME]": (document.QueuePart,),
    "[queues.NAME.exits]": (
        waiting.ExitsPart,
        waiting.ExitPart,
        waiting.FullPart,
        waiting.LongWaitPart,
    ),
    "[queues.NAME.callback]": (callbacks.CallbackPart,),
    "[queues.NAME.emergency]": (emergency.EmergencyPart,),
    "[queues.NAME.waiting]": (waiting.WaitingPart,),
    "[[queues.NAME.prefer]]": (steps.PreferPart,),
    "[relaxations.": (steps.RelaxationPart, steps.StepPart),
    "[groups.": (steps.GroupPart,),
    "[access_numbers.": (document.AccessPart,),
    "[hours.": (hours.HoursPart, hours.SpecialPart),
    "[duties.": (hours.DutyPart, hours.ShiftPart),
    "[misses]": (document.MissesPart,),
    "[breaks]": (document.BreaksPart, document.BreakCapPart),
    "[overload]": (overload.OverloadPart,),
    "[wrap_up]": (document.WrapUpPart,),
    "[reasons.": (document.ReasonPart, document.OutcomeGroup, document.OutcomePart),
    "[agents.": (document.AgentPart,),
    "[sampling]": (document.SamplingPart,),
}


def section(heading: str) -> dict[str, str]:
    """The keys of a section's table, with what stands under default."""
    start = next(found.end() for found in re.finditer(r"^## .*$", PAGE, re.M) if heading in found[0])
    text = PAGE[start:].split("\n## ")[0]
    return dict(re.findall(r"^\| `([a-z_.]+)` \| ([^|]+) \|", text, re.M))


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """Each key with its default; a table inside a table by its dotted keys."""
    keys: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        inner = field.annotation if isinstance(field.annotation, type) else (get_args(field.annotation) or (None,))[0]
        if inner is document.ServiceLevel:
            keys |= {f"{name}.{key}": default for key, default in keys_of(document.ServiceLevel).items()}
        else:
            keys[name] = field.get_default(call_default_factory=True)
    return keys


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_key_is_described_with_its_default(heading: str) -> None:
    written = section(heading)
    known: dict[str, Any] = {}
    for model in SECTIONS[heading]:
        known |= keys_of(model)
    assert written.keys() == known.keys()
    for key, default in known.items():
        assert ("required" in written[key]) == (default is PydanticUndefined), key
        if isinstance(default, bool):
            assert written[key] == f"`{str(default).lower()}`", key
        elif isinstance(default, int | float) and not isinstance(default, tuple):
            assert float(written[key].strip("`")) == default, key


def test_every_order_of_agents_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in ORDER)
