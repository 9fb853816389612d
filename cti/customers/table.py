"""Customers from a CSV table: UTF-8 with a heading line; every bad line is named, and then none is taken."""

import csv
import re
from collections.abc import Callable, Collection
from pathlib import Path

from cti.customers.customer import Customer
from cti.problems import Problem, Refused, closest

COLUMNS = ("id", "name", "account", "tier", "language", "numbers", "managers")
"""Known columns; `id`, `name` and `tier` must be there. Any other column is an attribute that agents see."""
REQUIRED = ("id", "name", "tier")
LANGUAGES = ("zh-CN", "en")
MOST_PROBLEMS = 50
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ACCOUNT = re.compile(r"[0-9]{1,32}")
_MANAGER = re.compile(r"[0-9A-Za-z_]{1,32}")
_NUMBER = re.compile(r"\+?[0-9]{2,20}")


class TableRefused(Refused):
    """The table cannot be taken."""


def read_customers(path: Path, tiers: Collection[str], normal_form: Callable[[str], str]) -> list[Customer]:
    """The customers of a CSV file; several numbers in one cell are parted by spaces or semicolons.

    `normal_form` turns a number as people write it into the form that look-ups use. Raises TableRefused naming file,
    line and column of each mistake.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            headings = list(reader.fieldnames or ())
            _refuse_headings(path, headings)
            lines = [(reader.line_num, line) for line in reader]
    except OSError as error:
        raise TableRefused(Problem(str(path), f"cannot be read: {error.strerror}", "name a CSV file")) from error
    except UnicodeDecodeError as error:
        raise TableRefused(Problem(str(path), "is not UTF-8 text", "save it as CSV UTF-8")) from error
    except csv.Error as error:
        raise TableRefused(Problem(str(path), f"is no CSV: {error}", "save it as CSV, parted by commas")) from error
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    customers: list[Customer] = []
    for number, line in lines:
        found = _Line(f"{path}:{number}", line, problems)
        customer = found.customer(tiers, normal_form)
        if customer.id in seen:
            found.wrong("id", f"{customer.id!r} stands on line {seen[customer.id]} too", "keep one of them")
        seen[customer.id] = number
        customers.append(customer)
    if problems:
        more = len(problems) - MOST_PROBLEMS
        cut = [Problem(str(path), f"{more} more mistakes", "mend these first")] if more > 0 else []
        raise TableRefused(*problems[:MOST_PROBLEMS], *cut)
    return customers


def _refuse_headings(path: Path, headings: list[str]) -> None:
    for name in REQUIRED:
        if name not in headings:
            what = f"there is no column {name!r}"
            raise TableRefused(Problem(f"{path}:1", what, f"{closest(name, headings)}; wanted: {', '.join(COLUMNS)}"))


class _Line:
    """One line of the table, collecting what is wrong with it."""

    def __init__(self, place: str, cells: dict[str | None, str | None], problems: list[Problem]) -> None:
        self._place = place
        self._cells = cells
        self._problems = problems
        if None in cells:
            self.wrong("end", "there are more cells than headings", "quote cells that hold commas")

    def wrong(self, column: str, what: str, mend: str) -> None:
        self._problems.append(Problem(f"{self._place}: {column}", what, mend))

    def _cell(self, column: str) -> str:
        return (self._cells.get(column) or "").strip()

    def _fits(self, column: str, cell: str, form: re.Pattern[str], mend: str) -> None:
        if not form.fullmatch(cell):
            self.wrong(column, f"{cell[:64]!r} is not written as it must be", mend)

    def customer(self, tiers: Collection[str], normal_form: Callable[[str], str]) -> Customer:
        """The customer of this line; what is wrong with it has been noted."""
        identity, account = self._cell("id"), self._cell("account")
        tier, language = self._cell("tier"), self._cell("language")
        self._fits("id", identity, _ID, "use 1 to 64 letters, digits, . _ -")
        if not 0 < len(self._cell("name")) <= 255:
            self.wrong("name", "is empty or longer than 255 characters", "write the customer's name")
        if account:
            self._fits("account", account, _ACCOUNT, "use digits, which a caller can type")
        if tier not in tiers:
            self.wrong("tier", f"there is no tier {tier!r}", closest(tier, tiers))
        if language and language not in LANGUAGES:
            self.wrong("language", f"{language!r} is not spoken here", closest(language, LANGUAGES))
        numbers: list[str] = []
        for number in re.split(r"[;\s]+", self._cell("numbers")):
            if number:
                numbers.append(normal_form(number))
                if not _NUMBER.fullmatch(numbers[-1]):
                    self.wrong("numbers", f"{number[:64]!r} is no telephone number", "write it in digits")
        managers = re.split(r"[;\s]+", self._cell("managers")) if self._cell("managers") else []
        for manager in managers:
            if not _MANAGER.fullmatch(manager):
                self.wrong("managers", f"{manager[:64]!r} is no agent and no group", "write 工号 or groups of the plan")
        attributes = {
            name: cell.strip()
            for name, cell in self._cells.items()
            if name and name not in COLUMNS and cell and cell.strip()
        }
        return Customer(
            id=identity,
            name=self._cell("name"),
            tier=tier,
            language=language or None,
            account=account or None,
            numbers=tuple(sorted(set(numbers))),
            managers=tuple(dict.fromkeys(managers)),
            attributes=attributes,
        )
