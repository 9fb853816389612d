"""Requests of every form that the API's own description allows, and of many that it does not: no fault answers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from cti.database.connection import Database
from tests.cti.api.conftest import over, people

AnyCase = Case[Any]

CASES = 3
"""Of each operation and mode."""
CONTACT = "pbx1-1.1"
THERE = {"contact": CONTACT, "agent": "1001", "version": "1", "flow": "main", "item": "1", "entry": "1"}
"""Path parameters of things that exist, for every other request: what is not there is found missing too early."""
LOGINS = ("root", "1001")
"""Who asks, in this order; the next only where the one before has not the right."""
LEFT_OUT = ("DELETE /api/v1/session", "DELETE /api/v1/sessions", "GET /readyz")
"""Two end our session, the last answers 503 where no telephone is."""
NOT_ALLOWED = 403
FAULTS = {500, 503}


@cache
def requests(description: str) -> list[tuple[str, AnyCase]]:
    """(operation, request) by the API's description, JSON; the same each time."""
    schema = schemathesis.openapi.from_dict(json.loads(description))
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [
        (operation.label, case)
        for operation in operations
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for case in drawn(operation.as_strategy(generation_mode=mode))
    ]


def drawn(strategy: SearchStrategy[AnyCase]) -> list[AnyCase]:
    """Some requests of one kind; of every other one the path leads to something that exists."""
    found: list[AnyCase] = []

    @seed(1)
    @settings(
        max_examples=CASES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def draw(case: AnyCase) -> None:
        if len(found) % 2 and case.path_parameters:
            case.path_parameters |= {name: THERE[name] for name in case.path_parameters if name in THERE}
        found.append(case)

    try:
        draw()
    except Unsatisfiable:
        # Nothing about it could be wrong: it takes no parameters.
        return []
    return found


async def answer(client: httpx.AsyncClient, case: AnyCase) -> int:
    sent = case.as_transport_kwargs(base_url="http://hotline.test")
    sent.pop("cookies", None)
    headers = {name: value for name, value in sent.pop("headers").items() if value.isascii()}
    return (await client.request(headers=headers, **sent)).status_code


@pytest.mark.timeout(300)
async def test_no_request_is_a_fault_of_ours(database: Database, tmp_path: Path) -> None:
    await people(database)
    async with over(database, tmp_path) as hotline:
        hotline.on_duty()
        hotline.talk(CONTACT)
        await hotline.written()
        clients = [await hotline.signed_in(login) for login in LOGINS]
        faults: dict[str, str] = {}
        statuses: set[int] = set()
        for operation, case in requests(json.dumps(hotline.app.openapi())):
            if operation in LEFT_OUT:
                continue
            for client in clients:
                status = await answer(client, case)
                statuses.add(status)
                if status in FAULTS:
                    faults.setdefault(operation, f"{status}: {case.as_curl_command()}")
                if status != NOT_ALLOWED:
                    break
        assert faults == {}
        assert {200, 404, 409, 422} <= statuses, "the requests did not get far enough to try anything"
        assert hotline.loop.floor.ledger.imbalance(hotline.loop.floor.contacts.values()) == {}
