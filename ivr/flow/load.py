"""Flows from files: read, checked against the language and against what they name, refused with file, line and mend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cti.problems import Problem, closest
from ivr.flow.check import Names, check, lacking
from ivr.flow.document import Document, FlowRefused, read
from ivr.flow.document import Path as Place
from ivr.flow.model import Flow, Step
from ivr.flow.part import Prompt, SpokenText, SpokenValue

SUFFIX = ".yaml"
_ACTIONS: dict[str, type[BaseModel]] = {
    get_args(kind.model_fields["action"].annotation)[0]: kind for kind in get_args(Step)
}
_SPOKEN: dict[str, type[BaseModel]] = {"prompt": Prompt, "value": SpokenValue, "text": SpokenText}
_CHOICES = {frozenset(choice.values()): choice for choice in (_ACTIONS, _SPOKEN)}


@dataclass(frozen=True, slots=True)
class Flows:
    """The flows of a folder: those that can be used, by name, and what is wrong with the others."""

    flows: dict[str, Flow] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
    """What each of `flows` was read from."""

    def lacking(self, names: Names) -> list[Problem]:
        """What the flows name that `names`, those of another plan, do not have: with it these flows could not be used.

        To be asked before that plan is put in force, hence the mend.
        """
        mend = "keep it in the plan, or publish the flow without it first"
        return [
            Problem(one.place, one.what, mend)
            for name, flow in self.flows.items()
            for one in lacking(flow, self.documents[name], names)
        ]


def load_folder(folder: Path, names: Names) -> Flows:
    """Read every `*.yaml` of a folder. A broken flow does not keep the others from being used.

    Raises `FlowRefused` when the folder is not there or holds no flow.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError as error:
        raise FlowRefused(Problem(str(folder), error.strerror or "unreadable", "name a folder of flows")) from None
    if not files:
        raise FlowRefused(Problem(str(folder), f"no *{SUFFIX} file in it", "put a flow there"))
    return load_files(files, names)


def load_files(files: Iterable[Path], names: Names) -> Flows:
    """Read flows from files; the name of each is its file's. A broken one does not keep the others from being used."""
    texts: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    for path in files:
        try:
            texts[str(path)] = (path.stem, _text(path))
        except FlowRefused as refused:
            problems.extend(refused.problems)
    loaded = load_texts(texts, names)
    return replace(loaded, problems=(*problems, *loaded.problems))


def load_texts(texts: Mapping[str, tuple[str, str]], names: Names) -> Flows:
    """Read flows from texts: what problems name each by (its file), its name and its text."""
    flows: dict[str, Flow] = {}
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for file, (name, text) in texts.items():
        try:
            document = read(file, text)
            flow = _checked(document, names, name)
        except FlowRefused as refused:
            problems.extend(refused.problems)
        else:
            flows[name] = flow
            documents[name] = document
    return Flows(flows, tuple(problems), documents)


def load_file(path: Path, names: Names) -> Flow:
    """Read one flow; its name is the file's. Raises `FlowRefused` with every problem found."""
    return load_text(_text(path), names, file=str(path), name=path.stem)


def load_text(text: str, names: Names, *, file: str, name: str) -> Flow:
    """Read one flow from its text; `file` is what problems are named by. Raises `FlowRefused`."""
    return _checked(read(file, text), names, name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FlowRefused(Problem(str(path), error.strerror or "unreadable", "name a file that can be read")) from None
    except UnicodeDecodeError as error:
        raise FlowRefused(Problem(str(path), f"byte {error.start} is no UTF-8", "save it as UTF-8")) from None


def _checked(document: Document, names: Names, name: str) -> Flow:
    if not isinstance(document.data, dict):
        raise FlowRefused(Problem(f"{document.file}:1", "a flow is a table of keys", "start with 'version: 1'"))
    try:
        flow = Flow.model_validate(document.data | {"name": name})
    except ValidationError as error:
        raise FlowRefused(*(_problem(document, found) for found in error.errors())) from None
    if problems := check(flow, document, names):
        raise FlowRefused(*problems)
    return flow


def _problem(document: Document, error: ErrorDetails) -> Problem:
    path, model, asked = _walk(error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = [name for name in model.model_fields if not (model is Flow and name == "name")]
        return document.problem(path, "this key is not known", closest(str(path[-1]), known))
    if kind == "missing":
        return document.problem(path[:-1], f"{path[-1]} is missing", f"add it: {asked}")
    if kind == "union_tag_invalid":
        return document.problem(
            (*path, "action"), f"{context['tag']!r} is no action", closest(context["tag"], _ACTIONS)
        )
    if kind == "union_tag_not_found":
        return document.problem(path, "the step has no action", f"add 'action:', one of {', '.join(_ACTIONS)}")
    if error["loc"][-1] == "[key]":
        return document.problem(path, "this key cannot stand here", f"write {asked}")
    return document.problem(path, f"{error['msg']}, not {_shown(error['input'])}", f"write {asked}")


def _shown(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _walk(location: Iterable[str | int]) -> tuple[Place, type[BaseModel], str]:
    """pydantic's location as a path in the file, the part that this is in, and the description of what is asked there.

    pydantic puts the chosen kind (an action, a sort of prompt) behind the key or number of a part; the file does not.
    """
    path: list[str | int] = []
    model: type[BaseModel] = Flow
    choice: dict[str, type[BaseModel]] = {}
    between = 0
    asked = "a flow"
    for word in location:
        if word == "[key]":
            continue
        if choice and between == 0 and word in choice:
            model, choice = choice[str(word)], {}
            continue
        path.append(word)
        if choice:
            between -= 1
        elif isinstance(word, str) and (found := model.model_fields.get(word)) is not None:
            asked = found.description or asked
            parts = _parts(found.annotation)
            if len(parts) == 1:
                (model,) = parts
            elif parts:
                choice, between = _CHOICES[frozenset(parts)], 1
    return tuple(path), model, asked


def _parts(annotation: Any) -> set[type[BaseModel]]:
    """The models inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {part for argument in get_args(annotation) for part in _parts(argument)}
