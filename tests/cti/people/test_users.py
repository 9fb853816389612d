"""People sign in with a password of their own; nothing about them can be guessed, nobody has one by default."""

from typing import Any

import pytest
import zxcvbn
from argon2 import PasswordHasher
from sqlalchemy import select
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from cti.database.connection import Database
from cti.database.models import User
from cti.people import passwords
from cti.people.passwords import PasswordGuessed, PasswordLength, hash_password, is_right, is_strong
from cti.people.roles import RIGHTS, Right, Role, may
from cti.people.users import UserRefused, Users

GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take a thousandth of the time."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def users(database: Database) -> Users:
    return Users(database)


async def test_a_new_database_has_nobody(users: Users) -> None:
    assert await users.list() == []


async def test_a_person_signs_in_with_login_and_password(users: Users) -> None:
    added = await users.add("Boss", name="班长甲", role=Role.SUPERVISOR, password=GOOD, at=5)
    assert await users.signed_in("boss", GOOD) == added
    assert await users.signed_in(" BOSS ", GOOD) == added
    assert await users.signed_in("boss", "wrong password") is None
    assert await users.signed_in("nobody", GOOD) is None
    assert (added.name, added.role, added.agent, added.created_at) == ("班长甲", Role.SUPERVISOR, None, 5)


async def test_an_agents_login_is_his_number_unless_said_otherwise(users: Users) -> None:
    assert (await users.add("1001", name="坐席甲", role=Role.AGENT, password=GOOD, at=0)).agent == "1001"
    assert (await users.add("li", name="坐席乙", role=Role.AGENT, agent="1002", password=GOOD, at=0)).agent == "1002"


async def test_a_login_or_an_agent_is_one_persons_only(users: Users) -> None:
    await users.add("1001", name="", role=Role.AGENT, password=GOOD, at=0)
    with pytest.raises(UserRefused, match="user 1001: login or agent is taken"):
        await users.add("1001", name="", role=Role.ADMIN, password=GOOD, at=0)
    with pytest.raises(UserRefused, match="login or agent is taken"):
        await users.add("other", name="", role=Role.AGENT, agent="1001", password=GOOD, at=0)


async def test_only_agents_are_agents_of_the_plan(users: Users) -> None:
    with pytest.raises(UserRefused, match="is supervisor, yet agent 1001"):
        await users.add("boss", name="", role=Role.SUPERVISOR, agent="1001", password=GOOD, at=0)


@pytest.mark.parametrize("login", ["", "a b", "x" * 65, "a\r\nb", "'; --", "中文"])
async def test_a_login_of_other_signs_is_refused(users: Users, login: str) -> None:
    with pytest.raises(UserRefused, match="is not written as it must be"):
        await users.add(login, name="", role=Role.ADMIN, password=GOOD, at=0)


async def test_a_new_password_ends_older_sessions(users: Users) -> None:
    await users.add("boss", name="", role=Role.ADMIN, password=GOOD, at=0)
    changed = await users.set_password("boss", "another good one", at=77)
    assert changed.signed_out_before == 77
    assert await users.signed_in("boss", GOOD) is None
    assert await users.signed_in("boss", "another good one") == changed


async def test_somebody_kept_out_cannot_sign_in_and_may_do_nothing(users: Users) -> None:
    await users.add("boss", name="", role=Role.ADMIN, password=GOOD, at=0)
    out = await users.set_enabled("boss", False, at=9)
    assert await users.signed_in("boss", GOOD) is None
    assert out.signed_out_before == 9
    assert not out.may(Right.CHANGE_PEOPLE)
    assert (await users.set_enabled("boss", True, at=10)).may(Right.CHANGE_PEOPLE)
    assert await users.signed_in("boss", GOOD) is not None


async def test_changing_nobody_is_refused(users: Users) -> None:
    with pytest.raises(UserRefused, match="user ghost: there is none"):
        await users.set_enabled("ghost", True, at=0)


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 129])
async def test_a_password_too_short_or_too_long_is_refused(users: Users, password: str) -> None:
    with pytest.raises(PasswordLength, match="use 12 to 128"):
        await users.add("boss", name="", role=Role.ADMIN, password=password, at=0)


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Passw0rd!2026", "qwertyuiop12", "1qaz2wsx3edc", "aaaaaaaaaaaa", "123456789012",
        "201314520woaini", "hotline123456", "abcabcabcabc", "13800138000138", "boss12345678", "Wang Xiaoming",
        "P@ssw0rd1234", "manchesterunited", "liverpool123", "admin@123456", "Zhang19850101", "woaizhongguo",
    ],
)  # fmt: skip
async def test_a_password_of_what_is_guessed_first_is_refused(users: Users, password: str) -> None:
    with pytest.raises(PasswordGuessed, match="is made of what is guessed first: use several words"):
        await users.add("boss", name="wang xiaoming", role=Role.ADMIN, password=password, at=0)


async def test_a_password_out_of_a_breach_is_refused_by_a_list_that_is_on_this_machine() -> None:
    long_ones = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= 12]
    assert len(long_ones) > 200
    assert [one for one in long_ones if is_strong(one)] == []


def test_only_so_much_of_a_password_is_looked_at_that_nobody_keeps_the_processor_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []

    def look(password: str, **more: Any) -> dict[str, int]:
        looked_at.append(password)
        return {"score": 4}

    monkeypatch.setattr(zxcvbn, "zxcvbn", look)
    assert is_strong("4@8({[<36%9&#!1/|0$5+7%2" * 5)
    assert [(len(one), set(one) & set("@({[<!|$+%")) for one in looked_at] == [(40, set())]


@pytest.mark.parametrize("password", [GOOD, "马厩里的正确电池订书钉一二三", "x9!kQ2vL#mT7", "gutenMorgenNachbar"])
async def test_length_is_what_counts_not_kinds_of_characters(users: Users, password: str) -> None:
    assert (await users.add("boss", name="", role=Role.ADMIN, password=password, at=0)).login == "boss"


async def test_the_hash_costs_what_rfc_9106_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    kept = await hash_password(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "its second choice: 64 MiB, 3 passes, 4 lanes"


async def test_an_older_shorter_password_still_signs_in_and_its_dated_hash_is_made_anew(
    users: Users, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    await users.add("boss", name="", role=Role.ADMIN, password=GOOD, at=0)
    async with database.writing() as session:
        row = await session.scalar(select(User))
        assert row is not None
        row.password_hash = passwords._hasher.hash("tenletters")
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    assert await users.signed_in("boss", "tenletters") is not None


async def test_another_role_ends_older_sessions(users: Users) -> None:
    await users.add("boss", name="", role=Role.ADMIN, password=GOOD, at=0)
    changed = await users.set_role("boss", Role.SUPERVISOR, at=77)
    assert (changed.role, changed.signed_out_before) == (Role.SUPERVISOR, 77)
    with pytest.raises(UserRefused, match="is supervisor, to be agent: give agents a login of their own"):
        await users.set_role("boss", Role.AGENT, at=78)


async def test_passwords_are_kept_as_argon2id_only() -> None:
    kept = await hash_password(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert await is_right(GOOD, kept)
    assert not await is_right(GOOD, "no hash at all")


async def test_a_dated_hash_is_made_anew_at_the_next_sign_in(
    users: Users, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    added = await users.add("boss", name="", role=Role.ADMIN, password=GOOD, at=0)
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    assert await users.signed_in("boss", GOOD) == added
    async with database.reading() as session:
        kept = await session.scalar(select(User.password_hash))
    assert kept is not None
    assert "t=2" in kept
    assert await users.signed_in("boss", GOOD) == added


def test_every_right_is_somebodys_and_every_role_has_a_line() -> None:
    assert set(RIGHTS) == set(Role)
    assert frozenset().union(*RIGHTS.values()) == set(Right)


@pytest.mark.parametrize("right", sorted(set(Right) - {Right.WORK, Right.SEE_PLAN, Right.CALL_BACK}))
def test_an_agent_may_do_his_work_and_nothing_else(right: Right) -> None:
    assert not may(Role.AGENT, right)


def test_an_inspector_hears_samples_but_sees_no_whole_numbers() -> None:
    assert may(Role.INSPECTOR, Right.HEAR_RECORDINGS)
    assert not may(Role.INSPECTOR, Right.SEE_NUMBERS)
