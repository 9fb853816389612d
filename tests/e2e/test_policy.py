"""Every page, sheet and dialogue keeps to its content security policy; the suite notices where one does not.

What a page does in the other tests is counted as well: `visit` fails whichever test it happens in.
"""

import pytest
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from tests.e2e.conftest import PHONE, Open
from tests.e2e.desk_page import FAR_MS

pytestmark = pytest.mark.timeout(120)

FORBIDDEN = {
    "a script in the document": (
        "document.head.append(Object.assign(document.createElement('script'), {textContent: 'window.bad = 1'}))"
    ),
    "a handler in an attribute": (
        "document.body.insertAdjacentHTML('beforeend', '<i onclick=bad()></i>');document.body.lastElementChild.click()"
    ),
    "text that is run": "(() => { try { new Function('return 1')() } catch (error) { void error } })()",
    "a style in the document": (
        "document.head.append(Object.assign(document.createElement('style'), {textContent: 'i {}'}))"
    ),
    "a script of another place": (
        "document.head.append(Object.assign(document.createElement('script'), {src: 'http://127.0.0.2:9/bad.js'}))"
    ),
    "talk with another place": "void fetch('http://127.0.0.2:9/').catch(() => undefined)",
}


@pytest.mark.parametrize("what", FORBIDDEN)
async def test_what_the_policy_forbids_is_stopped_and_noticed(visit: Open, stopped: list[str], what: str) -> None:
    desk = await visit()
    await desk.page.goto(desk.house.stage.base)
    await desk.shows("login")
    async with desk.page.expect_console_message(lambda message: message.text.startswith("Content Security Policy:")):
        # What DevTools run themselves no policy stops: the page's own timer runs it.
        await desk.page.evaluate(f"setTimeout(() => {{ {FORBIDDEN[what]} }}, 0)")
    assert stopped
    assert await desk.page.evaluate("window.bad") is None
    stopped.clear()


async def test_the_desk_keeps_to_it(visit: Open) -> None:
    desk = await visit()
    await desk.enter()
    await desk.take_phone(PHONE)
    await desk.ready()
    for name in ("devices", "keys"):
        await desk.at(name).click()
        await desk.page.keyboard.press("Escape")
    await desk.at("language").click()
    await desk.at("theme").click()
    await desk.at("intent-not-ready").click()


async def test_the_board_and_the_wall_keep_to_it(visit: Open) -> None:
    board = await visit(SUPERVISOR)
    await board.enter("/board")
    await expect(board.at("queue-row").first).to_be_visible(timeout=FAR_MS)
    for sheet in ("curve", "callbacks", "recordings", "samples", "broadcasts", "flows"):
        await board.at(f"tab-{sheet}").click()
        await expect(board.page.locator("#records")).to_have_attribute("aria-labelledby", f"tab-{sheet}")
    await board.at("flows").locator("select").select_option("straight")
    picture = board.at("flows").locator("img")
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 0
    await board.page.goto(f"{board.house.stage.base}/wall")
    await expect(board.at("queue-row").first).to_be_visible(timeout=FAR_MS)
