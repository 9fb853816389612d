"""Look-up sources, built from the settings, and with them everything that flows may name."""

from collections.abc import Mapping, Sequence

import aiohttp

from config.sections import LookUpSettings
from cti.database.connection import Database
from cti.plan.document import PlanDocument
from ivr.flow.check import Names
from ivr.flow.ports import Source
from ivr.prompts.book import PromptBook
from ivr.sources.http import HttpSource
from ivr.sources.plugin import PluginSource, load_plugin
from ivr.sources.view import ViewSource


def names_of(plan: PlanDocument, prompts: PromptBook, look_ups: Sequence[LookUpSettings]) -> Names:
    """What flows may name."""
    return Names.of(plan, prompts.missing, prompts.slots, [one.name for one in look_ups])


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
