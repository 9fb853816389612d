"""`hotline journal`: what the journal holds, whether it is whole, and its facts as lines to take elsewhere."""

import json
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from acd.events import Fact
from config.language import said
from config.options import AsJson, Config, settings_of
from config.sentences import problem_in_words
from config.terminal import moment, print_list
from cti.journal.files import facts_in
from cti.journal.survey import Survey, survey
from cti.masking import mask_text

app = typer.Typer(help="The journal of facts: check, show, export; also while hotline runs.", no_args_is_help=True)

After = Annotated[int, typer.Option(min=0, help="Only facts with a greater number.")]


@app.command()
def check(config: Config = None, as_json: AsJson = False) -> None:
    """Read all of it and name what is wrong; exit status 1 when a start would be refused."""
    found = survey(settings_of(config).journal_folder)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for line in lines_of(found):
            print(line)
    if found.fatal or found.imbalance:
        raise typer.Exit(1)
    if not as_json:
        print(said("a start goes on from here", "可由此继续启动"))


@app.command()
def show(
    after: After = 0,
    last: Annotated[int, typer.Option(min=1, help="So many, from the end.")] = 50,
    contact: Annotated[str, typer.Option(help="Only facts about this contact.")] = "",
    fact: Annotated[str, typer.Option(help="Only facts of this name, such as OfferMade.")] = "",
    config: Config = None,
) -> None:
    """Print facts for a person, telephone numbers masked."""
    offers: set[int] = set()

    def fits(one: Fact) -> bool:
        if fact and type(one).__name__ != fact:
            return False
        if not contact:
            return True
        about = getattr(one, "contact", None) == contact
        if about and (number := getattr(one, "offer", None)) is not None:
            offers.add(number)
        return about or getattr(one, "offer", None) in offers

    found = ((number, one) for number, one in _facts(config, after) if fits(one))
    columns = said("number|time|fact|what", "编号|时间|事实|内容").split("|")
    rows = ((str(number), moment(one.at), type(one).__name__, _fields(one)) for number, one in deque(found, last))
    print_list(columns, rows, nothing=said("no such facts", "没有这样的事实"))


@app.command()
def export(
    after: After = 0,
    count: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
    config: Config = None,
) -> None:
    """Write facts to standard output, a JSON object a line, telephone numbers whole: {n, fact, at, ...}."""
    for number, one in islice(_facts(config, after), count):
        sys.stdout.write(
            json.dumps({"n": number, "fact": type(one).__name__, **_plain(one)}, ensure_ascii=False) + "\n"
        )


def _facts(config: Path | None, after: int) -> Iterator[tuple[int, Fact]]:
    return facts_in(settings_of(config).journal_folder, after)


def _fields(fact: Fact) -> str:
    """What a fact says, as name=value; fields that say nothing are left out."""
    fields = ((name, _masked(value)) for name, value in _plain(fact).items() if name != "at")
    return " ".join(f"{name}={_shown(value)}" for name, value in fields if value not in (None, "", [], {}))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False)


def _masked(value: Any) -> Any:
    """Texts with telephone numbers masked; what else there is as it is."""
    if isinstance(value, str):
        return mask_text(value)
    return {name: _masked(one) for name, one in value.items()} if isinstance(value, dict) else value


def _plain(fact: Fact) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(fact)
    return plain


def lines_of(found: Survey) -> Iterator[str]:
    """A survey in lines for a person."""
    size = (found.segments, found.bytes, found.first, found.last)
    yield said("{} segments, {} bytes, facts {} to {}", "{} 段，{} 字节，事实 {} 至 {}").format(*size)
    yield said("checkpoints: ", "检查点：") + (", ".join(map(str, found.checkpoints)) or said("none", "无"))
    if found.torn_bytes:
        yield said(
            "a last line of {} bytes is cut off: written just now, or cut away by the next start",
            "末行 {} 字节不完整：正在写入，或由下次启动截去",
        ).format(found.torn_bytes)
    for survived in found.survived:
        yield said(f"survived: {survived}", f"已克服：{survived}")
    for fatal in found.fatal:
        yield problem_in_words(fatal)
    for account, difference in found.imbalance.items():
        yield said(f"the ledger does not balance: {account}: {difference}", f"台账不平：{account}：{difference}")
