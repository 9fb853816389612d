"""`hotline user`: who may sign in. A running hotline takes changes in within seconds."""

import getpass
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from config.db_cli import with_database
from config.language import said
from config.options import AsJson, Config, settings_of, typed
from cti.database.connection import Database
from cti.database.upgrade import require_current
from cti.people.audit import AuditEntry, AuditTrail
from cti.people.roles import Role
from cti.people.second_factors import SecondFactors
from cti.people.users import Users

app = typer.Typer(help="The people who may sign in.", no_args_is_help=True)
T = TypeVar("T")
Login = Annotated[str, typer.Argument(help="The login: an agent's 工号, or another name.")]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _ask(url: str, ask: Callable[[Users], Awaitable[T]], audit: tuple[str, str] | None = None) -> T:
    async def run(database: Database) -> T:
        await require_current(database)
        found = await ask(Users(database))
        if audit is not None:
            who = f"{getpass.getuser()}@local"
            await AuditTrail(database).add(AuditEntry(_now_ms(), who, *audit))
        return found

    return with_database(url, run)


@app.command()
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="What the person is here as.")] = Role.AGENT,
    name: Annotated[str, typer.Option(help="The person's name; else the login.")] = "",
    config: Config = None,
) -> None:
    """Let somebody in. The password is asked for, or is the first line of standard input."""
    url = settings_of(config).database_url
    password = typed(said("Password", "密码"))
    user = _ask(
        url, lambda users: users.add(login, name=name, role=role, password=password, at=_now_ms()), ("add_user", login)
    )
    print(said(f"{user.login} may sign in as {user.role.value}", f"{user.login} 可以登录，角色 {user.role.value}"))


@app.command("list")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """Everybody who has a login."""
    users = _ask(settings_of(config).database_url, lambda users: users.list())
    if as_json:
        columns = ("login", "name", "role", "agent", "enabled", "created_at")
        print(json.dumps([{key: getattr(user, key) for key in columns} for user in users], ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    heads = (
        ("login", "账号"),
        ("name", "姓名"),
        ("role", "角色"),
        ("agent", "工号"),
        ("in", "可登录"),
        ("since", "创建时间"),
    )
    table = Table(*(said(*head) for head in heads))
    for user in users:
        since = datetime.fromtimestamp(user.created_at / 1000, UTC).astimezone()
        row = (
            user.login,
            user.name,
            user.role.value,
            user.agent or "",
            said("yes", "是") if user.enabled else said("no", "否"),
        )
        table.add_row(*row, f"{since:%Y-%m-%d %H:%M}")
    Console().print(table)


@app.command()
def password(login: Login, config: Config = None) -> None:
    """Give a new password; ends the person's sessions."""
    url = settings_of(config).database_url
    new = typed(said("Password", "密码"))
    _ask(url, lambda users: users.set_password(login, new, at=_now_ms()), ("set_password", login))
    print(said(f"{login} has a new password and must sign in again", f"{login} 已更换密码，须重新登录"))


@app.command()
def role(
    login: Login,
    now: Annotated[Role, typer.Argument(help="What the person is from now on.")],
    config: Config = None,
) -> None:
    """Let somebody be something else here; ends the person's sessions."""
    url = settings_of(config).database_url
    user = _ask(url, lambda users: users.set_role(login, now, at=_now_ms()), ("set_role", f"{login} {now.value}"))
    role_ = user.role.value
    print(said(f"{user.login} is {role_} and must sign in again", f"{user.login} 的角色现为 {role_}，须重新登录"))


@app.command("reset-factor")
def reset_factor(login: Login, config: Config = None) -> None:
    """Take the second factor from somebody who lost it; ends the person's sessions."""
    settings = settings_of(config)
    login = login.strip().lower()

    async def run(database: Database) -> bool:
        await require_current(database)
        there = await SecondFactors(database, settings.second_factor_key, settings.engine.name).forget(login)
        if there:
            await Users(database).end_sessions(login, at=_now_ms())
            entry = AuditEntry(_now_ms(), f"{getpass.getuser()}@local", "reset_second_factor", login)
            await AuditTrail(database).add(entry)
        return there

    there = with_database(settings.database_url, run)
    if there:
        print(said(f"{login} signs in with the password alone", f"{login} 仅凭密码登录"))
    else:
        print(said(f"{login} has no second factor", f"{login} 没有两步验证"))


@app.command()
def out(login: Login, config: Config = None) -> None:
    """Keep somebody out; ends the person's sessions."""
    url = settings_of(config).database_url
    _ask(url, lambda users: users.set_enabled(login, False, at=_now_ms()), ("keep_out", login))
    print(said(f"{login} is kept out", f"{login} 已禁止登录"))


@app.command("in")
def in_(login: Login, config: Config = None) -> None:
    """Let somebody in again who was kept out."""
    url = settings_of(config).database_url
    _ask(url, lambda users: users.set_enabled(login, True, at=_now_ms()), ("let_in", login))
    print(said(f"{login} may sign in", f"{login} 可以登录"))
