"""A code of RFC 6238 counts once and near its time; what is kept of it is of no use without the key."""

import asyncio
import base64
import stat
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from cti.database.connection import Database
from cti.database.models import SecondFactor
from cti.people import passwords
from cti.people.roles import Role
from cti.people.second_factors import OFFERED_S, RECOVERY_CODES, STEP_S, CodeWrong, FactorRefused, SecondFactors
from cti.people.users import Users

AT = 1_800_000_000_000
STEP_MS = STEP_S * 1000
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take a thousandth of the time."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
async def factors(database: Database, tmp_path: Path) -> SecondFactors:
    users = Users(database)
    for login in ("boss", "root"):
        await users.add(login, name="", role=Role.ADMIN, password="correct horse battery", at=0)
    return SecondFactors(database, tmp_path / "var" / "second_factor.key", "hotline")


async def set_up(factors: SecondFactors, login: str = "boss", at: int = AT) -> tuple[pyotp.TOTP, list[str]]:
    offer = factors.offer(login, at=at)
    app = pyotp.parse_uri(offer.uri)
    assert isinstance(app, pyotp.TOTP)
    return app, list(await factors.set_up(login, offer.sealed, app.at(at // 1000), at=at))


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert pyotp.TOTP(RFC_SECRET, interval=STEP_S).at(seconds) == code, "appendix B, its last six digits"


async def test_what_an_app_scans_names_whose_it_is_and_where(factors: SecondFactors) -> None:
    offer = factors.offer("boss", at=AT)
    assert offer.uri == f"otpauth://totp/hotline:boss?secret={offer.secret}&issuer=hotline"
    assert len(base64.b32decode(offer.secret)) == 20, "as long as its HMAC, RFC 4226 section 4"
    assert offer.picture.startswith("data:image/svg+xml")
    assert not await factors.has("boss"), "nothing is kept before the first code"


async def test_a_code_counts_once_and_near_its_time(factors: SecondFactors) -> None:
    app, _ = await set_up(factors)
    assert await factors.has("boss")
    assert await factors.whose() == {"boss"}
    later = AT + 10 * STEP_MS
    assert not await factors.is_right("boss", app.at((later - 2 * STEP_MS) // 1000), at=later)
    assert not await factors.is_right("boss", app.at((later + 2 * STEP_MS) // 1000), at=later)
    assert await factors.is_right("boss", app.at((later - STEP_MS) // 1000), at=later)
    assert not await factors.is_right("boss", app.at((later - STEP_MS) // 1000), at=later), "again"
    assert await factors.is_right("boss", app.at((later + STEP_MS) // 1000), at=later)
    assert not await factors.is_right("boss", app.at(later // 1000), at=later), "one before a used one"
    assert not await factors.is_right("root", app.at(later // 1000), at=later)


async def test_the_code_that_set_it_up_is_used(factors: SecondFactors) -> None:
    app, _ = await set_up(factors)
    assert not await factors.is_right("boss", app.at(AT // 1000), at=AT)


async def test_of_two_at_once_with_one_code_one_is_let_in(factors: SecondFactors) -> None:
    app, _ = await set_up(factors)
    later = AT + 10 * STEP_MS
    code = app.at(later // 1000)
    let_in = await asyncio.gather(*(factors.is_right("boss", code, at=later) for _ in range(5)))
    assert sorted(let_in) == [False] * 4 + [True]


async def test_each_recovery_code_counts_once_however_it_is_written(factors: SecondFactors) -> None:
    _, codes = await set_up(factors)
    assert len(set(codes)) == RECOVERY_CODES
    first, second, *_ = codes
    assert await factors.is_right("boss", first, at=AT)
    assert not await factors.is_right("boss", first, at=AT)
    assert await factors.is_right("boss", f" {second.upper().replace('-', ' ')} ", at=AT)


@pytest.mark.parametrize("code", ["", "0", "000000000", "１２３４５６", "a" * 40, "12345\x00", "' OR 1=1 --"])
async def test_what_is_no_code_is_wrong(factors: SecondFactors, code: str) -> None:
    await set_up(factors)
    assert not await factors.is_right("boss", code, at=AT)


async def test_without_one_no_code_is_right(factors: SecondFactors) -> None:
    assert not await factors.is_right("boss", "123456", at=AT)
    assert not await factors.forget("boss")


async def test_an_offer_is_for_its_login_for_a_while_and_with_its_code(factors: SecondFactors) -> None:
    offer = factors.offer("boss", at=AT)
    app = pyotp.TOTP(offer.secret)
    with pytest.raises(CodeWrong, match="code: does not fit: type the one"):
        await factors.set_up("boss", offer.sealed, "000000", at=AT)
    with pytest.raises(FactorRefused, match="offer: is over, or was never made: begin again"):
        await factors.set_up("root", offer.sealed, app.at(AT // 1000), at=AT)
    late = AT + (OFFERED_S + 1) * 1000
    with pytest.raises(FactorRefused, match="is over"):
        await factors.set_up("boss", offer.sealed, app.at(late // 1000), at=late)
    for invented in ("", "gAAAAA", "中文", "x" * 2000):
        with pytest.raises(FactorRefused, match="never made"):
            await factors.set_up("boss", invented, "000000", at=AT)


async def test_a_new_one_takes_the_place_of_the_one_before(factors: SecondFactors) -> None:
    old, old_codes = await set_up(factors)
    new, _ = await set_up(factors, at=AT + STEP_MS)
    later = AT + 10 * STEP_MS
    assert not await factors.is_right("boss", old.at(later // 1000), at=later)
    assert not await factors.is_right("boss", old_codes[0], at=later)
    assert await factors.is_right("boss", new.at(later // 1000), at=later)


async def test_the_database_holds_neither_secret_nor_codes(factors: SecondFactors, database: Database) -> None:
    app, codes = await set_up(factors)
    async with database.reading() as session:
        (row,) = await session.scalars(select(SecondFactor))
    assert app.secret not in row.sealed
    assert not any(code in row.sealed for code in codes)


async def test_the_key_is_ours_alone(factors: SecondFactors, tmp_path: Path) -> None:
    await set_up(factors)
    assert stat.S_IMODE((tmp_path / "var" / "second_factor.key").stat().st_mode) == 0o600


async def test_who_writes_the_database_cannot_give_his_own_to_somebody_else(
    factors: SecondFactors, database: Database
) -> None:
    app, _ = await set_up(factors, "boss")
    await set_up(factors, "root")
    async with database.writing() as session:
        mine = await session.scalar(select(SecondFactor.sealed).where(SecondFactor.login == "boss"))
        await session.execute(update(SecondFactor).where(SecondFactor.login == "root").values(sealed=mine))
    later = AT + 10 * STEP_MS
    with pytest.raises(FactorRefused, match="second factor of root: does not fit the key"):
        await factors.is_right("root", app.at(later // 1000), at=later)


async def test_without_its_key_it_says_what_to_do(factors: SecondFactors, database: Database, tmp_path: Path) -> None:
    await set_up(factors)
    other = SecondFactors(database, tmp_path / "other.key", "hotline")
    with pytest.raises(FactorRefused, match=r"does not fit the key: put .*other\.key back from a backup, or: hotline"):
        await other.is_right("boss", "123456", at=AT)
    (tmp_path / "other.key").write_text("no key")
    with pytest.raises(FactorRefused, match=r"other\.key: is no key"):
        other.offer("boss", at=AT)


async def test_somebody_who_is_not_there_gets_none(factors: SecondFactors) -> None:
    with pytest.raises(FactorRefused, match="user ghost: is not there"):
        await set_up(factors, "ghost")
