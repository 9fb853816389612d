"""`hotline explain`: why a contact waits, why this agent got it and others did not, why an agent gets none."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console, Group
from rich.text import Text

from config.language import reader_language
from config.options import AsJson, Config, settings_of
from config.running import NotThere, ask
from cti.api.operator_pass import Pass, read_pass
from cti.problems import Problem, Refused

SHOWN = 12
"""So many agents or contacts are named for one reason."""
MADE = (
    "{at:%H:%M:%S} offered to {agent}, with a score of {score:.0f} s",
    "{at:%H:%M:%S} 派给 {agent}，得分 {score:.0f} 秒",
)
OVER = ("  before the contacts {}", "  先于联系 {}")


def explain(
    what: Annotated[str, typer.Argument(metavar="CONTACT|AGENT", help="A contact's id, or an agent's 工号.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Tell why a contact waits and why an agent got it, or why an agent gets no contact, of the hotline that runs."""
    pass_ = read_pass(settings_of(config).pass_file)
    language = reader_language()
    found = asyncio.run(reasons(pass_, what))
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        Console(soft_wrap=True).print(told(found, language))


async def reasons(pass_: Pass, what: str) -> dict[str, Any]:
    """What the API says of an agent of this 工号, else of a contact of this id; Refused when there is neither."""
    for path in (f"agents/{quote(what, safe='')}/reasons", f"contacts/{quote(what, safe='')}/reasons"):
        with suppress(NotThere):
            found: dict[str, Any] = await ask(pass_, path)
            return found
    raise Refused(
        Problem(what, "is no agent of the plan and no contact", "see hotline status, or GET /api/v1/contacts")
    )


def told(found: dict[str, Any], language: int) -> Group:
    """Reasons (as the API gives them) as lines; `language`: 0 English, 1 Chinese."""
    lines = [Text(found["text"], style="bold")]
    if step := found.get("step"):
        lines.append(Text(step["text"]))
    lines += _listed(found["waiting"])
    for choice in found.get("choices", ()):
        at = datetime.fromtimestamp(choice["at"] / 1000).astimezone()
        made = MADE[language].format(at=at, agent=choice["agent"], score=choice["score_ms"] / 1000)
        lines += [Text(made, style="bold"), *_listed(choice["agents"])]
        if passed := choice["over_contacts"]:
            over = ", ".join(f"{one['contact']} ({one['score_ms'] / 1000:.0f} s)" for one in passed)
            lines.append(Text(OVER[language].format(over)))
    return Group(*lines)


def _listed(found: Sequence[dict[str, Any]]) -> list[Text]:
    lines = []
    for one in found:
        names = ", ".join(one["who"][:SHOWN]) + (" …" if len(one["who"]) > SHOWN else "")
        lines.append(Text(f"  {one['count']:>4}  {one['text']}" + (f": {names}" if names else "")))
    return lines
