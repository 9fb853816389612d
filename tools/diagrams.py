"""Draw the router's tables of states as diagrams, in docs/architecture.md.

Run `python -m tools.diagrams` when `acd/agent.py` or `acd/contact.py` changed a table. A diagram stands between two
comment lines, `<!-- NAME: drawn by … -->` and `<!-- /NAME -->`. Facts that leave a state as it is are not drawn.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from acd.agent import AGENT, HOME, POSTURE, AgentState
from acd.contact import CONTACT, ContactState

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"

Table = Mapping[Any, Mapping[type, StrEnum]]


def _arrows(table: Table) -> Iterator[tuple[str, str, list[str]]]:
    """(from, to, names of the facts) of every move that leads elsewhere, in the table's order."""
    for state, row in table.items():
        facts: dict[str, list[str]] = {}
        for fact, target in row.items():
            if target is not state:
                facts.setdefault(target.value, []).append(fact.__name__)
        for to, names in facts.items():
            yield state.value, to, names


def contact_diagram() -> str:
    """The contact's states as a Mermaid diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {ContactState.IVR}: ContactStarted"]
    lines += [f"    {start} --> {to}: {', '.join(names)}" for start, to, names in _arrows(CONTACT)]
    return "\n".join([*lines, f"    {ContactState.ENDED} --> [*]"])


def agent_diagram() -> str:
    """The agent's states as a Mermaid diagram; `home` stands for idle or away, whichever he may be."""
    posture = {fact.__name__ for fact in POSTURE}
    lines = ["stateDiagram-v2", f"    state {HOME} <<choice>>", f"    [*] --> {AgentState.AWAY}"]
    for start, to, names in _arrows(AGENT):
        said = [name for name in names if name not in posture]
        if posture <= set(names):
            said.append("posture")
        lines.append(f"    {start} --> {to}: {', '.join(said)}")
    lines += [f"    {HOME} --> {AgentState.IDLE}: on duty", f"    {HOME} --> {AgentState.AWAY}: not on duty"]
    return "\n".join(lines)


DIAGRAMS: Mapping[str, Callable[[], str]] = {"contact": contact_diagram, "agent": agent_diagram}


def drawn(page: str) -> str:
    """The page with its diagrams as the tables are now. Raises ValueError when it has no place for one."""
    for name, diagram in DIAGRAMS.items():
        before, start, rest = page.partition(f"<!-- {name}: drawn by `python -m tools.diagrams` -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->\n")
        if not (start and end):
            raise ValueError(f"{PAGE}: no place for the diagram {name!r}: put its two comment lines back")
        page = f"{before}{start}\n```mermaid\n{diagram()}\n```\n\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
