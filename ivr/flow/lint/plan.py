"""Rules about the plan: numbers and skills that a flow counts on are in it."""

from collections.abc import Iterator

from acd.exits import CALLBACK
from cti.problems import Problem, closest
from ivr.flow.document import Path
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.steps.deciding import Branch, Hours
from ivr.flow.steps.reaching import Callback, ToQueue, Transfer


def _numbers(subject: Subject) -> Iterator[Problem]:
    known = subject.plan.access_numbers
    led = [number for number, access in known.items() if access.flow == subject.flow.name]
    if subject.is_sub_flow and led:
        what = f"{', '.join(led)} leads here, and a flow with parameters is for other flows"
        yield subject.document.problem(("parameters",), what, "let the number lead to another flow, or remove them")
    for name, step in subject.flow.steps.items():
        if isinstance(step, Branch) and step.value == "access":
            for case in step.cases:
                if case not in known:
                    what = f"the plan has no access number {case!r}"
                    yield subject.document.problem(("steps", name, "cases", case), what, closest(case, known))
        if isinstance(step, Hours) and step.hours is None:
            yield from _hours(subject, name)
        if isinstance(step, Transfer) and step.to in subject.plan.phones:
            what = f"{step.to} is a phone of ours, and a transfer goes out over a trunk"
            yield subject.document.problem(("steps", name, "to"), what, "lead to a queue, or to a duty that names it")
        if isinstance(step, Transfer) and step.to in known:
            what = f"{step.to} is an access number of ours: the call would come in again"
            yield subject.document.problem(("steps", name, "to"), what, "lead to a queue or run a sub-flow")


def _called_back(subject: Subject) -> Iterator[Problem]:
    """A step, or a key of a waiting caller, that books a callback in a queue that offers none."""
    for name, step in subject.flow.steps.items():
        paths: list[Path] = [("steps", name)] if isinstance(step, Callback) else []
        if isinstance(step, ToQueue):
            paths = [("steps", name, "keys", key) for key, to in step.keys.items() if to == CALLBACK]
        for path in paths:
            for queue in _queues(subject, getattr(step, "queue", None)):
                if subject.plan.queues[queue].callback is None:
                    what = f"queue {queue!r} offers no callback"
                    yield subject.document.problem(path, what, f"give the plan [queues.{queue}.callback]")


def _queues(subject: Subject, named: str | None) -> Iterator[str]:
    """The queues of the plan that a step may mean: the one it names, or those of the numbers that lead here."""
    numbers = subject.plan.access_numbers.values()
    here = {access.queue for access in numbers if access.flow == subject.flow.name}
    yield from sorted(queue for queue in ({named} if named else here) if queue in subject.plan.queues)


def _hours(subject: Subject, name: str) -> Iterator[Problem]:
    """An hours step that goes by the access number's hours, where it has none."""
    numbers = subject.plan.access_numbers
    mine = [number for number, access in numbers.items() if access.flow == subject.flow.name]
    lacking = [number for number in mine or numbers if not numbers[number].hours]
    if lacking and (mine or len(lacking) == len(numbers)):
        what = f"no hours stand here, and the plan gives none to {', '.join(mine and lacking) or 'any access number'}"
        yield subject.document.problem(("steps", name), what, "name hours of the plan here: hours: …")


def _able(subject: Subject) -> Iterator[Problem]:
    """Queue steps whose skills no agent of the plan has together, in one of the flow's languages."""
    flow = subject.flow
    for name, step in flow.steps.items():
        if not isinstance(step, ToQueue) or not subject.plan.agents:
            continue
        queue = subject.plan.queues.get(step.queue) if step.queue else None
        for language, spoken in flow.languages.items():
            wanted: dict[str, int] = {}
            for part in (queue.skills if queue else {}, spoken, step.skills):
                wanted |= {skill: max(level, wanted.get(skill, 0)) for skill, level in part.items()}
            if not any(
                all(agent.skills.get(skill, 0) >= level for skill, level in wanted.items())
                and (agent.queues is None or step.queue is None or step.queue in agent.queues)
                for agent in subject.plan.agents.values()
            ):
                shown = ", ".join(f"{skill} {level}" for skill, level in wanted.items())
                what = f"no agent of the plan can serve this in {language}: {shown}"
                yield subject.document.problem(("steps", name), what, "ask for less, or teach somebody")


RULES = (
    Rule(
        name="number-known",
        en="access numbers and hours that a flow counts on are in the plan, and no transfer goes to us",
        zh="流程依赖的接入号与服务时间须在方案中，且不得转接到本方号码",
        source="ours",
        find=_numbers,
    ),
    Rule(
        name="agent-able",
        en="somebody in the plan has the skills that a queue step asks for, in each language",
        zh="每种语言下，转人工所需技能至少有一名坐席具备",
        source="ours: the caller would wait for ever",
        find=_able,
    ),
    Rule(
        name="callback-offered",
        en="a callback, by a step or by a key while waiting, is booked in a queue that offers one",
        zh="以步骤或等待按键预约回电时，该技能组须提供回电",
        source="ours: the caller would be refused, or press the key in vain",
        find=_called_back,
    ),
)
