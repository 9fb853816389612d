"""`hotline run`: the whole hotline in this process."""

import gc

import typer

from config.options import Config, settings_of


def run(config: Config = None) -> None:
    """Run the hotline until it is told to stop (SIGINT or SIGTERM)."""
    # What is loaded stays: the collector would only look it over again and again. `warm` lets it work again.
    gc.disable()
    settings = settings_of(config)
    from config.keeper import keep
    from config.logs import set_up
    from config.warm import warm
    from config.wiring import run as run_wired

    set_up(settings.log)
    warm()
    raise typer.Exit(keep(lambda: run_wired(settings)))
