"""`hotline status`: the floor in a terminal, in the reader's language, live."""

import asyncio
import io
import json

import pytest
from rich.console import Console

from acd import events as e
from config import status_cli
from config.status_cli import picture, standing
from cti.api.operator_pass import FILE, read_pass
from cti.api.serve import ApiServer
from cti.problems import Refused
from tests.cti.api.conftest import _filled, filled, hotline, quick
from tests.cti.api.hotline import Hotline

__all__ = ["_filled", "filled", "hotline", "quick"]


def shown(hotline: Hotline, language: int, *, later_ms: int = 0) -> str:
    console = Console(file=io.StringIO(), width=80)
    view = json.loads(hotline.parts.views.floor().model_dump_json())
    console.print(picture(view, view["at"] + later_ms, language))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_queues_and_agents_who_are_here(hotline: Hotline) -> None:
    hotline.on_duty("1004")
    hotline.call()
    hotline.queue("pbx1-1.1", "vip")
    text = shown(hotline, 0, later_ms=61_000)
    assert "live contacts 1" in text
    assert "callbacks pending 0" in text
    assert "at most 2:00 later" in text
    lines = {words[0]: words for line in text.splitlines() if (words := line.split())}
    assert lines["vip"] == ["vip", "1", "1:01", "0", "0", "0", "1", "0", "0"]
    assert lines["1004"][:4] == ["1004", "坐席丁", "8001", "idle"]
    assert "1001" not in text
    assert "…" not in text


async def test_how_many_are_to_be_called_back_and_in_which_queues(hotline: Hotline) -> None:
    view = json.loads(hotline.parts.views.floor().model_dump_json())
    for queue, count in zip(view["queues"], (2, 1), strict=False):
        queue["callbacks"] = count
    first, second = (queue["queue"] for queue in view["queues"][:2])
    console = Console(file=io.StringIO(), width=80)
    console.print(picture(view, view["at"], 0))
    assert isinstance(console.file, io.StringIO)
    assert f"callbacks pending 3 ({first} 2, {second} 1)" in console.file.getvalue()


async def test_a_queue_that_is_switched_over_stands_above_everything(hotline: Hotline) -> None:
    now = hotline.now()
    hotline.loop.tell(e.EmergencySwitchedOn(at=now, queue="service", to=e.EmergencyWay.QUEUE, who="lead"))
    banner = [shown(hotline, language, later_ms=61_000).splitlines()[0] for language in (0, 1)]
    assert banner[0].startswith("EMERGENCY: service is switched over to another queue, for 1:01, by lead")
    assert "应急切换：service 已切换到其他技能组" in banner[1]


async def test_chinese_for_who_reads_chinese(hotline: Hotline) -> None:
    hotline.on_duty("1004")
    text = shown(hotline, 1)
    assert "技能组" in text
    assert "空闲" in text
    assert "longest" not in text


@pytest.mark.parametrize(
    ("agent", "word"),
    [
        ({"state": "talking", "intent": "not_ready", "set_aside": None}, "talking"),
        ({"state": "away", "intent": "not_ready", "set_aside": None}, "not_ready"),
        ({"state": "away", "intent": "ready", "set_aside": "no_answer"}, "set_aside"),
        ({"state": "away", "intent": "ready", "set_aside": None}, "unreachable"),
    ],
)
def test_an_agent_in_one_word(agent: dict[str, object], word: str) -> None:
    assert standing(agent) == word


def test_every_word_is_there_in_both_languages() -> None:
    for english, chinese in status_cli.WORDS.values():
        assert english.isascii()
        assert not chinese.isascii()


async def test_it_follows_a_running_hotline_until_that_ends(hotline: Hotline) -> None:
    served = ApiServer(hotline.app, "127.0.0.1", 0)
    await served.start()
    pass_ = read_pass(hotline.parts.sessions.file.with_name(FILE))
    assert (await status_cli._floor(pass_))["contacts"] == 0
    screen = Screen()
    following = asyncio.create_task(status_cli._follow(pass_, Console(file=screen, force_terminal=True, width=160)))
    await screen.shows("queue")
    hotline.on_duty("1004")
    await screen.shows("坐席丁")
    await served.stop()
    with pytest.raises(Refused, match="the hotline ended: start it again"):
        await following


class Screen(io.StringIO):
    """A terminal that tells when a text has come."""

    def __init__(self) -> None:
        super().__init__()
        self._came = asyncio.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        self._came.set()
        return written

    async def shows(self, text: str) -> None:
        async with asyncio.timeout(5):
            while text not in self.getvalue():
                self._came.clear()
                await self._came.wait()
