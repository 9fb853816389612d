"""What flows use besides Asterisk, built from the plan in force, the prompts and the database."""

from collections.abc import Callable, Mapping
from datetime import datetime

from cti.customers.book import CustomerBook
from cti.customers.pins import PinBook
from cti.database.connection import Database
from cti.flows.broadcasts import Broadcasts
from cti.flows.items import Items
from cti.flows.lists import CallerLists
from cti.flows.scores import Scores
from cti.hours.duty import on_duty
from cti.hours.opening import opening
from cti.plan.document import PlanDocument
from cti.plan.in_force import PlanInForce
from cti.records.returning import ReturningCallers
from ivr.flow.line import Party
from ivr.flow.ports import Callbacks, Source, Surroundings
from ivr.prompts.book import PromptBook
from ivr.speech.live import LiveVoice


def surroundings(
    prompts: PromptBook,
    voice: LiveVoice | None,
    plan: PlanInForce,
    database: Database,
    sources: Mapping[str, Source],
    callbacks: Callbacks,
    now: Callable[[], int],
) -> Surroundings:
    """What every run shares; `now`: ms."""
    return Surroundings(
        prompts=prompts,
        voice=voice,
        customers=CustomerBook(database),
        tiers=lambda: plan().tiers,
        pins=PinBook(database, now),
        sources=sources,
        lists=CallerLists(database),
        hours=lambda name, moment: opening(plan().hours[name], moment),
        duty=lambda name, moment: _parties(plan(), name, moment),
        broadcasts=Broadcasts(database),
        items=Items(database),
        callbacks=callbacks,
        scores=Scores(database),
        returning=ReturningCallers(database, plan, now),
    )


def _parties(plan: PlanDocument, duty: str, moment: datetime) -> list[Party]:
    return [Party(one, inside=one in plan.phones) for one in on_duty(plan.duties[duty], moment)]
