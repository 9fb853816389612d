"""The desk as a person uses it, in a real browser."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect

from config.lab.peers.process import CallThere
from tests.fakes.house import House

MICROPHONE_HZ = 725
"""What every browser of the suite says: one of the tones that the lab's peers know."""
FAR_MS = 15_000


@dataclass
class DeskPage:
    """One agent's page. `page` is Playwright's."""

    house: House
    page: Page
    agent: str

    def at(self, name: str) -> Locator:
        """A part of the page, by its data-testid."""
        return self.page.get_by_test_id(name)

    async def shows(self, name: str, text: str | None = None) -> None:
        """Wait until a part of the page is there, with this text."""
        if text is None:
            await expect(self.at(name)).to_be_visible(timeout=FAR_MS)
        else:
            await expect(self.at(name)).to_contain_text(text, timeout=FAR_MS)

    async def enter(self, path: str = "/") -> None:
        """Open the page and sign in as a person."""
        await self.page.goto(f"{self.house.stage.base}{path}")
        await self.at("login").fill(self.agent)
        await self.at("password").fill(self.house.stage.passwords[self.agent])
        await self.at("sign-in").click()

    async def take_phone(self, extension: str) -> None:
        """签入 on a phone and wait until it can be reached."""
        await self.at("extension").select_option(extension)
        await self.at("take-phone").click()
        await self.reachable()

    async def reachable(self) -> None:
        """Wait until the page's phone is registered."""
        # The page says it of itself; to the floor the extension may still be there from another page.
        await expect(self.at("phone")).to_have_attribute("data-registration", "registered", timeout=FAR_MS)
        await self.house.until(lambda board: board["agents"][self.agent]["reachable"], f"phone of {self.agent}")

    async def ready(self) -> None:
        """置闲."""
        await self.at("intent-ready").click()
        await self.house.until_agent(self.agent, "idle")

    async def answer(self) -> None:
        """Pick up the call that rings."""
        await self.at("answer").click(timeout=FAR_MS)
        await self.house.until_agent(self.agent, "talking")

    async def hears(self, hz: int) -> None:
        """Wait until this tone is what the page plays."""
        await self.page.wait_for_function("hz => Math.abs(hotlineHears() - hz) < 12", arg=hz, timeout=FAR_MS)

    async def hears_not(self, hz: int) -> None:
        """Wait until it plays something else, or nothing."""
        await self.page.wait_for_function("hz => Math.abs(hotlineHears() - hz) > 30", arg=hz, timeout=FAR_MS)

    async def choose_outcome(self, typed: str = "") -> None:
        """Find an outcome by typing and choose the first one found."""
        await self.at("outcome-search").fill(typed)
        await self.at("outcome-search").press("Enter")

    async def marks(self, name: str) -> list[float]:
        """When the page noted this, ms since it was opened."""
        found: list[Any] = await self.page.evaluate(
            "name => performance.getEntriesByName(name, 'mark').map((mark) => mark.startTime)", name
        )
        return [float(each) for each in found]


async def talk(desk: DeskPage, caller: str = "13800000004") -> CallThere:
    """A caller is answered by this page, and both hear each other."""
    call = await desk.house.call(caller=caller)
    await desk.answer()
    await both_hear(desk, call)
    return call


async def both_hear(desk: DeskPage, call: CallThere, since: int = 0) -> None:
    """The caller hears the page's microphone, the page hears the caller."""
    await call.wait_for("heard", deadline_s=15, since=since, tone_hz=MICROPHONE_HZ)
    await desk.hears(tone_of(call))


def tone_of(call: CallThere) -> int:
    """The caller's own tone in Hz."""
    dialled = next(
        event for event in call.peers.events if event["event"] == "dialled" and event["call_id"] == call.call_id
    )
    return int(dialled["tone_hz"])
