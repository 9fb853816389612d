"""What is secret or personal goes through the whole API and comes out in no log line and no metric."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from acd import events as e
from config.logs import set_up
from config.sections import LogSettings
from cti.desk.frames import CustomerView
from cti.people.phones import phone_secrets
from tests.cti.api.hotline import PASSWORD, Hotline

NUMBER = "13800005678"
WRONG = "not quite the password 4711"
NEW = "quite another phrase 4712"
NAME = "张不可见"


@pytest.fixture(params=["console", "json"])
def said(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """All that is logged meanwhile, at the most talkative level."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up(LogSettings(level="debug", format=request.param), stream)
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def test_numbers_names_passwords_and_tokens_stay_inside(hotline: Hotline, said: io.StringIO) -> None:
    hotline.callers.customers[NUMBER] = CustomerView(customer="C1", name=NAME, tier="gold")
    secret = (await phone_secrets(hotline.parts.database, ["8101"]))["8101"]
    boss, agent, admin = [await hotline.signed_in(login) for login in ("boss", "1001", "root")]
    tokens = [client.cookies[hotline.parts.sessions.cookie] for client in (boss, agent, admin)]
    failed = await hotline.client().post("/api/v1/session", json={"login": "boss", "password": WRONG})
    assert failed.status_code == 401
    await agent.post("/api/v1/agents/me/sign-in", json={"extension": "8101"})
    await agent.get("/api/v1/agents/me/phone")
    hotline.loop.tell(e.IntentChanged(at=hotline.now(), agent="1001", intent=e.Intent.READY))
    hotline.call(caller=NUMBER)
    hotline.queue("pbx1-1.1", learned={"pin": "889977"})
    await hotline.written()
    assert (await boss.get("/api/v1/contacts/pbx1-1.1")).json()["caller"] == NUMBER
    body = {"colour": "black", "match": "number", "pattern": f"+86{NUMBER}", "reason": "threats"}
    assert (await boss.post("/api/v1/lists", json=body)).status_code == 201
    await boss.post("/api/v1/callbacks", json={"number": NUMBER, "access": "95000"})
    await boss.get("/api/v1/nowhere/" + NUMBER)
    await agent.put("/api/v1/me/password", json={"current": PASSWORD, "new": NEW})
    metrics = (await hotline.client().get("/metrics")).text + (await hotline.client().get("/readyz")).text
    text = said.getvalue()
    assert "sign-in failed" in text
    assert "audited" in text
    for hidden in (NUMBER, NAME, PASSWORD, WRONG, NEW, secret, "889977", *tokens):
        assert hidden not in text, hidden
        assert hidden not in metrics, hidden


async def test_a_login_of_line_breaks_and_escapes_makes_no_line_of_its_own(hotline: Hotline, said: io.StringIO) -> None:
    login = "x\r\n2030-01-01 [info] forged\x1b[2J\u2028forged"
    before = len(said.getvalue().splitlines())
    await hotline.client().post("/api/v1/session", json={"login": login, "password": WRONG})
    lines = said.getvalue().splitlines()[before:]
    assert len([line for line in lines if "sign-in failed" in line]) == 1
    assert [line for line in lines if line.startswith("2030-01-01") or "\x1b[2J" in line] == []
