"""Flows through the API: read them, write a draft, put it in force, go back."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.flows.store import Draft, FlowChange
from cti.people.roles import Right
from cti.problems import Problem
from ivr.flow.counts import FlowCounts, StepCounts
from ivr.flow.difference import differing
from ivr.flow.document import LARGEST
from ivr.flow.in_force import FlowsInForce
from ivr.flow.model import Flow
from ivr.flow.picture.svg import svg

FlowName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Seer = Annotated[Session, Depends(Needs(Right.SEE_FLOWS))]
Writer = Annotated[Session, Depends(Needs(Right.CHANGE_FLOWS))]
Text = Annotated[str, Field(max_length=LARGEST)]
Note = Annotated[str, Field(max_length=1000)]


class FlowView(BaseModel):
    """A flow as it is in force; `usable` is false when calls cannot run it."""

    flow: str
    version: int
    at: int
    who: str
    what: str
    usable: bool
    draft_by: str | None


class FlowTextView(BaseModel):
    """One version whole."""

    flow: str
    version: int
    text: str


class DraftView(BaseModel):
    """What somebody is writing, and what keeps it from being published."""

    flow: str
    made_from: int
    at: int
    who: str
    text: str
    problems: list[Problem]


class DraftBody(BaseModel):
    """A draft to keep; `made_from` is the version it was begun with, 0 for a new flow."""

    made_from: int
    text: Text


class PublicationBody(BaseModel):
    """Flows to put in force together: `drafts` by name, `texts` as they stand here."""

    what: Note = ""
    drafts: list[str] = []
    texts: dict[str, DraftBody] = {}


class FlowCountsView(BaseModel):
    """Callers by step and way, of the steps that the version in force has; `since` and `at` in ms."""

    flow: str
    version: int
    since: int
    at: int
    steps: dict[str, StepCounts]


class ReturnBody(BaseModel):
    """Which version is to be in force again, and why."""

    version: int
    what: Note = ""


def flow_routes(flows: FlowsInForce, counts: FlowCounts) -> APIRouter:
    """The routes over these flows."""
    router = APIRouter(tags=["flows"])
    store = flows.store
    since = flows.now()

    @router.get("/flows")
    async def listed(session: Seer) -> list[FlowView]:
        """Every flow that has a version."""
        drafts = {draft.flow: draft.who for draft in await store.drafts()}
        changes = [one.change for name in sorted(flows.names()) if (one := flows.newest(name))]
        return [
            FlowView(**asdict(one), usable=flows.get(one.flow) is not None, draft_by=drafts.get(one.flow))
            for one in changes
        ]

    @router.get("/flows/{flow}")
    async def one(flow: FlowName, session: Seer, version: Annotated[int | None, Query(ge=1)] = None) -> FlowTextView:
        """A flow's text, in force or of an older version."""
        number = version if version is not None else _in_force(flow).version
        return FlowTextView(flow=flow, version=number, text=await _text(flow, number))

    @router.get("/flows/{flow}/history")
    async def history(
        flow: FlowName, session: Seer, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> Sequence[FlowChange]:
        """Who published what and when, newest first."""
        _in_force(flow)
        return await store.history(flow, limit)

    @router.get("/flows/{flow}/difference")
    async def difference(
        flow: FlowName, session: Seer, since: Annotated[int, Query(ge=1)], version: int | None = None
    ) -> dict[str, list[str]]:
        """What changed since a version, as lines of a unified diff; up to `version`, else up to what is in force."""
        until = version if version is not None else _in_force(flow).version
        return {"lines": differing(await _text(flow, since), await _text(flow, until), since, until)}

    @router.get("/flows/{flow}/draft")
    async def draft(flow: FlowName, session: Seer) -> DraftView:
        """What somebody is writing of this flow."""
        found = await store.draft(flow)
        if found is None:
            raise ApiProblem(Sorts.NOT_FOUND, f"nobody is writing a draft of flow {flow}")
        return _view(found)

    @router.put("/flows/{flow}/draft")
    async def keep_draft(flow: FlowName, body: Annotated[DraftBody, Body()], session: Writer) -> DraftView:
        """Keep a draft, whole or half-written, and say what is wrong with it."""
        kept = Draft(flow, body.made_from, body.text, at=flows.now(), who=session.user.login)
        await store.keep_draft(kept)
        return _view(kept)

    @router.delete("/flows/{flow}/draft", status_code=204)
    async def discard_draft(flow: FlowName, session: Writer) -> None:
        """Throw a draft away, one's own or another's."""
        if not await store.discard_draft(flow):
            raise ApiProblem(Sorts.NOT_FOUND, f"nobody is writing a draft of flow {flow}")

    @router.post("/flows/publication")
    async def publish(body: Annotated[PublicationBody, Body()], session: Writer) -> list[FlowChange]:
        """Put flows in force for calls that come from now on, all or none; answers the versions that are new."""
        wanted = [Draft(name, one.made_from, one.text) for name, one in body.texts.items()]
        for name in body.drafts:
            found = await store.draft(name)
            if found is None:
                raise ApiProblem(Sorts.NOT_FOUND, f"nobody is writing a draft of flow {name}")
            wanted.append(found)
        return await flows.publish(wanted, who=session.user.login, what=body.what)

    @router.post("/flows/{flow}/return")
    async def roll_back(flow: FlowName, body: Annotated[ReturnBody, Body()], session: Writer) -> list[FlowChange]:
        """Put an older version in force again, as a new one; answers nothing when it is in force already."""
        change = await flows.roll_back(flow, body.version, who=session.user.login, what=body.what)
        return [change] if change else []

    @router.get("/flows/{flow}/counts")
    async def counted(flow: FlowName, session: Seer) -> FlowCountsView:
        """How many callers went which way in each step, since this process began."""
        found = _usable(flow)
        return FlowCountsView(
            flow=flow, version=_in_force(flow).version, since=since, at=flows.now(), steps=counts.of(found)
        )

    @router.get("/flows/{flow}/picture", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
    async def picture(flow: FlowName, session: Seer, counted: bool = False) -> Response:
        """The flow in force as SVG; `counted`: with the counts over it."""
        found = _usable(flow)
        return Response(svg(found, counts.of(found) if counted else None), media_type="image/svg+xml")

    def _usable(flow: str) -> Flow:
        _in_force(flow)
        found = flows.get(flow)
        if found is None:
            raise ApiProblem(Sorts.REFUSED, f"flow {flow} cannot be used, see the log")
        return found

    def _in_force(flow: str) -> FlowChange:
        found = flows.newest(flow)
        if found is None:
            raise ApiProblem(Sorts.NOT_FOUND, f"there is no flow {flow}")
        return found.change

    async def _text(flow: str, version: int) -> str:
        found = await store.version(flow, version)
        if found is None:
            raise ApiProblem(Sorts.NOT_FOUND, f"flow {flow} has no version {version}")
        return found.text

    def _view(draft: Draft) -> DraftView:
        return DraftView(**asdict(draft), problems=flows.check({draft.flow: draft.text}))

    return router
