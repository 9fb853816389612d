"""`hotline phone`: what a phone is given so that it can register."""

import getpass
import json
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from config.db_cli import with_database
from config.options import AsJson, Config, settings_of
from config.plan_cli import newest_plan
from cti.database.connection import Database
from cti.people.audit import AuditEntry, AuditTrail
from cti.people.phones import phone_secrets, renew_phone_secret
from cti.problems import Problem, Refused

app = typer.Typer(help="The agents' phones: their SIP passwords.", no_args_is_help=True)
T = TypeVar("T")
Extension = Annotated[str, typer.Argument(help="One of the plan's phones.")]


def _ask(url: str, act: str, subject: str, ask: Callable[[Database, tuple[str, ...]], Awaitable[T]]) -> T:
    """Ask with the extensions of the newest plan; who asked for what is on record before it is shown."""

    async def run(database: Database) -> T:
        plan = await newest_plan(database)
        found = await ask(database, plan.phones)
        who = f"{getpass.getuser()}@local"
        await AuditTrail(database).add(AuditEntry(time.time_ns() // 1_000_000, who, act, subject))
        return found

    return with_database(url, run)


def _require(extension: str, extensions: tuple[str, ...]) -> None:
    if extension not in extensions:
        mend = "add it to the plan's phones, or name one of hotline phone list"
        raise Refused(Problem("plan: phones", f"there is no {extension!r}", mend))


@app.command("list")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """Every phone of the plan, and its SIP password."""

    async def passwords(database: Database, extensions: tuple[str, ...]) -> dict[str, str]:
        found = await phone_secrets(database, extensions)
        return {extension: found[extension] for extension in extensions}

    phones = _ask(settings_of(config).database_url, "see_phone_password", "all", passwords)
    if as_json:
        print(json.dumps([{"extension": extension, "password": secret} for extension, secret in phones.items()]))
        return
    for extension, secret in phones.items():
        print(f"{extension}  {secret}")


@app.command()
def password(extension: Extension, config: Config = None) -> None:
    """Print the SIP password of a phone; its user name is the extension."""

    async def one(database: Database, extensions: tuple[str, ...]) -> str:
        _require(extension, extensions)
        return (await phone_secrets(database, [extension]))[extension]

    print(_ask(settings_of(config).database_url, "see_phone_password", extension, one))


@app.command()
def renew(extension: Extension, config: Config = None) -> None:
    """Give a phone a new SIP password and print it.

    A running hotline tells Asterisk when it next connects to it, or is started again; give it to the phone then.
    """

    async def one(database: Database, extensions: tuple[str, ...]) -> str:
        _require(extension, extensions)
        return await renew_phone_secret(database, extension)

    print(_ask(settings_of(config).database_url, "renew_phone_password", extension, one))
