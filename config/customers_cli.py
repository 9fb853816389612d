"""`hotline customers`: bring customers in from a table, and see whom a number or an account belongs to."""

import getpass
import json
import re
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from config.db_cli import with_database
from config.language import said
from config.options import AsJson, Config, settings_of, typed
from cti.customers.book import CustomerBook
from cti.customers.customer import Customer
from cti.customers.pins import PinBook
from cti.customers.table import COLUMNS, read_customers
from cti.database.connection import Database
from cti.database.upgrade import require_current
from cti.people.audit import AuditEntry, AuditTrail
from cti.plan.store import PlanStore
from cti.problems import Problem, Refused
from ivr.numbers import normalise

app = typer.Typer(help="The customers callers are recognised as.", no_args_is_help=True, rich_markup_mode=None)


def _normal_form(number: str) -> str:
    return normalise(number).value


@app.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(help=f"CSV, UTF-8. Columns: {', '.join(COLUMNS)}; others are attributes.")],
    config: Config = None,
) -> None:
    """Add or replace customers by id, all of the file or none. Several numbers in a cell are parted by spaces."""

    async def bring_in(database: Database) -> int:
        await require_current(database)
        plan = await PlanStore(database).current()
        if plan is None:
            mend = "start hotline once, it takes the seed in"
            raise Refused(Problem(database.place, "holds no plan yet, so no tiers", mend))
        return await CustomerBook(database).put(read_customers(file, plan.tiers, _normal_form))

    count = with_database(settings_of(config).database_url, bring_in)
    print(said(f"{file}: {count} customers", f"{file}：{count} 位客户"))


@app.command()
def pin(
    customer: Annotated[str, typer.Argument(help="A customer's id.")],
    config: Config = None,
) -> None:
    """Give a customer a PIN for the telephone; it unlocks him too. Asked for, or the first line of standard input."""
    entered = typed("PIN")
    if not re.fullmatch(r"[0-9]{4,12}", entered):
        raise Refused(Problem("PIN", "is not 4 to 12 digits", "use digits, which a caller can type"))

    async def give(database: Database) -> None:
        await require_current(database)
        if await CustomerBook(database).by_id(customer) is None:
            raise Refused(Problem(f"customer {customer}", "is not in the book", "hotline customers import"))
        now = int(time.time() * 1000)
        await PinBook(database, lambda: now).set(customer, entered)
        who = f"{getpass.getuser()}@local"
        await AuditTrail(database).add(AuditEntry(now, who, "set_pin", customer, ""))

    with_database(settings_of(config).database_url, give)
    print(said(f"{customer}: PIN set", f"{customer}：密码已设置"))


@app.command()
def find(
    number_or_account: Annotated[str, typer.Argument(help="As people write it.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Whom a caller's number or account digits belong to, as a flow would find it; exit status 1 when nobody is."""

    async def look(database: Database) -> Customer | None:
        await require_current(database)
        book = CustomerBook(database)
        return await book.by_number(_normal_form(number_or_account)) or await book.by_account(number_or_account)

    found = with_database(settings_of(config).database_url, look)
    if as_json:
        print(json.dumps(asdict(found) if found else None, ensure_ascii=False, indent=2))
    elif found:
        print(f"{found.id}  {found.name}  {found.tier}  {found.language or ''}  {' '.join(found.numbers)}")
    else:
        print(said("nobody, or more than one", "没有，或不止一个"))
    if found is None:
        raise typer.Exit(1)
