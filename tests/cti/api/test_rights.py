"""Every route says what it needs; who gets where is in `test_matrix`."""

from fastapi import APIRouter
from fastapi.routing import APIRoute, APIWebSocketRoute

from cti.api.app import PREFIX, ROUTERS
from cti.api.rights import need_of
from cti.database.connection import Database
from cti.flows.store import FlowStore
from cti.people.audit import AuditTrail
from cti.people.roles import Right, Role, may
from ivr.flow.check import Names
from ivr.flow.counts import FlowCounts
from ivr.flow.in_force import FlowsInForce
from ivr.flow.routes import flow_routes
from tests.cti.api.hotline import PEOPLE, Hotline

SAMPLES = {
    "agent": "1001",
    "offer": "7",
    "contact": "pbx1-1.1",
    "recording": "none",
    "version": "1",
    "flow": "main",
    "item": "1",
    "entry": "1",
    "name": "storm",
    "queue": "service",
    "login": "1002",
}
BY_ROLE = {role: login for login, role in reversed(PEOPLE.items())}


def routes() -> dict[str, APIRoute | APIWebSocketRoute]:
    """Every route by `METHOD path`."""
    found: dict[str, APIRoute | APIWebSocketRoute] = {}
    for prefix, router in (*ROUTERS, (PREFIX, _flows())):
        for route in router.routes:
            if isinstance(route, APIWebSocketRoute):
                found[f"WS {prefix}{route.path}"] = route
            elif isinstance(route, APIRoute):
                found |= {f"{method} {prefix}{route.path}": route for method in route.methods or ()}
    return found


def _flows() -> APIRouter:
    database = Database("sqlite+aiosqlite://")
    nothing = Names(queues=frozenset(), skills=frozenset(), tiers=frozenset(), missing=lambda ids, language: [])
    flows = FlowsInForce(
        FlowStore(database), AuditTrail(database), lambda: nothing, lambda flows, wanted: [], lambda: 0
    )
    return flow_routes(flows, FlowCounts())


def test_every_route_says_what_it_needs() -> None:
    known = routes()
    assert len(known) > 20
    assert [name for name, route in known.items() if need_of(route) is None] == []


async def test_an_agents_work_is_for_agents_alone(hotline: Hotline) -> None:
    admin = await hotline.signed_in("root")
    answer = await admin.post("/api/v1/agents/me/sign-in", json={"extension": "8001"})
    assert (answer.status_code, answer.json()["detail"]) == (403, "admin root lacks the right work")
    assert not may(Role.ADMIN, Right.WORK)
