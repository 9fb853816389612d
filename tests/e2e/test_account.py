"""One's own account in a browser: the password, where one is signed in, and a second factor from its QR code on."""

import time
from collections.abc import AsyncIterator

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from cti.database.connection import Database
from cti.people.roles import Role
from cti.people.users import Users
from tests.e2e.conftest import Open
from tests.e2e.desk_page import FAR_MS, DeskPage
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)

PASSWORD = "seven green boats at noon"
WORDS = {
    "zh-CN": ("您的角色登录时需要两步验证", "验证码不正确", "已启用", "该密码容易被猜到", "密码已修改", "当前会话"),
    "en": ("Your role signs in with a second factor", "The code is wrong", "On", "This password is guessed soon",
           "The password was changed", "this one"),
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session", params=["zh-CN", "en"])
async def admin(request: pytest.FixtureRequest, house: House, visit: Open) -> AsyncIterator[tuple[DeskPage, list[str]]]:
    """The page of an admin who was just let in, and the words of his language."""
    language: str = request.param
    login = f"admin-{language.lower()}"
    database = Database(f"sqlite+aiosqlite:///{house.stage.engine.settings.parent / 'hotline.db'}")
    await Users(database).add(login, name="管理员", role=Role.ADMIN, password=PASSWORD, at=int(time.time() * 1000))
    await database.close()
    house.stage.passwords[login] = PASSWORD
    yield await visit(login, language=language), list(WORDS[language])


async def again(page: DeskPage, password: str, code: str) -> None:
    """Sign in anew with a code."""
    await page.at("leave").click()
    await page.at("login").fill(page.agent)
    await page.at("password").fill(password)
    await page.at("sign-in").click()
    await page.at("code").fill(code)
    await page.at("sign-in").click()


async def test_an_admin_sets_up_a_second_factor_signs_in_with_it_and_keeps_house_in_his_account(
    admin: tuple[DeskPage, list[str]], visit: Open
) -> None:
    page, (due, wrong, on, guessed, changed, here) = admin
    await page.enter("/board")
    await page.shows("second-factor-due", due)
    await expect(page.at("board")).to_have_count(0)
    await page.at("factor-password").fill(PASSWORD)
    await page.at("offer-factor").click()
    picture = page.page.locator("img")
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 0
    app = pyotp.TOTP((await page.at("secret").inner_text()).replace(" ", ""))
    await page.at("first-code").fill("000000")
    await page.at("confirm-factor").click()
    await page.shows("factor-refused", wrong)
    set_up_at = time.time()
    await page.at("first-code").fill(app.at(set_up_at))
    await page.at("confirm-factor").click()
    await page.shows("recovery-codes")
    codes = await page.at("recovery-codes").locator("code").all_inner_texts()
    assert len(codes) == 10
    await page.at("recovery-kept").click()
    await page.shows("board")

    await page.page.goto(f"{page.house.stage.base}/account")
    await page.shows("second-factor", on)
    await again(page, PASSWORD, app.at(set_up_at, counter_offset=1))
    await page.shows("account")

    elsewhere = await visit(page.agent)
    await elsewhere.enter("/account")
    await elsewhere.at("code").fill(codes[0])
    await elsewhere.at("sign-in").click()
    await elsewhere.shows("account")
    await page.page.reload()
    rows = page.at("session")
    await expect(rows).to_have_count(2, timeout=FAR_MS)
    await expect(page.page.locator("[data-here=true]")).to_contain_text(here)
    await expect(rows.first).to_contain_text("Chrome")
    await page.at("end-session").click()
    await expect(rows).to_have_count(1)
    await elsewhere.page.reload()
    await elsewhere.shows("login")

    for each in ("password-new", "password-again"):
        await page.at(each).fill("iloveyou1314520")
    await page.at("password-now").fill(PASSWORD)
    await page.at("change-password").click()
    await page.shows("password-refused", guessed)
    for each in ("password-new", "password-again"):
        await page.at(each).fill("nine slow trains to Harbin")
    await page.at("change-password").click()
    await page.shows("password-changed", changed)
    await again(page, "nine slow trains to Harbin", codes[1])
    await page.shows("account")
