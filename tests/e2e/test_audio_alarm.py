"""A side of a talk that is not heard is told on the desk and on the board."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from tests.e2e.conftest import Open
from tests.e2e.desk_page import DeskPage
from tests.fakes.house import House
from tests.fakes.sipp import Sipps

pytestmark = pytest.mark.timeout(120)
FAR_MS = 40_000
SAID = {
    "zh-CN": ("8002", "没有收到来电者的语音", "来电者听不到您", "双方无声"),
    "en": ("8003", "No audio from the caller", "No audio from your phone", "Both silent"),
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_silent_caller_and_a_silent_phone_are_told(
    house: House, visit: Open, tmp_path: Path, language: str
) -> None:
    extension, caller, phone, both = SAID[language]
    sipps = Sipps(tmp_path, house.stage.sip)
    talking = await sipps.phone("phone_talks", extension, await house.phone_password(extension), sound="")
    desk: DeskPage = await visit(language=language)
    await desk.enter()
    await desk.at("extension").select_option(extension)
    await desk.at("take-phone").click()
    await house.until(lambda board: board["agents"][desk.agent]["reachable"], f"phone of {desk.agent}")
    board = await visit(SUPERVISOR, language=language)
    await board.enter("/board")
    await desk.ready()
    call = await sipps.call("talks", "95000", caller="13800000021", times="1")
    for page, banner, text in (
        (desk, "no-audio-caller", caller),
        (desk, "no-audio-agent", phone),
        (board, "silent", both),
    ):
        await expect(page.at(banner)).to_contain_text(text, timeout=FAR_MS)
    await call.go_on()
    await call.over()
    await talking.over()
