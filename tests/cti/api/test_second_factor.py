"""Who has a second factor shows a code at each sign-in; whose role needs one gets nowhere before it is set up."""

import asyncio

import httpx
import pyotp
import pytest

from cti.people.roles import Role
from cti.people.second_factors import STEP_S
from tests.cti.api.hotline import PASSWORD, Hotline

STEP_MS = STEP_S * 1000


class App:
    """The app on somebody's telephone, at a time of its own choosing."""

    def __init__(self, hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
        self._at = hotline.now()
        self._monkeypatch = monkeypatch
        self._loop = hotline.parts.loop
        self.later()

    def later(self) -> None:
        """Let another code come."""
        self._at += 3 * STEP_MS
        self._monkeypatch.setattr(self._loop, "now", lambda: self._at)

    def code(self, secret: str) -> str:
        return pyotp.TOTP(secret, interval=STEP_S).at(self._at // 1000)


@pytest.fixture
def app(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> App:
    return App(hotline, monkeypatch)


async def set_up(client: httpx.AsyncClient, app: App, code: str = "") -> tuple[str, list[str]]:
    proof = {"password": PASSWORD, **({"code": code} if code else {})}
    offer = (await client.post("/api/v1/me/second-factor", json=proof)).json()
    body = {"offer": offer["offer"], "code": app.code(offer["secret"])}
    answer = await client.put("/api/v1/me/second-factor", json=body)
    assert answer.status_code == 200, answer.text
    app.later()
    return offer["secret"], answer.json()["codes"]


async def sign_in(hotline: Hotline, code: str = "", *, login: str = "boss", password: str = PASSWORD) -> httpx.Response:
    body = {"login": login, "password": password, **({"code": code} if code else {})}
    return await hotline.client().post("/api/v1/session", json=body)


def sort_of(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:hotline:problem:")


async def test_with_a_second_factor_the_password_alone_lets_nobody_in(hotline: Hotline, app: App) -> None:
    secret, codes = await set_up(await hotline.signed_in("boss"), app)
    without = await sign_in(hotline)
    assert (without.status_code, sort_of(without)) == (401, "code-needed")
    assert "set-cookie" not in without.headers
    assert sort_of(await sign_in(hotline, "000000")) == "wrong-code"
    assert sort_of(await sign_in(hotline, app.code(secret), password="not the password")) == "wrong-password"
    let_in = await sign_in(hotline, f" {app.code(secret)} ")
    assert (let_in.status_code, let_in.json()["second_factor"]) == (200, True)
    assert sort_of(await sign_in(hotline, app.code(secret))) == "wrong-code", "a code counts once"
    assert (await sign_in(hotline, codes[0])).status_code == 200
    assert sort_of(await sign_in(hotline, codes[0])) == "wrong-code", "so does a recovery code"


async def test_a_wrong_password_does_not_tell_whether_there_is_a_second_factor(hotline: Hotline, app: App) -> None:
    await set_up(await hotline.signed_in("boss"), app)
    answers = [await sign_in(hotline, login=login, password="not the password") for login in ("boss", "root")]
    assert [(one.status_code, sort_of(one)) for one in answers] == [(401, "wrong-password")] * 2


async def test_a_role_that_needs_one_sets_it_up_first_and_then_works(hotline: Hotline, app: App) -> None:
    hotline.parts.sessions.second_factor = frozenset({Role.SUPERVISOR})
    client = await hotline.signed_in("boss")
    told = (await client.get("/api/v1/me")).json()
    assert (told["second_factor"], told["second_factor_due"]) == (False, True)
    assert sort_of(await client.get("/api/v1/floor")) == "second-factor-due"
    await set_up(client, app)
    told = (await client.get("/api/v1/me")).json()
    assert (told["second_factor"], told["second_factor_due"]) == (True, False)
    assert (await client.get("/api/v1/floor")).status_code == 200
    assert (await (await hotline.signed_in("1001")).get("/api/v1/plan")).status_code == 200, "a role that needs none"


async def test_setting_one_up_takes_the_password_ends_every_session_before_and_is_on_record(
    hotline: Hotline, app: App
) -> None:
    here, elsewhere = [await hotline.signed_in("boss") for _ in range(2)]
    before = here.cookies[hotline.parts.sessions.cookie]
    assert (await here.post("/api/v1/me/second-factor", json={"password": "not the password"})).status_code == 401
    await set_up(here, app)
    assert hotline.parts.sessions.find(before) is None
    assert (await elsewhere.get("/api/v1/me")).status_code == 401
    (newest,) = await hotline.parts.audit.newest(limit=1)
    assert (newest.who, newest.act, newest.subject) == ("boss", "set_second_factor", "boss")


async def test_the_first_code_must_fit_what_was_offered(hotline: Hotline) -> None:
    client = await hotline.signed_in("boss")
    offer = (await client.post("/api/v1/me/second-factor", json={"password": PASSWORD})).json()
    wrong = await client.put("/api/v1/me/second-factor", json={"offer": offer["offer"], "code": "abcdef"})
    assert (wrong.status_code, sort_of(wrong)) == (401, "wrong-code")
    other = await hotline.signed_in("root")
    code = pyotp.TOTP(offer["secret"]).at(hotline.now() // 1000)
    stolen = await other.put("/api/v1/me/second-factor", json={"offer": offer["offer"], "code": code})
    assert (stolen.status_code, sort_of(stolen)) == (409, "offer-over")
    assert (await sign_in(hotline)).status_code == 200, "nothing was changed"


async def test_another_one_in_its_place_takes_a_code_of_the_first(hotline: Hotline, app: App) -> None:
    client = await hotline.signed_in("boss")
    first, _ = await set_up(client, app)
    assert sort_of(await client.post("/api/v1/me/second-factor", json={"password": PASSWORD})) == "code-needed"
    second, _ = await set_up(client, app, app.code(first))
    assert sort_of(await sign_in(hotline, app.code(first))) == "wrong-code"
    assert (await sign_in(hotline, app.code(second))).status_code == 200


async def test_ten_wrong_codes_an_hour_close_the_door_from_every_address_even_to_the_right_one(
    hotline: Hotline, app: App
) -> None:
    secret, _ = await set_up(await hotline.signed_in("boss"), app)
    answers = await asyncio.gather(*(sign_in(hotline, "000000") for _ in range(14)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 4
    assert (await sign_in(hotline, app.code(secret))).status_code == 429
    assert (await sign_in(hotline, login="root")).status_code == 200


async def test_who_does_not_know_the_password_cannot_use_the_tries_up(hotline: Hotline, app: App) -> None:
    secret, _ = await set_up(await hotline.signed_in("boss"), app)
    for _ in range(4):
        await sign_in(hotline, "000000", password="not the password")
    assert (await sign_in(hotline, app.code(secret))).status_code == 200


async def test_an_admin_takes_it_from_who_lost_it_and_it_is_on_record(hotline: Hotline, app: App) -> None:
    client = await hotline.signed_in("boss")
    await set_up(client, app)
    admin = await hotline.signed_in("root")
    has = {one["login"]: one["second_factor"] for one in (await admin.get("/api/v1/users")).json()}
    assert (has["boss"], has["root"]) == (True, False)
    assert (await admin.delete("/api/v1/users/BOSS/second-factor")).status_code == 204
    assert (await admin.delete("/api/v1/users/boss/second-factor")).status_code == 404
    assert (await client.get("/api/v1/me")).status_code == 401
    assert (await sign_in(hotline)).status_code == 200
    (newest,) = await hotline.parts.audit.newest(limit=1)
    assert (newest.who, newest.act, newest.subject) == ("root", "reset_second_factor", "boss")


async def test_a_new_password_keeps_the_session_proven(hotline: Hotline, app: App) -> None:
    hotline.parts.sessions.second_factor = frozenset({Role.SUPERVISOR})
    client = await hotline.signed_in("boss")
    await set_up(client, app)
    change = {"current": PASSWORD, "new": "quite another phrase"}
    assert (await client.put("/api/v1/me/password", json=change)).status_code == 204
    assert (await client.get("/api/v1/floor")).status_code == 200
