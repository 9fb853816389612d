"""Reading the plan from TOML or JSON: every problem is found, and named with file, line, key and mend."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from cti.plan.document import PlanDocument
from cti.plan.lines import line_of
from cti.plan.references import Finding, Key, findings
from cti.problems import Problem, Refused, closest
from cti.toml import TomlWrong, read_toml

Locate = Callable[[Key], str]
_NAMES = {"dict": "a table", "string": "a text", "int": "a whole number", "float": "a number", "tuple": "a list"}


class PlanError(Refused):
    """The plan cannot be used."""


def read_file(path: Path, flows: Collection[str] | None = None) -> PlanDocument:
    """The plan in a TOML file. Raises PlanError naming file, line and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlanError(Problem(str(path), f"cannot be read: {error.strerror}", "name a plan file")) from error
    except UnicodeDecodeError as error:
        raise PlanError(Problem(str(path), "is not UTF-8 text", "save it as UTF-8")) from error
    return read_text(text, str(path), flows)


def read_text(text: str, name: str, flows: Collection[str] | None = None) -> PlanDocument:
    """The plan in a TOML text; `name` stands for it in messages. Raises PlanError."""
    try:
        values = read_toml(text)
    except TomlWrong as error:
        raise PlanError(Problem(name, f"not TOML: {error}", "mend the line named")) from error

    def locate(key: Key) -> str:
        line = line_of(text, key)
        where = f"{name}:{line}" if line else name
        return f"{where}: {_dotted(key)}" if key else where

    return _checked(values, locate, flows)


def read_values(values: Mapping[str, Any], name: str, flows: Collection[str] | None = None) -> PlanDocument:
    """The plan in decoded JSON, as the API and the database have it. Raises PlanError."""
    return _checked(values, lambda key: f"{name}: {_dotted(key)}" if key else name, flows)


def values_of(plan: PlanDocument) -> dict[str, Any]:
    """The plan as JSON values; `read_values` makes the same plan of them."""
    return plan.model_dump(mode="json", by_alias=True)


def _checked(values: Mapping[str, Any], locate: Locate, flows: Collection[str] | None) -> PlanDocument:
    try:
        plan = PlanDocument.model_validate(values)
    except ValidationError as error:
        raise PlanError(*(_problem(_of_shape(found), locate) for found in error.errors(include_url=False))) from error
    found = findings(plan, flows)
    if found:
        raise PlanError(*(_problem(one, locate) for one in found))
    return plan


def _problem(finding: Finding, locate: Locate) -> Problem:
    return Problem(locate(finding.key), finding.what, finding.mend)


def _dotted(key: Key) -> str:
    return ".".join(str(part) for part in key)


def _of_shape(found: Any) -> Finding:
    """What pydantic found, in our words."""
    # A name that breaks the rule for names is reported at the entry itself.
    key: Key = tuple(part for part in found["loc"] if part != "[key]")
    last = str(key[-1]) if key else ""
    match found["type"]:
        case "extra_forbidden":
            return Finding(key, f"unknown key {last!r}", closest(last, _keys_at(key[:-1])))
        case "missing":
            return Finding(key, f"{last!r} is missing", "add it; docs/plan.md says what it means")
        case "string_pattern_mismatch":
            what = f"{found['input']!r} is not written as it must be"
            return Finding(key, what, f"it must match {found['ctx']['pattern']}")
        case "value_error":
            what, _, mend = str(found["ctx"]["error"]).partition(": ")
            return Finding(key, what, mend)
        case "too_short":
            return Finding(key, "is empty", "list at least one")
        case kind if kind.endswith(("_type", "_parsing", "_from_float")):
            wanted = _NAMES.get(kind.split("_")[0], "a table")
            return Finding(key, f"{found['input']!r} is not {wanted}", f"write {wanted}")
        case _:
            return Finding(key, f"{found['input']!r} does not fit", found["msg"])


def _keys_at(key: Key) -> list[str]:
    """The keys that the table at `key` knows."""
    here: Any = PlanDocument
    for part in key:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = _inner(here.model_fields[str(part)].annotation)
        else:
            here = _inner(get_args(here)[-1])
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [field.alias or name for name, field in here.model_fields.items()]


def _inner(annotation: Any) -> Any:
    """The type itself, without `Annotated` and `| None`."""
    while get_origin(annotation) in (Union, UnionType) or hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    return annotation
