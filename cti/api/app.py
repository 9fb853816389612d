"""The app: every route with the right it needs, errors as problems, pages of other origins turned away."""

from fastapi import APIRouter, FastAPI

from cti.api import agent_routes, health, live_routes, people_routes, plan_routes, session_routes
from cti.api.origins import OriginCheck
from cti.api.parts import Parts
from cti.api.problem import add_problems
from cti.api.session_routes import FailedSignIns

PREFIX = "/api/v1"


ROUTERS: tuple[tuple[str, APIRouter], ...] = (
    (PREFIX, session_routes.router),
    (PREFIX, agent_routes.router),
    (PREFIX, live_routes.router),
    (PREFIX, plan_routes.router),
    (PREFIX, people_routes.router),
    ("", health.router),
)
"""Path prefix and routes of this area."""


def create_app(parts: Parts) -> FastAPI:
    """The ASGI app over these parts."""
    app = FastAPI(title="hotline", version="1", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    app.state.parts = parts
    app.state.failed_sign_ins = FailedSignIns()
    for prefix, router in (*ROUTERS, *((PREFIX, router) for router in parts.routers)):
        app.include_router(router, prefix=prefix)
    add_problems(app)
    app.add_middleware(OriginCheck, allowed=parts.allowed_origins)
    return app
