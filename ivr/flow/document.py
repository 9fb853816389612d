"""YAML as flows use it: plain values with the line of each, and none of YAML's surprises.

Keys are texts as written (`on`, `1`, `#` stay what they are), the only words with a meaning are true, false and null,
and there are no anchors and no tags. Anything else is refused with its line.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from cti.problems import Problem, Refused

LARGEST = 262_144
"""Characters of one file."""

DEEPEST = 12
"""Levels of tables and lists inside each other."""

Path = tuple[str | int, ...]

_PREFIX = "tag:yaml.org,2002:"
_PLAIN = {_PREFIX + kind for kind in ("str", "int", "float", "bool", "null", "map", "seq")}


class FlowRefused(Refused):
    """A flow that cannot be used; each problem names file, line, key and mend."""


@dataclass(slots=True)
class Document:
    """One file's values."""

    file: str
    text: str = ""
    data: Any = None
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    """The line of each key and list item, whose place in its list stands as text."""

    def problem(self, path: Path, what: str, mend: str) -> Problem:
        """A problem at `path`, on its line or that of the nearest part around it."""
        return Problem(f"{self.file}:{self.line(path)}: {dotted(path)}" if path else self.file, what, mend)

    def line(self, path: Path) -> int:
        """The line of a key, or of the nearest part around it."""
        words = tuple(map(str, path))
        while words and words not in self.lines:
            words = words[:-1]
        return self.lines.get(words, 1)


def dotted(path: Path) -> str:
    """A path as people write it: steps.menu.keys.1"""
    return ".".join(map(str, path))


def read(file: str, text: str) -> Document:
    """Read one file's text; raises `FlowRefused` for what is not this subset of YAML."""
    document = Document(file, text)
    if len(text) > LARGEST:
        raise FlowRefused(Problem(file, f"{len(text)} characters", f"keep a flow below {LARGEST}"))
    try:
        _look_over(file, text)
        node = yaml.compose(text, Loader=_Loader)
        document.data = None if node is None else _value(document, node, ())
    except yaml.MarkedYAMLError as error:
        what = " ".join(filter(None, (error.context, error.problem)))
        raise _refused(
            file, error.problem_mark, what, "mend the YAML there; '*', '#' and ': ' in texts need quotes"
        ) from None
    except yaml.YAMLError as error:
        raise FlowRefused(Problem(file, str(error).splitlines()[0], "save it as plain UTF-8 text")) from None
    return document


def _look_over(file: str, text: str) -> None:
    """Refuse what would hang or confuse the reading: it is read step by step here, and whole afterwards."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            what = "anchors and aliases (& and *) are not used in flows"
            raise _refused(file, event.start_mark, what, "write it out, or quote it")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _refused(file, event.start_mark, f"more than {DEEPEST} levels", "a flow needs seven at most")


class _Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers = {}  # noqa: RUF012


for _kind, _shape, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", "~n"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    yaml.add_implicit_resolver(_PREFIX + _kind, re.compile(_shape), list(_first), Loader=_Loader)
yaml.add_implicit_resolver(_PREFIX + "null", re.compile(r"^$"), [""], Loader=_Loader)


def _value(document: Document, node: yaml.Node, path: tuple[str, ...]) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if node.tag not in _PLAIN:
        raise _refused(document.file, node.start_mark, f"the tag {node.tag!r} is not used in flows", "remove it")
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, child, (*path, str(number))) for number, child in enumerate(node.value)]
    text: str = node.value
    match node.tag.removeprefix(_PREFIX):
        case "bool":
            return text == "true"
        case "null":
            return None
        case "int":
            return int(text) if len(text) < 20 else text
        case "float":
            return float(text)
    return text


def _mapping(document: Document, node: yaml.MappingNode, path: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _refused(document.file, key.start_mark, "a key must be a word", "write 'key: value'")
        name = str(key.value)
        here = (*path, name)
        if name in values:
            what = f"{dotted(here)} stands twice, first on line {document.lines[here]}"
            raise _refused(document.file, key.start_mark, what, "keep one")
        document.lines[here] = key.start_mark.line + 1
        values[name] = _value(document, child, here)
    return values


def _refused(file: str, mark: Any, what: str, mend: str) -> FlowRefused:
    return FlowRefused(Problem(f"{file}:{mark.line + 1}" if mark else file, what, mend))
