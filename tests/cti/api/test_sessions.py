"""People sign in with a password and get a cookie; nobody gets far by guessing, and no other site can use it."""

import asyncio
import stat
import time
from dataclasses import dataclass

import pytest

from cti.api.failed_sign_ins import PER_LOGIN_AN_HOUR, STRANGERS, FailedSignIns
from cti.api.operator_pass import OPERATOR
from cti.api.problem import ApiProblem
from cti.api.sessions import Sessions, SessionsError
from cti.people.roles import Role
from cti.people.users import User
from tests.cti.api.hotline import PASSWORD, Hotline


@dataclass
class Clock:
    """The time the limits go by, seconds."""

    at: float = 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.at)
    return clock


async def test_the_right_password_gives_a_session(hotline: Hotline) -> None:
    client = await hotline.signed_in("boss")
    me = (await client.get("/api/v1/me")).json()
    assert (me["login"], me["role"], me["agent"]) == ("boss", "supervisor", None)
    assert "see_floor" in me["rights"]


async def test_an_agent_is_told_his_number(hotline: Hotline) -> None:
    assert (await (await hotline.signed_in("1001")).get("/api/v1/me")).json()["agent"] == "1001"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(hotline: Hotline) -> None:
    answer = await hotline.client().post("/api/v1/session", json={"login": "boss", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie


async def test_the_cookie_stays_on_https_where_the_page_came_by_https(hotline: Hotline) -> None:
    client = hotline.client(origin="https://hotline.test")
    answer = await client.post("/api/v1/session", json={"login": "boss", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("login", ["boss", "nobody"])
async def test_a_wrong_password_and_an_unknown_login_look_alike(hotline: Hotline, login: str) -> None:
    answer = await hotline.client().post("/api/v1/session", json={"login": login, "password": "wrong one"})
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:hotline:problem:wrong-password"
    assert "set-cookie" not in answer.headers


async def test_without_a_session_nothing_is_told(hotline: Hotline) -> None:
    answer = await hotline.client().get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:hotline:problem:not-signed-in"


async def test_an_invented_cookie_is_no_session(hotline: Hotline) -> None:
    client = hotline.client(cookie=f"{hotline.parts.sessions.cookie}=invented")
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_signing_out_makes_the_cookie_worthless(hotline: Hotline) -> None:
    client = await hotline.signed_in("boss")
    token = client.cookies[hotline.parts.sessions.cookie]
    assert (await client.delete("/api/v1/session")).status_code == 204
    again = hotline.client(cookie=f"{hotline.parts.sessions.cookie}={token}")
    assert (await again.get("/api/v1/me")).status_code == 401


async def test_five_failures_a_minute_close_the_door_even_to_the_right_password(hotline: Hotline) -> None:
    client = hotline.client()
    for _ in range(5):
        await client.post("/api/v1/session", json={"login": "boss", "password": "wrong one"})
    answer = await client.post("/api/v1/session", json={"login": "BOSS", "password": PASSWORD})
    assert answer.status_code == 429
    assert 50 <= int(answer.headers["retry-after"]) <= 60
    assert (await client.post("/api/v1/session", json={"login": "1001", "password": PASSWORD})).status_code == 200


async def test_tries_at_once_are_no_more_than_tries_one_after_the_other(hotline: Hotline) -> None:
    client = hotline.client()
    wrong = {"login": "boss", "password": "wrong one"}
    answers = await asyncio.gather(*(client.post("/api/v1/session", json=wrong) for _ in range(40)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 35


async def test_a_try_that_waits_for_others_is_let_in_when_they_were_right(hotline: Hotline) -> None:
    client = hotline.client()
    right = {"login": "1001", "password": PASSWORD}
    answers = await asyncio.gather(*(client.post("/api/v1/session", json=right) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_whole_shift_behind_one_address_may_sign_in_at_once(hotline: Hotline) -> None:
    client = hotline.client()
    for _ in range(40):
        answer = await client.post("/api/v1/session", json={"login": "1001", "password": PASSWORD})
        assert answer.status_code == 200


async def test_a_session_outlives_a_restart(hotline: Hotline) -> None:
    token = await hotline.parts.sessions.begin(await user(hotline, "boss"))
    after = Sessions(hotline.parts.sessions.file, hotline.now, 12)
    found = after.find(token)
    assert found is not None
    assert found.user.role is Role.SUPERVISOR


async def test_the_file_holds_no_token_and_is_ours_alone(hotline: Hotline) -> None:
    token = await hotline.parts.sessions.begin(await user(hotline, "boss"))
    file = hotline.parts.sessions.file
    assert token not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_session_is_over_after_its_hours(hotline: Hotline) -> None:
    moment = 1_000
    sessions = Sessions(hotline.parts.sessions.file.with_name("other.json"), lambda: moment, 1)
    token = await sessions.begin(await user(hotline, "boss"))
    moment += 3_600_000
    assert sessions.find(token) is None


async def test_the_operators_session_lasts_until_it_is_ended(hotline: Hotline) -> None:
    moment = 1_000
    sessions = Sessions(hotline.parts.sessions.file.with_name("other.json"), lambda: moment, 1)
    token = await sessions.begin(OPERATOR, lasts=True)
    moment += 1_000 * 3_600_000
    await sessions.settle(hotline.parts.database)
    assert sessions.find(token) is not None
    await sessions.end_all_of(OPERATOR.login)
    assert sessions.find(token) is None


async def test_a_person_kept_out_or_given_a_new_password_is_out_at_once(hotline: Hotline) -> None:
    sessions, users = hotline.parts.sessions, hotline.parts.users
    ended: list[str] = []
    for login in ("1001", "1002", "boss"):
        session = sessions.find(await sessions.begin(await user(hotline, login)))
        assert session is not None
        sessions.when_ended(session, lambda login=login: ended.append(login))  # type: ignore[misc]
    await users.set_enabled("1001", False, at=hotline.now() + 1)
    await users.set_password("1002", "quite another password", at=hotline.now() + 1)
    await sessions.settle(hotline.parts.database)
    assert ended == ["1001", "1002"]


def test_a_broken_file_is_named_with_its_mend(hotline: Hotline) -> None:
    file = hotline.parts.sessions.file.with_name("broken.json")
    file.write_text("{")
    with pytest.raises(SessionsError, match=r"broken\.json: cannot be read: .*: remove it"):
        Sessions(file, hotline.now, 12)


async def test_a_session_is_over_after_a_time_without_request_and_without_page(hotline: Hotline) -> None:
    moment = 1_000
    sessions = Sessions(hotline.parts.sessions.file.with_name("other.json"), lambda: moment, 12, idle_minutes=10)
    left, asks, shows = [await sessions.begin(await user(hotline, login)) for login in ("1001", "1002", "boss")]
    session = sessions.find(shows)
    assert session is not None
    page_gone = sessions.when_ended(session, lambda: None)
    moment += 9 * 60_000
    assert sessions.find(asks) is not None
    moment += 9 * 60_000
    await sessions.settle(hotline.parts.database)
    assert (sessions.find(left), sessions.find(asks) is None, sessions.find(shows) is None) == (None, False, False)
    page_gone()
    moment += 10 * 60_000
    assert sessions.find(shows) is None


async def test_signing_in_again_makes_another_session_and_ends_the_one_before(hotline: Hotline) -> None:
    client = await hotline.signed_in("boss")
    before = client.cookies[hotline.parts.sessions.cookie]
    assert (await client.post("/api/v1/session", json={"login": "boss", "password": PASSWORD})).status_code == 200
    assert client.cookies[hotline.parts.sessions.cookie] != before
    assert hotline.parts.sessions.find(before) is None


async def test_a_session_set_beforehand_by_somebody_else_is_never_taken_on(hotline: Hotline) -> None:
    client = hotline.client(cookie=f"{hotline.parts.sessions.cookie}=chosen-beforehand")
    answer = await client.post("/api/v1/session", json={"login": "boss", "password": PASSWORD})
    assert "chosen-beforehand" not in answer.headers["set-cookie"]


async def test_a_person_signs_out_everywhere(hotline: Hotline) -> None:
    one, other, foreign = [await hotline.signed_in(login) for login in ("boss", "boss", "root")]
    assert (await one.delete("/api/v1/sessions")).status_code == 204
    assert [(await each.get("/api/v1/me")).status_code for each in (one, other, foreign)] == [401, 401, 200]


async def test_a_person_changes_his_own_password_and_every_session_before_is_over(hotline: Hotline) -> None:
    here, elsewhere = [await hotline.signed_in("boss") for _ in range(2)]
    before = here.cookies[hotline.parts.sessions.cookie]
    change = {"current": "not the password", "new": "quite another phrase"}
    assert (await here.put("/api/v1/me/password", json=change)).status_code == 401
    change["current"] = PASSWORD
    assert (await here.put("/api/v1/me/password", json={**change, "new": "short"})).status_code == 422
    assert (await here.put("/api/v1/me/password", json=change)).status_code == 204
    await hotline.parts.sessions.settle(hotline.parts.database)
    assert hotline.parts.sessions.find(before) is None
    assert [(await each.get("/api/v1/me")).status_code for each in (here, elsewhere)] == [200, 401]
    assert await hotline.parts.users.signed_in("boss", "quite another phrase") is not None
    assert [one.act for one in await hotline.parts.audit.newest(who="boss")] == ["set_password"]


async def test_another_role_ends_the_session(hotline: Hotline) -> None:
    client = await hotline.signed_in("boss")
    await hotline.parts.users.set_role("boss", Role.INSPECTOR, at=hotline.now() + 1)
    await hotline.parts.sessions.settle(hotline.parts.database)
    assert (await client.get("/api/v1/me")).status_code == 401


def test_guessing_gets_fewer_than_a_hundred_tries_an_hour_and_shuts_nobody_out(clock: Clock) -> None:
    failed = FailedSignIns()
    failed.remember("1001", "192.0.2.1")
    tried = 0
    for minute in range(60):
        clock.at = minute * 60.0
        for address in range(40):
            tried += fails(failed, "1001", f"198.51.100.{address}", 6)
    assert tried == STRANGERS.amount
    assert fails(failed, "1001", "192.0.2.1", 1) == 1, "the person signs in where he did before"
    clock.at = 7300
    assert fails(failed, "1001", "198.51.100.1", 1) == 1, "nobody is shut out for ever"


def test_where_somebody_signed_in_before_guesses_are_few_as_well(clock: Clock) -> None:
    failed = FailedSignIns()
    failed.remember("1001", "192.0.2.1")
    tried = 0
    for minute in range(60):
        clock.at = minute * 60.0
        tried += fails(failed, "1001", "192.0.2.1", 6)
    assert tried == PER_LOGIN_AN_HOUR.amount


def fails(failed: FailedSignIns, login: str, address: str, times: int) -> int:
    """Fail so often; how many tries were let begin."""
    begun = 0
    for _ in range(times):
        try:
            failed._has_room(failed._limits(login, address))
        except ApiProblem:
            continue
        failed.count(login, address)
        begun += 1
    return begun


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"origin": "http://hotline.test"}, 401),
        ({"origin": "https://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 401),
    ],
)
async def test_pages_of_other_origins_are_turned_away(hotline: Hotline, headers: dict[str, str], status: int) -> None:
    client = hotline.client(**headers)
    answer = await client.post("/api/v1/session", json={"login": "boss", "password": "wrong one"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def user(hotline: Hotline, login: str) -> User:
    found = await hotline.parts.users.find(login)
    assert found is not None
    return found


async def test_a_person_sees_where_he_is_signed_in_and_ends_one_of_them(hotline: Hotline) -> None:
    elsewhere, here = hotline.client(**{"user-agent": "Old Browser/1" + "x" * 500}), await hotline.signed_in("boss")
    await elsewhere.post("/api/v1/session", json={"login": "boss", "password": PASSWORD})
    await hotline.signed_in("root")
    first, second = (await here.get("/api/v1/me/sessions")).json()
    assert {first["here"], second["here"]} == {True, False}
    other = first if second["here"] else second
    assert other["browser"].startswith("Old Browser/1")
    assert len(other["browser"]) == 200
    assert other["address"] == "127.0.0.1"
    assert other["begun_at"] <= other["used_at"] <= hotline.now()
    assert all(other["session"] not in token for token in elsewhere.cookies.values()), "its name lets nobody in"
    assert (await here.delete(f"/api/v1/me/sessions/{other['session']}")).status_code == 204
    assert (await here.delete(f"/api/v1/me/sessions/{other['session']}")).status_code == 404
    assert [(await each.get("/api/v1/me")).status_code for each in (here, elsewhere)] == [200, 401]


async def test_nobody_ends_a_session_of_somebody_else(hotline: Hotline) -> None:
    mine, foreign = await hotline.signed_in("boss"), await hotline.signed_in("root")
    (one,) = (await foreign.get("/api/v1/me/sessions")).json()
    assert (await mine.delete(f"/api/v1/me/sessions/{one['session']}")).status_code == 404
    assert (await foreign.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize(
    ("new", "sort", "title"),
    [
        ("short", "password-length", "密码须为 12 至 128 个字符"),
        ("iloveyou1314520", "password-guessed", "该密码容易被猜到：请用几个互不相干的词组成"),
    ],
)
async def test_why_a_password_is_refused_is_told_in_the_readers_language(
    hotline: Hotline, new: str, sort: str, title: str
) -> None:
    client = await hotline.signed_in("boss")
    client.headers["accept-language"] = "zh-CN"
    answer = await client.put("/api/v1/me/password", json={"current": PASSWORD, "new": new})
    told = answer.json()
    assert (answer.status_code, told["type"], told["title"]) == (422, f"urn:hotline:problem:{sort}", title)
