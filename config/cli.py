"""The root command `hotline`. A subcommand's module is imported when it is run, so that help is quick."""

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from config.language import helped
from config.sentences import in_words, problem_in_words
from config.terminal import shown
from config.usage import translate, translate_headings, usage_errors_translated
from config.wrapping import break_chinese_anywhere
from cti.problems import Problem, Refused

HOUSE = ("acd", "ivr", "cti", "recordings", "config")


@dataclass(frozen=True, slots=True)
class Sub:
    """A subcommand: where it is and what it does, in a line."""

    module: str
    attribute: str
    does: str


SUBS = {
    "demo": Sub("config.demo.cli", "demo", "Show the main job: an Asterisk and real SIP calls."),
    "run": Sub("config.run_cli", "run", "Run the hotline until it is told to stop."),
    "check": Sub("config.check_cli", "check", "Check settings, plan, flows, prompts; name each mend."),
    "status": Sub("config.status_cli", "status", "Queues and agents of a running hotline, live."),
    "explain": Sub("config.explain_cli", "explain", "Why a contact waits, why an agent got it or none."),
    "emergency": Sub("config.emergency_cli", "app", "Move a queue to its emergency plan, and back: on, off, status."),
    "plan": Sub("config.plan_cli", "app", "Plans: show, check, apply."),
    "user": Sub("config.user_cli", "app", "Who may sign in: add, list, password, role, reset-factor, in, out."),
    "phone": Sub("config.phone_cli", "app", "SIP passwords of the agents' phones: list, password, renew."),
    "audit": Sub("config.audit_cli", "app", "The audit trail, who looked at what: check, show, export."),
    "customers": Sub("config.customers_cli", "app", "Customers: import a table, find one."),
    "db": Sub("config.db_cli", "app", "The database: upgrade, check, current."),
    "journal": Sub("config.journal_cli", "app", "The journal of facts: check, show, export."),
    "backup": Sub("config.backup_cli", "backup", "Copy journal, database and settings, also while hotline runs."),
    "restore": Sub("config.backup_cli", "restore", "Put a backup in place of nothing."),
    "samples": Sub("config.samples_cli", "app", "Recordings drawn for quality inspection."),
    "ivr": Sub("config.ivr_cli", "app", "Flows: list, publish, rollback, lint, test, try, draw."),
    "prompts": Sub("config.prompts_cli", "app", "What callers hear: list, missing, play, say."),
    "simulate": Sub("config.simulate_cli", "simulate", "Run a scenario through this very router, in no time."),
    "replay": Sub("config.replay_cli", "replay", "Decide again from a journal; report each difference."),
    "tune": Sub("config.tune_cli", "tune", "Find the routing that meets the service-level targets."),
    "lab": Sub("config.lab.cli", "app", "A private Asterisk here: up, down, status, logs, load, waiting, chaos."),
    "asterisk-config": Sub("config.asterisk.cli", "asterisk_config", "Write an Asterisk's configuration files."),
    "certs": Sub("config.certs_cli", "certs", "Certificates for pages (https) and browsers' phones (wss)."),
    "reference": Sub("config.reference_cli", "reference", "Print the reference of the settings, or an example file."),
}


class Root(TyperGroup):
    """Lists every subcommand from the table, loads the one that is asked for."""

    def make_context(self, *of: Any, **more: Any) -> Any:
        """Read the command line as far as the subcommand."""
        translate(self)
        with usage_errors_translated():
            return super().make_context(*of, **more)

    def invoke(self, ctx: Any) -> Any:
        """Read the rest of the command line and do what it says."""
        with usage_errors_translated():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(SUBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The loaded command, or one line about it."""
        for name in self.list_commands(ctx):
            self.commands.setdefault(name, TyperCommand(name, help=helped(SUBS[name].does), callback=None))
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load what is about to run."""
        if args[0] in self.list_commands(ctx):
            self.commands[args[0]] = _load(args[0])
        return super().resolve_command(ctx, args)


def _load(name: str) -> Any:
    sub = SUBS[name]
    found = getattr(import_module(sub.module), sub.attribute)
    # Loaded inside an app of its own, so that it has a name and no options about shell completion.
    around = typer.Typer(add_completion=False)
    around.callback()(_root)
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    command = cast("TyperGroup", typer.main.get_command(around)).commands[name]
    translate(command)
    return command


def _root() -> None:
    """A contact-center engine on Asterisk."""


app = typer.Typer(
    cls=Root,
    name="hotline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


app.callback()(_root)


def main() -> None:
    """Run the command line; an error leaves as lines `place: what: mend` on standard error and exit status 1."""
    break_chinese_anywhere()
    translate_headings()
    try:
        app()
    except Exception as error:
        print(shown(told(error)), file=sys.stderr)
        sys.exit(1)


def told(error: Exception) -> str:
    """An error in lines for a person; one that we did not foresee says where it came from."""
    if isinstance(error, Refused):
        return "\n".join(map(problem_in_words, error.problems))
    if type(error).__module__.partition(".")[0] in HOUSE and str(error):
        return in_words(str(error))
    return problem_in_words(_unforeseen(error))


def _unforeseen(error: Exception) -> Problem:
    if isinstance(error, OSError) and error.filename is not None:
        return Problem(str(error.filename), str(error.strerror), "make it usable for this user")
    if isinstance(error, UnicodeEncodeError):
        return Problem(f"{error.object!a}", "is no text", "write it in UTF-8")
    place = "hotline"
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(Path(__file__).parents[1]):
            place = f"{file.relative_to(Path(__file__).parents[1])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return Problem(place, f"{type(error).__name__}: {error}", "a fault of ours, please report this line")
