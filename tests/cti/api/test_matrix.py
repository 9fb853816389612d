"""Who gets where: every route and every role, written down once more by hand; a route without a line here fails."""

from collections.abc import MutableMapping
from typing import Any

import pytest

from cti.api import problem
from cti.api.problem import MEDIA_TYPE
from cti.api.rights import NOT_ALLOWED, NOT_SIGNED_IN
from cti.people.roles import Role
from tests.cti.api.hotline import PASSWORD, Hotline
from tests.cti.api.test_rights import BY_ROLE, SAMPLES, routes

LETTERS = {"a": Role.AGENT, "s": Role.SUPERVISOR, "i": Role.INSPECTOR, "m": Role.ADMIN}
EVERYBODY = "everybody"
"""With or without a session; the other lines have the letters of the roles that are let through."""
MATRIX = """
everybody GET /
-s-m GET /api/v1/adaptation
-s-m PUT /api/v1/adaptation
a--- PUT /api/v1/agents/me/auto-answer
a--- DELETE /api/v1/agents/me/break
a--- POST /api/v1/agents/me/break
a--- GET /api/v1/agents/me/contacts
a--- GET /api/v1/agents/me/figures
a--- PUT /api/v1/agents/me/intent
a--- GET /api/v1/agents/me/missing-outcomes
a--- GET /api/v1/agents/me/phone
a--- GET /api/v1/agents/me/reasons
a--- GET /api/v1/agents/me/recordings/{recording}
a--- POST /api/v1/agents/me/rejoin
a--- POST /api/v1/agents/me/sign-in
a--- POST /api/v1/agents/me/sign-out
a--- POST /api/v1/agents/me/wrap-up/more
-s-m DELETE /api/v1/agents/{agent}/break
-s-m POST /api/v1/agents/{agent}/break/allow
-s-m GET /api/v1/agents/{agent}/reasons
-s-m POST /api/v1/agents/{agent}/wrap-up/end
-s-m POST /api/v1/agents/{agent}/wrap-up/more
---m GET /api/v1/audit
-s-m WS /api/v1/board
asim GET /api/v1/broadcasts
-s-m PUT /api/v1/broadcasts/{name}
as-m GET /api/v1/callbacks
as-m POST /api/v1/callbacks
as-m DELETE /api/v1/callbacks/{contact}
as-m PUT /api/v1/callbacks/{contact}
a--- WS /api/v1/colleagues
-sim GET /api/v1/contacts
-sim GET /api/v1/contacts/{contact}
a--- GET /api/v1/contacts/{contact}/draft
a--- PUT /api/v1/contacts/{contact}/draft
a--- POST /api/v1/contacts/{contact}/outcome
-sim GET /api/v1/contacts/{contact}/reasons
-s-m WS /api/v1/day
a--- WS /api/v1/desk
-s-m GET /api/v1/figures
-s-m GET /api/v1/floor
-s-m GET /api/v1/emergency
-s-m GET /api/v1/emergency/{queue}/drill
-s-m PUT /api/v1/emergency/{queue}
-sim GET /api/v1/flows
-s-m POST /api/v1/flows/publication
-sim GET /api/v1/flows/{flow}
-sim GET /api/v1/flows/{flow}/counts
-sim GET /api/v1/flows/{flow}/difference
-s-m DELETE /api/v1/flows/{flow}/draft
-s-m PUT /api/v1/flows/{flow}/draft
-sim GET /api/v1/flows/{flow}/draft
-sim GET /api/v1/flows/{flow}/history
-sim GET /api/v1/flows/{flow}/picture
-s-m POST /api/v1/flows/{flow}/return
as-m GET /api/v1/items
as-m POST /api/v1/items/{item}/finish
as-m GET /api/v1/items/{item}/message
as-m PUT /api/v1/items/{item}/owner
-sim GET /api/v1/ledger
-s-m GET /api/v1/lists
-s-m POST /api/v1/lists
-s-m DELETE /api/v1/lists/{entry}
asim GET /api/v1/me
asim PUT /api/v1/me/password
asim POST /api/v1/me/second-factor
asim PUT /api/v1/me/second-factor
asim GET /api/v1/me/sessions
asim DELETE /api/v1/me/sessions/{name}
a--- DELETE /api/v1/offers/{offer}/consult
a--- POST /api/v1/offers/{offer}/consult
a--- POST /api/v1/offers/{offer}/handover
a--- PUT /api/v1/offers/{offer}/hold
a--- POST /api/v1/offers/{offer}/pop
a--- GET /api/v1/phones
-s-m PUT /api/v1/plan
-s-m POST /api/v1/plan/changes
asim GET /api/v1/plan
-s-m GET /api/v1/plan/history
-sim GET /api/v1/recordings/{recording}
-sim GET /api/v1/samples
asim DELETE /api/v1/session
everybody POST /api/v1/session
asim DELETE /api/v1/sessions
---m POST /api/v1/users
-s-m GET /api/v1/users
---m DELETE /api/v1/users/{login}/second-factor
everybody GET /assets/{name:path}
everybody GET /account
everybody GET /board
everybody GET /healthz
everybody GET /metrics
everybody GET /readyz
everybody GET /wall
"""
WHO = {name: who for who, _, name in (line.partition(" ") for line in MATRIX.strip().splitlines())}
FOR_THE_CONFINED = {
    "GET /api/v1/me",
    "POST /api/v1/me/second-factor",
    "PUT /api/v1/me/second-factor",
    "DELETE /api/v1/session",
    "DELETE /api/v1/sessions",
}
"""All that is let through while a second factor has still to be set up, beside what everybody may."""
ENDS_SESSIONS = {"DELETE /api/v1/session", "DELETE /api/v1/sessions", "POST /api/v1/session"}


def filled(path: str) -> str:
    return path.replace(":path", "").format(**SAMPLES)


def let_through(name: str) -> set[Role]:
    return set(Role) if WHO[name] == EVERYBODY else {LETTERS[letter] for letter in WHO[name] if letter != "-"}


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    assert set(WHO) == set(routes())


@pytest.mark.parametrize("role", [None, *Role])
async def test_requests_are_let_through_as_the_matrix_says(hotline: Hotline, role: Role | None) -> None:
    client = hotline.client() if role is None else await hotline.signed_in(BY_ROLE[role])
    for name in WHO.keys() - ENDS_SESSIONS:
        method, path = name.split(" ")
        if method == "WS":
            continue
        answer = await client.request(method, filled(path), json={})
        sort = answer.json()["type"] if answer.headers.get("content-type") == MEDIA_TYPE else ""
        refused = sort in ("urn:hotline:problem:not-signed-in", "urn:hotline:problem:not-allowed")
        may = WHO[name] == EVERYBODY if role is None else role in let_through(name)
        assert refused is not may, f"{role} {name} -> {answer.status_code} {answer.text[:200]}"


@pytest.mark.parametrize("role", Role)
async def test_who_still_has_to_set_up_a_second_factor_gets_nowhere_else(hotline: Hotline, role: Role) -> None:
    hotline.parts.sessions.second_factor = frozenset(Role)
    client = await hotline.signed_in(BY_ROLE[role])
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    through = set()
    for name in sorted(WHO, key=lambda name: name in ENDS_SESSIONS):
        method, path = name.split(" ")
        if method == "WS":
            first = await opened(hotline, path, cookie)
            assert first.get("code") == NOT_ALLOWED, name
        elif WHO[name] != EVERYBODY:
            answer = await client.request(method, filled(path), json={})
            if answer.status_code != 403 or answer.json()["type"] != "urn:hotline:problem:second-factor-due":
                through.add(name)
                if name in ENDS_SESSIONS:
                    await client.post("/api/v1/session", json={"login": BY_ROLE[role], "password": PASSWORD})
    assert through == FOR_THE_CONFINED


@pytest.mark.parametrize("role", [None, *Role])
async def test_sockets_are_let_through_as_the_matrix_says(hotline: Hotline, role: Role | None) -> None:
    client = hotline.client() if role is None else await hotline.signed_in(BY_ROLE[role])
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    for name in WHO:
        if name.startswith("WS "):
            first = await opened(hotline, name.removeprefix("WS "), cookie)
            code = None if first["type"] == "websocket.accept" else first["code"]
            allowed = role is not None and role in let_through(name)
            assert code == (None if allowed else NOT_SIGNED_IN if role is None else NOT_ALLOWED), f"{role} {name}"


async def opened(hotline: Hotline, path: str, cookie: str) -> MutableMapping[str, Any]:
    """Open a socket and leave at once; the server's first word."""
    said: list[MutableMapping[str, Any]] = []
    heard = iter([{"type": "websocket.connect"}])

    async def receive() -> MutableMapping[str, Any]:
        return next(heard, {"type": "websocket.disconnect", "code": 1001})

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    headers = [(b"host", b"hotline.test"), (b"origin", b"http://hotline.test"), (b"cookie", cookie.encode())]
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
    await hotline.app(scope, receive, send)
    return said[0]


async def test_an_agent_whom_the_plan_does_not_know_meets_no_fault_anywhere(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(problem.log, "error", lambda event, **more: told.append(f"{event} {more}"))
    await hotline.parts.users.add("7777", name="x", role=Role.AGENT, password=PASSWORD, at=1)
    client = await hotline.signed_in("7777")
    bodies: tuple[dict[str, Any], ...] = (
        {},
        {"extension": "8001", "intent": "ready", "reason": "break", "on": True, "mine": True},
        {"extension": "8001"},
        {"intent": "ready"},
        {"on": True},
        {"reason": "break"},
        {"outcome": "enquiry.bill"},
    )
    faults: dict[str, str] = {}
    for name in WHO.keys() - ENDS_SESSIONS:
        method, path = name.split(" ")
        if method == "WS" or Role.AGENT not in let_through(name):
            continue
        for body in bodies if method != "GET" else ({},):
            answer = await client.request(method, filled(path), json=body, params={"since": 0})
            if answer.status_code == 500:
                faults[name] = told[-1]
    assert faults == {}
