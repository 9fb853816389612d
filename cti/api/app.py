"""The app: every route with the right it needs, errors as problems, pages of other origins turned away."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from cti.api import (
    account_routes,
    adaptation_routes,
    agent_routes,
    break_routes,
    broadcast_routes,
    callback_routes,
    contact_routes,
    emergency_routes,
    health,
    item_routes,
    list_routes,
    live_routes,
    own_routes,
    pages,
    people_routes,
    phone_routes,
    plan_routes,
    reason_routes,
    recording_routes,
    session_routes,
    wrap_up_routes,
)
from cti.api.body_limit import BodyLimit
from cti.api.failed_sign_ins import FailedSignIns
from cti.api.headers import Headers
from cti.api.operator_pass import leave_pass, take_pass_back
from cti.api.origins import OriginCheck
from cti.api.parts import Parts
from cti.api.problem import add_problems
from cti.api.rate_limit import RateLimit
from cti.api.schema import DescribedApp

PREFIX = "/api/v1"


ROUTERS: tuple[tuple[str, APIRouter], ...] = (
    (PREFIX, session_routes.router),
    (PREFIX, account_routes.router),
    (PREFIX, agent_routes.router),
    (PREFIX, break_routes.router),
    (PREFIX, wrap_up_routes.router),
    (PREFIX, phone_routes.router),
    (PREFIX, live_routes.router),
    (PREFIX, own_routes.router),
    (PREFIX, plan_routes.router),
    (PREFIX, people_routes.router),
    (PREFIX, contact_routes.router),
    (PREFIX, reason_routes.router),
    (PREFIX, recording_routes.router),
    (PREFIX, item_routes.router),
    (PREFIX, callback_routes.router),
    (PREFIX, list_routes.router),
    (PREFIX, broadcast_routes.router),
    (PREFIX, emergency_routes.router),
    (PREFIX, adaptation_routes.router),
    ("", health.router),
    ("", pages.router),
)
"""Path prefix and routes of this area."""


def described(routers: Sequence[APIRouter] = ()) -> DescribedApp:
    """Every route of this area, and of `routers` under the same prefix, without the parts they work on."""
    app = DescribedApp(
        title="hotline",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_served,
    )
    for prefix, router in (*ROUTERS, *((PREFIX, router) for router in routers)):
        app.include_router(router, prefix=prefix)
    return app


def create_app(parts: Parts) -> FastAPI:
    """The ASGI app over these parts. Serve it once the floor's loop has been started."""
    app = described(parts.routers)
    app.state.parts = parts
    app.state.failed_sign_ins = FailedSignIns()
    app.state.pages = pages.Pages(parts.pages, parts.phone_sockets)
    add_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(RateLimit, sessions=parts.sessions)
    app.add_middleware(OriginCheck, allowed=parts.allowed_origins)
    app.add_middleware(Headers)
    return app


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[None]:
    """What goes on while the app is served."""
    parts: Parts = app.state.parts
    parts.sessions.watch(parts.database)
    parts.desks.close_absent()
    await leave_pass(parts.sessions, app.state.url, app.state.certificate)
    try:
        yield
    finally:
        await parts.sessions.stop()
        await take_pass_back(parts.sessions)
