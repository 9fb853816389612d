"""Turn what pydantic found into problems that name file, line, key, and mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from config.language import said
from cti.plan.lines import Key, line_of
from cti.problems import Problem, closest

WRITE_ONE = "hotline reference --toml > hotline.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values came from: the model they fill, the environment above the file, the file and its text."""

    model: type[BaseModel]
    env_prefix: str
    environ: Mapping[str, str]
    file: Path | None
    text: str


def problems_of(error: ValidationError, source: Source) -> list[Problem]:
    """Each of pydantic's findings with its place and its mend."""
    return [_problem(found, source) for found in error.errors(include_url=False)]


def unknown_sections(model: type[BaseModel], env_prefix: str, environ: Mapping[str, str]) -> list[Problem]:
    """Environment variables that look like ours and set nothing."""
    known = list(model.model_fields)
    strangers = (name for name in environ if name.startswith(env_prefix) and "__" in name)
    return [
        Problem(f"environment {name}", f"no section {section!r}", closest(section, known))
        for name in sorted(strangers)
        if (section := name.removeprefix(env_prefix).split("__")[0].lower()) not in known
    ]


def _problem(found: Any, source: Source) -> Problem:
    key: Key = tuple(part for part in found["loc"] if not str(part).startswith("function-"))
    place = _place(key, source)
    model = source.model
    siblings = _keys_at(model, key[:-1])
    match found["type"]:
        case "extra_forbidden":
            return Problem(place, f"unknown key {key[-1]!r}", closest(str(key[-1]), siblings))
        case "missing" if key == ("asterisk",) and source.file is None:
            what = "no settings file: there is no hotline.toml in this folder, and none is named"
            return Problem("settings", what, f"name it with --config FILE, or write one: {WRITE_ONE}")
        case "missing" if key == ("asterisk",):
            return Problem(
                place, "no Asterisk is named", "add an [[asterisk]] table with name, ari_password, ami_secret"
            )
        case "missing":
            return Problem(place, f"the key {key[-1]!r} is missing", f"add it: {_description(model, key)}")
        case "value_error":
            what, _, mend = str(found["ctx"]["error"]).partition(": ")
            return Problem(place, what, mend or _description(model, key) or "see docs/configuration.md")
        case _:
            what = found["msg"][0].lower() + found["msg"][1:]
            return Problem(place, what, _description(model, key) or "see docs/configuration.md")


def _place(key: Key, source: Source) -> str:
    variable = source.env_prefix + "__".join(str(part) for part in key).upper()
    set_there = {name.upper() for name in source.environ}
    if variable in set_there or (key and f"{source.env_prefix}{key[0]}".upper() in set_there):
        return f"environment {variable}"
    dotted = ".".join(str(part) for part in key)
    if source.file is None:
        return f"settings {dotted}".rstrip()
    line = line_of(source.text, key)
    where = f"{source.file}:{line}" if line else f"{source.file}"
    return f"{where}: {dotted}" if dotted else where


def _model_at(model: type[BaseModel], key: Key) -> type[BaseModel] | None:
    here: Any = model
    for part in key:
        if isinstance(part, int):
            continue
        field = here.model_fields.get(part)
        if field is None:
            return None
        here = field.annotation if isinstance(field.annotation, type) else field.annotation.__args__[0]
        if not (isinstance(here, type) and issubclass(here, BaseModel)):
            return None
    return here  # type: ignore[no-any-return]


def _keys_at(model: type[BaseModel], key: Key) -> Sequence[str]:
    here = _model_at(model, key)
    return list(here.model_fields) if here else []


def _description(model: type[BaseModel], key: Key) -> str:
    named = [part for part in key if isinstance(part, str)]
    here = _model_at(model, tuple(named[:-1])) if named else None
    field = here.model_fields.get(named[-1]) if here else None
    if field is None or not field.description:
        return ""
    extra = field.json_schema_extra
    return said(field.description, str(extra["zh"]) if isinstance(extra, dict) else field.description)
