"""Look-up sources, built from the settings."""

from collections.abc import Mapping, Sequence

import aiohttp

from config.settings import LookUpSettings
from cti.database.connection import Database
from ivr.flow.ports import Source
from ivr.sources.http import HttpSource
from ivr.sources.plugin import PluginSource, load_plugin
from ivr.sources.view import ViewSource


def sources(wanted: Sequence[LookUpSettings], database: Database, http: aiohttp.ClientSession) -> Mapping[str, Source]:
    """Each source by its name. Raises PluginRefused."""
    return {one.name: _source(one, database, http) for one in wanted}


def _source(one: LookUpSettings, database: Database, http: aiohttp.ClientSession) -> Source:
    if one.view is not None:
        return ViewSource(database, one.view, one.timeout_s)
    if one.url is not None:
        return HttpSource(http, one.url, one.timeout_s, one.retries, one.token.get_secret_value())
    assert one.plugin is not None
    return PluginSource(load_plugin(f"look_up.{one.name}.plugin", one.plugin), one.timeout_s)
