"""What Typer writes itself, in the reader's language: usage, headings, usage errors.

Typer brings a click of its own that has no translations. What it lets one set is set here: classes and words of its
commands, and names of `rich_utils`; the text of an error is looked up when it is raised.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer import rich_utils
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter

from config.language import helped, said
from config.sentences import in_words

HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": ("Arguments", "参数"),
    "OPTIONS_PANEL_TITLE": ("Options", "选项"),
    "COMMANDS_PANEL_TITLE": ("Commands", "命令"),
    "ERRORS_PANEL_TITLE": ("Error", "错误"),
    "ABORTED_TEXT": ("Aborted.", "已取消。"),
    "DEFAULT_STRING": ("[default: {}]", "[缺省：{}]"),
    "ENVVAR_STRING": ("[env var: {}]", "[环境变量：{}]"),
    "REQUIRED_LONG_STRING": ("[required]", "[必填]"),
    "RICH_HELP": (
        "Try [blue]'{command_path} {help_option}'[/] for help.",
        "详见 [blue]'{command_path} {help_option}'[/]。",
    ),
}
"""What `typer.rich_utils` writes above help, beside it and below an error."""


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, in_words("Usage: ") if prefix is None else prefix)


class Context(typer.Context):
    """A context whose usage line is in the reader's language."""

    formatter_class = _Formatter


def translate(command: Any) -> None:
    """Have a command's help and usage in the reader's language, and that of all below it."""
    command.context_class = Context
    command.help = helped(command.help or "")
    command.options_metavar = in_words(command.options_metavar)
    for parameter in command.params:
        parameter.help = helped(getattr(parameter, "help", None) or "")
    help_option = command.get_help_option(Context(command))
    help_option.help = in_words(help_option.help)
    if hasattr(command, "commands"):
        command.subcommand_metavar = in_words(command.subcommand_metavar)
        for below in command.commands.values():
            translate(below)


def translate_headings() -> None:
    """Have headings and notes beside help in the reader's language."""
    for name, words in HEADINGS.items():
        setattr(rich_utils, name, said(*words))


@contextmanager
def usage_errors_translated() -> Iterator[None]:
    """A wrong command line is refused in the reader's language."""
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except UsageError as error:
        raise UsageError(in_words(error.format_message()), error.ctx) from error
