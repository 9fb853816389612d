"""Write ivr/ari/generated.py from the resource descriptions of an installed Asterisk.

    python -m tools.ari_models /usr/share/asterisk/rest-api

Takes over names, types, paths and statuses only: the descriptions' sentences are Asterisk's and stay there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import keyword
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "ivr" / "ari" / "generated.py"

# Swagger's primitive -> Python. A date stays text: Asterisk writes its zone as +0000, which RFC 3339 readers refuse.
PRIMITIVES = {
    "string": "str",
    "int": "int",
    "long": "int",
    "double": "float",
    "boolean": "bool",
    "Date": "str",
    "object": "dict[str, Any]",
    "containers": "Json",
    "binary": "bytes",
    "void": "None",
}

HEAD = '''"""ARI as Asterisk describes it: models, events and operations. Written by tools/ari_models.py; do not edit.

Unknown fields are ignored. A model's required field is required; every other one is None when absent.
"""

from __future__ import annotations

import builtins
from typing import Any, Literal, Union

import msgspec

from ivr.ari.operation import Json, Operation, Requester, nothing, octets, segment, with_query

SOURCE = "{source}"
"""SHA-256 over the descriptions this was written from."""


class Model(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A value Asterisk sends or takes."""
'''


class DescriptionError(Exception):
    """The descriptions are missing or hold something this generator does not know; the text names file and place."""


@dataclass(frozen=True, slots=True)
class Descriptions:
    """The parsed resource files by resource name, and a digest over their bytes."""

    resources: dict[str, dict[str, Any]]
    digest: str

    @property
    def models(self) -> dict[str, dict[str, Any]]:
        """All models of all resources, by name."""
        return {name: model for each in self.resources.values() for name, model in each.get("models", {}).items()}


def read(folder: Path) -> Descriptions:
    """Read every resource file of `folder`; raises `DescriptionError` for an empty folder or broken JSON."""
    digest = hashlib.sha256()
    resources: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.json")):
        raw = file.read_bytes()
        try:
            content = json.loads(raw)
        except ValueError as error:
            raise DescriptionError(f"{file}: {error}") from error
        if "apis" not in content or file.stem == "resources":
            continue
        digest.update(raw)
        resources[file.stem] = content
    if "events" not in resources:
        raise DescriptionError(f"{folder}: no events.json here; give the folder rest-api of an installed Asterisk")
    return Descriptions(resources, digest.hexdigest())


def snake(name: str) -> str:
    """sendDTMF -> send_dtmf; a Python keyword gets a trailing underscore."""
    name = re.sub(r"[^0-9A-Za-z_]", "_", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def render(descriptions: Descriptions) -> str:
    """The whole module as text; raises `DescriptionError` for a type it does not know."""
    models = descriptions.models
    answers: dict[str, str] = {}
    operations = [_resource(name, each, models, answers) for name, each in descriptions.resources.items()]
    parts = [
        HEAD.format(source=descriptions.digest),
        *_models(models),
        *(f"{name} = msgspec.json.Decoder({kind}).decode" for kind, name in sorted(answers.items())),
        *operations,
        _client(list(descriptions.resources)),
    ]
    return "\n\n".join(part.strip("\n") + "\n" for part in parts)


def _type(kind: str, models: dict[str, dict[str, Any]], place: str) -> str:
    if match := re.fullmatch(r"List\[(\w+)\]", kind):
        return f"builtins.list[{_type(match[1], models, place)}]"
    if kind in PRIMITIVES:
        return PRIMITIVES[kind]
    if kind in models:
        return kind
    raise DescriptionError(f"{place}: unknown type {kind!r}; add it to PRIMITIVES in tools/ari_models.py")


def _models(models: dict[str, dict[str, Any]]) -> list[str]:
    parent = {child: name for name, model in models.items() for child in model.get("subTypes", [])}
    out: list[str] = []
    written: set[str] = set()

    def write(name: str) -> None:
        if name in written:
            return
        written.add(name)
        if name in parent:
            write(parent[name])
        out.append(_model(name, models, parent))

    for name in models:
        write(name)
    events = [name for name, above in parent.items() if name != "Event"]
    out.append("AnyEvent = Union[\n" + "".join(f"    {name},\n" for name in events) + "]")
    return out


def _model(name: str, models: dict[str, dict[str, Any]], parent: dict[str, str]) -> str:
    tagged = name in parent and not models[name].get("subTypes")
    options = f', tag_field="type", tag="{name}"' if tagged else ""
    # mypy does not inherit frozen and kw_only as msgspec does: each class says them again.
    lines = [
        f"class {name}({parent.get(name, 'Model')}, frozen=True, kw_only=True{options}):",
        f'    """ARI model {name}."""',
    ]
    fields = []
    for field, spec in models[name].get("properties", {}).items():
        if name == "Message" and field == "type":
            continue  # the tag of the union
        kind = _type(spec["type"], models, f"model {name}, field {field}")
        attribute = snake(field) if field != field.lower() or keyword.iskeyword(field) else field
        arguments = [] if spec.get("required") else ["default=None"]
        if attribute != field:
            arguments.append(f'name="{field}"')
        kind = kind if spec.get("required") else f"{kind} | None"
        value = ""
        if arguments:
            value = " = None" if arguments == ["default=None"] else f" = msgspec.field({', '.join(arguments)})"
        fields.append(f"    {attribute}: {kind}{value}")
    return "\n".join([*lines, *([""] if fields else []), *fields])


def _resource(
    resource: str, description: dict[str, Any], models: dict[str, dict[str, Any]], answers: dict[str, str]
) -> str:
    name = resource[0].upper() + resource[1:]
    lines = [
        f"class {name}:",
        f'    """The operations of /{resource}."""',
        "",
        '    __slots__ = ("_link",)',
        "",
        "    def __init__(self, link: Requester) -> None:",
        "        self._link = link",
    ]
    for api in description["apis"]:
        for operation in api["operations"]:
            if not operation.get("upgrade"):
                lines += ["", *_operation(resource, api["path"], operation, models, answers)]
    return "\n".join(lines)


def _operation(
    resource: str,
    path: str,
    operation: dict[str, Any],
    models: dict[str, dict[str, Any]],
    answers: dict[str, str],
) -> list[str]:
    place = f"{resource}.{operation['nickname']}"
    parameters = operation.get("parameters", [])
    given = [p for p in parameters if p.get("required") or p["paramType"] == "path"]
    given.sort(key=lambda p: ("path", "query", "body").index(p["paramType"]))
    optional = [p for p in parameters if p not in given]
    signature = ["self", *(f"{snake(p['name'])}: {_parameter(p, models, place)}" for p in given)]
    if optional:
        signature += ["*", *(f"{snake(p['name'])}: {_parameter(p, models, place)} | None = None" for p in optional)]

    uri = path.removeprefix("/")
    for p in parameters:
        if p["paramType"] == "path":
            uri = uri.replace("{" + p["name"] + "}", "{segment(" + snake(p["name"]) + ")}")
    uri = f'f"{uri}"' if "{" in uri else f'"{uri}"'
    query = ", ".join(f'"{p["name"]}": {snake(p["name"])}' for p in parameters if p["paramType"] == "query")
    if query:
        uri = f"with_query({uri}, {{{query}}})"

    result = _type(operation["responseClass"], models, place)
    reader = {"None": "nothing", "bytes": "octets"}.get(result)
    if reader is None:
        plain = re.sub(r"\W+", "_", result.removeprefix("builtins.")).strip("_")
        reader = answers.setdefault(result, "_" + snake(plain).replace("__", "_"))
    refusals = ", ".join(sorted({str(each["code"]) for each in operation.get("errorResponses", [])}))
    told = f"{operation['httpMethod']} {path}" + (f"; refused with {refusals}." if refusals else ".")
    return [
        f"    def {snake(operation['nickname'])}({', '.join(signature)}) -> Operation[{result}]:",
        f'        """{told}"""',
        f'        return Operation(self._link, "{operation["httpMethod"]}", {uri}, {_body(parameters)}, {reader})',
    ]


def _parameter(parameter: dict[str, Any], models: dict[str, dict[str, Any]], place: str) -> str:
    allowed = parameter.get("allowableValues", {})
    kind = _type(parameter["dataType"], models, f"{place}, parameter {parameter['name']}")
    if parameter["paramType"] == "body":
        return "Json"
    if allowed.get("valueType") == "LIST" and kind == "str":
        kind = f"Literal[{', '.join(json.dumps(value) for value in allowed['values'])}]"
    return f"builtins.list[{kind}]" if parameter.get("allowMultiple") else kind


def _body(parameters: list[dict[str, Any]]) -> str:
    for p in parameters:
        if p["paramType"] == "body":
            name = snake(p["name"])
            # `containers` goes under its own name, `object` is the body itself.
            if p["dataType"] == "object":
                return name
            wrapped = f'{{"{p["name"]}": {name}}}'
            return wrapped if p.get("required") else f"None if {name} is None else {wrapped}"
    return "None"


def _client(resources: list[str]) -> str:
    lines = [
        "class Ari:",
        '    """All operations over one link, by resource: `await Ari(link).channels.answer(channel_id)`."""',
        "",
        f"    __slots__ = ({', '.join(json.dumps(snake(name)) for name in sorted(resources))})",
        "",
        "    def __init__(self, link: Requester) -> None:",
    ]
    lines += [f"        self.{snake(name)} = {name[0].upper()}{name[1:]}(link)" for name in resources]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Write the module; 0 when done, 1 with a message when the descriptions cannot be used."""
    parser = argparse.ArgumentParser(description="Write ivr/ari/generated.py from Asterisk's rest-api descriptions.")
    parser.add_argument("folder", type=Path, help="the folder rest-api of an installed Asterisk")
    parser.add_argument("--output", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    try:
        text = render(read(options.folder))
    except DescriptionError as error:
        print(error, file=sys.stderr)
        return 1
    options.output.write_text(text, encoding="utf-8")
    print(f"{options.output}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
