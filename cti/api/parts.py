"""What the API is built from; `config` gives it all."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import HTTPConnection

from cti.api.health import Readiness
from cti.api.pages import DIST
from cti.api.sessions import Sessions
from cti.database.connection import Database
from cti.desk.boards import Boards
from cti.desk.colleagues import Colleagues
from cti.desk.days import Days
from cti.desk.desks import Desks
from cti.desk.views import FloorViews
from cti.journal.loop import FloorLoop
from cti.metrics import Metrics
from cti.people.audit import AuditTrail
from cti.people.second_factors import SecondFactors
from cti.people.users import Users
from cti.plan.document import PlanDocument
from cti.plan.in_force import PlanInForce
from cti.problems import Problem
from cti.records.drafts import Drafts
from cti.records.queries import RecordQueries


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a request may need."""

    loop: FloorLoop
    plan: PlanInForce
    database: Database
    users: Users
    second_factors: SecondFactors
    audit: AuditTrail
    sessions: Sessions
    desks: Desks
    colleagues: Colleagues
    boards: Boards
    days: Days
    views: FloorViews
    metrics: Metrics
    checks: Mapping[str, Readiness]
    """Name of each part that /readyz reports, and how to ask it."""
    recordings: Path
    """Folder of the finished recordings."""
    flows: Callable[[], Collection[str]]
    """Names of the IVR flows there are, for checking a plan."""
    lacking: Callable[[PlanDocument], Sequence[Problem]]
    """What the IVR flows in use name that a plan does not have."""
    allowed_origins: Sequence[str] = ()
    phone_sockets: Sequence[str] = ()
    """Where browsers' phones find the Asterisks, such as wss://pbx.example.cn/ws; the first is given out."""
    pages: Path = DIST
    """Folder of the built pages."""
    silent_prompts: Callable[[Sequence[str]], Sequence[str]] = lambda _: ()
    """Those of the prompts that have no sound in some language."""
    asterisks: Sequence[str] = ()
    """The names of the Asterisks; whom nobody called is called through the first that answers."""
    normal_number: Callable[[str], str] = str
    """A telephone number as somebody writes it, in normal form; "" when it is none."""
    message_folders: Mapping[str, Path] = field(default_factory=dict)
    """Where callers' messages are, by the name of the Asterisk that recorded them."""
    routers: Sequence[APIRouter] = ()
    """Routes of other areas, mounted under /api/v1."""

    @property
    def records(self) -> RecordQueries:
        """The questions asked of the records."""
        return RecordQueries(self.database)

    @property
    def drafts(self) -> Drafts:
        """What agents have begun to write."""
        return Drafts(self.database)


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the app that serves this request."""
    parts: Parts = connection.app.state.parts
    return parts
