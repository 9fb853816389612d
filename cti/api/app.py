"""The app: every route with the right it needs, errors as problems, pages of other origins turned away."""

from fastapi import APIRouter, FastAPI

from cti.api import agent_routes, health, live_routes, people_routes, plan_routes, session_routes
from cti.api.origins import OriginCheck
from cti.api.parts import Parts
from cti.api.problem import add_problems
from cti.api.session_routes import FailedSignIns

PREFIX = "/api/v1"


def create_app(parts: Parts) -> FastAPI:
    """The ASGI app over these parts."""
    app = FastAPI(
        title="hotline",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    app.state.parts = parts
    app.state.failed_sign_ins = FailedSignIns()
    for router in _routers(parts):
        app.include_router(router, prefix=PREFIX)
    app.include_router(health.router)
    add_problems(app)
    app.add_middleware(OriginCheck, allowed=parts.allowed_origins)
    return app


def _routers(parts: Parts) -> list[APIRouter]:
    ours = [
        session_routes.router,
        agent_routes.router,
        live_routes.router,
        plan_routes.router,
        people_routes.router,
    ]
    return [*ours, *parts.routers]
