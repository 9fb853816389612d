"""The traffic that a plan is tuned or simulated for: a traffic file, or the last day of a journal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cti.journal.files import facts_in
from cti.journal.traffic import MOST_MS, NoTraffic, traffic_of
from cti.problems import Problem, Refused
from cti.toml import TomlWrong, read_toml


def load_traffic(path: Path) -> Mapping[str, Any]:
    """The values of a traffic file, read off a journal when the path is a folder. Raises Refused, JournalError."""
    if not path.is_dir():
        try:
            return read_toml(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, TomlWrong) as error:
            raise Refused(Problem(str(path), f"it cannot be read ({error})", "name a traffic file")) from None
    last = 0
    for place, (number, fact) in enumerate(facts_in(path), start=1):
        if number != place:
            raise Refused(Problem(str(path), "its first facts are gone", "write a traffic file instead"))
        last = fact.at
    try:
        return traffic_of((fact for _, fact in facts_in(path)), since=last - MOST_MS)
    except NoTraffic as error:
        raise Refused(Problem(str(path), str(error), "name a journal with more contacts")) from None
