"""An agent consults a colleague from the page, hands over or takes the caller back; both desks say how it stands."""

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import WebSocketRoute, expect

from acd import events as e
from config.lab.peers.process import CallThere
from tests.e2e.conftest import AGENT, COLLEAGUE, PHONE, Open
from tests.e2e.desk_page import FAR_MS, MICROPHONE_HZ, DeskPage, both_hear, talk, tone_of
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(150)
SAID = {
    "zh-CN": ("此刻没有空闲的同事", "坐席丁 1004 询问您", "客户听音乐", "拒接", "已不空闲（离席）"),
    "en": (
        "No colleague is free",
        "坐席丁 1004 consults you",
        "The caller hears music",
        "refused",
        "not free any more (Away)",
    ),
}


@dataclass
class Talk:
    """A caller who talks with the agent, while a colleague sits at another browser, not ready."""

    house: House
    desk: DeskPage
    colleague: DeskPage
    call: CallThere
    since: int
    """Where the callers were in their log when the two heard each other."""

    def heard(self) -> int:
        """Where the callers are in their log."""
        return len(self.house.stage.callers.events)

    async def ask(self, typed: str = COLLEAGUE) -> None:
        """Consult whom these words find, without a mouse."""
        await self.desk.page.keyboard.press("Alt+KeyC")
        await self.desk.at("colleague-search").fill(typed)
        await expect(self.desk.at("colleague-option").first).to_have_attribute("aria-disabled", "false", timeout=FAR_MS)
        await self.desk.at("colleague-search").press("Enter")
        await self.desk.shows("consulting", "坐席戊 1005")

    async def speak(self) -> None:
        """The colleague picks up: the two agents hear each other, the caller hears music."""
        await self.colleague.answer()
        await self.desk.shows("hand-over")
        await self.desk.hears(MICROPHONE_HZ)
        await self.colleague.hears(MICROPHONE_HZ)
        await self.call.wait_for("unheard", deadline_s=15, since=self.since)


@pytest.fixture
def language() -> str:
    return "zh-CN"


@pytest_asyncio.fixture(loop_scope="session")
async def at_work(house: House, visit: Open, language: str) -> Talk:
    desk, colleague = await visit(language=language), await visit(COLLEAGUE, language=language)
    for page, phone in ((desk, PHONE), (colleague, "8102")):
        await page.enter()
        await page.take_phone(phone)
    await desk.ready()
    call = await talk(desk)
    return Talk(house, desk, colleague, call, len(house.stage.callers.events))


def hold_back(socket: WebSocketRoute, until: asyncio.Event) -> None:
    """Let the first frame through, and the others not before this."""
    first = True

    async def push(frame: str | bytes) -> None:
        nonlocal first
        if not first:
            await until.wait()
        first = False
        socket.send(frame)

    socket.connect_to_server().on_message(push)


async def over(at_work: Talk) -> None:
    """The caller hangs up, and nobody is bound."""
    await at_work.call.hang_up()
    await at_work.house.until_quiet()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_colleague_is_consulted_and_has_the_caller(at_work: Talk, language: str) -> None:
    nobody_free, asked, music, *_ = SAID[language]
    desk, colleague = at_work.desk, at_work.colleague
    await desk.at("consult").click()
    await desk.shows("nobody-free", nobody_free)
    await expect(desk.at("colleague-option").filter(has_text=COLLEAGUE)).to_have_attribute("aria-disabled", "true")
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.locator("dialog[open]")).to_have_count(0)
    await colleague.ready()

    # It rings: the colleague sees whose contact it is and who asks.
    await at_work.ask()
    await desk.shows("consulting", music)
    await colleague.shows("consulted", asked)
    await colleague.shows("pop-name", "测试客户丁4")
    await at_work.speak()
    # The contact is not his yet: no hold, no outcome.
    await expect(colleague.at("hold")).to_have_count(0)
    await expect(colleague.at("outcome-search")).to_have_count(0)

    heard = at_work.heard()
    await desk.page.keyboard.press("Alt+KeyT")
    await both_hear(colleague, at_work.call, since=heard)
    await at_work.house.until_agent(AGENT, "idle")
    await expect(desk.at("consulting")).to_have_count(0)
    await expect(colleague.at("consulted")).to_have_count(0)
    await colleague.shows("hold")
    await colleague.shows("outcome-search")
    assert at_work.house.facts_of(e.AgentHungUp)[-1].to == e.CONSULTED
    await over(at_work)


async def test_the_agent_goes_back_to_the_caller(at_work: Talk) -> None:
    desk, colleague = at_work.desk, at_work.colleague
    await colleague.ready()
    # Whoever is free in the queue; cancelled while it rings, the caller is on hold still.
    await at_work.ask("综合")
    await colleague.shows("consulted")
    await desk.page.keyboard.press("Alt+KeyC")
    await desk.shows("consult-ended", "客户仍在听音乐")
    await colleague.shows("no-pop")
    await at_work.house.until_agent(AGENT, "hold")

    await at_work.ask()
    await at_work.speak()
    heard = at_work.heard()
    await desk.at("back-to-caller").click()
    await both_hear(desk, at_work.call, since=heard)
    await at_work.house.until_agent(COLLEAGUE, "idle")
    await expect(desk.at("consulting")).to_have_count(0)
    await expect(desk.at("consult-ended")).to_have_count(0)
    await colleague.shows("no-pop")
    await over(at_work)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_why_nobody_came_is_said_at_the_spot(at_work: Talk, language: str) -> None:
    *_, refused, not_free = SAID[language]
    desk, colleague = at_work.desk, at_work.colleague
    await colleague.ready()
    await at_work.ask()
    await expect(colleague.at("hang-up")).to_be_enabled(timeout=FAR_MS)
    await colleague.at("hang-up").click()
    await desk.shows("consult-ended", refused)

    # He is free on the list, and no more when he is asked.
    await colleague.ready()
    asked = asyncio.Event()
    await desk.page.route_web_socket("**/colleagues", lambda socket: hold_back(socket, asked))
    await desk.page.keyboard.press("Alt+KeyC")
    row = desk.at("colleague-option").filter(has_text=COLLEAGUE)
    await expect(row).to_have_attribute("aria-disabled", "false", timeout=FAR_MS)
    await colleague.at("intent-not-ready").click()
    await colleague.at("reason-break").click()
    await at_work.house.until_agent(COLLEAGUE, "away")
    async with desk.page.expect_response("**/consult"):
        await row.click()
    asked.set()
    await desk.shows("consult-refused", not_free)
    await expect(row).to_have_attribute("aria-disabled", "true", timeout=FAR_MS)
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("Alt+KeyH")
    await at_work.house.until_agent(AGENT, "talking")
    await both_hear(desk, at_work.call)
    await over(at_work)


async def test_a_page_loaded_anew_in_a_consult_shows_it_and_has_its_voice_back(at_work: Talk) -> None:
    desk = at_work.desk
    await at_work.colleague.ready()
    await at_work.ask()
    await at_work.speak()
    await desk.page.reload()
    await desk.shows("hand-over")
    await desk.hears(MICROPHONE_HZ)
    await desk.at("hand-over").click()
    await at_work.colleague.hears(tone_of(at_work.call))
    await over(at_work)
