"""`hotline db`: the tables and their versions."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from config.language import said
from config.options import AsJson, Config, settings_of
from config.sentences import problem_in_words
from cti.database import upgrade as versions
from cti.database.connection import Database
from cti.problems import Problem

app = typer.Typer(help="The database: its version, its tables.", no_args_is_help=True)
T = TypeVar("T")


def with_database(url: str, ask: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database, ask, close it."""

    async def run() -> T:
        database = Database(url)
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(run())


@app.command()
def upgrade(config: Config = None) -> None:
    """Make the tables, or bring them to this version; what they hold stays."""
    before = with_database(settings_of(config).database_url, versions.upgrade)
    print(said(f"version {before.known}", f"版本 {before.known}"), end="")
    was = before.found or said("empty", "空")
    print("" if before.is_current else said(f", was {was}", f"，原为{was}"))


@app.command()
def check(config: Config = None) -> None:
    """Compare the tables with what this version needs; exit status 1 when they differ."""
    settings = settings_of(config)
    differences = with_database(settings.database_url, versions.check)
    for line in differences:
        print(problem_in_words(Problem("database", line, "hotline db upgrade")))
    if differences:
        raise typer.Exit(1)
    print(said("the tables are as this version needs them", "数据表与本版本一致"))


@app.command()
def current(config: Config = None, as_json: AsJson = False) -> None:
    """The version of the tables, and the one this hotline needs."""
    found = with_database(settings_of(config).database_url, versions.current)
    if as_json:
        print(json.dumps({"found": found.found, "needed": found.known}))
    else:
        there = found.found or said("no tables", "没有数据表")
        print(said(f"found {there}, needed {found.known}", f"现有 {there}，需要 {found.known}"))
