"""`hotline run`: the whole hotline in this process."""

import typer

from config.options import Config, settings_of


def run(config: Config = None) -> None:
    """Run the hotline until it is told to stop (SIGINT or SIGTERM)."""
    settings = settings_of(config)
    from config.keeper import keep
    from config.logs import set_up
    from config.warm import warm
    from config.wiring import run as run_wired

    set_up(settings.log)
    warm()
    raise typer.Exit(keep(lambda: run_wired(settings)))
