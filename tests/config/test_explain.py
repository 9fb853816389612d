"""`hotline explain`: reasons of a running hotline in a terminal, in the reader's language."""

import io

import pytest
from rich.console import Console

from acd.plan import Preferred
from config.explain_cli import reasons, told
from cti.api.operator_pass import FILE, read_pass
from cti.api.serve import ApiServer
from cti.problems import Refused
from tests.cti.api.conftest import _filled, filled, hotline, quick
from tests.cti.api.hotline import Hotline

__all__ = ["_filled", "filled", "hotline", "quick"]


def shown(found: dict[str, object], language: int) -> str:
    console = Console(file=io.StringIO(), width=100, soft_wrap=True)
    console.print(told(found, language))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_it_tells_of_an_agent_or_a_contact_and_refuses_anything_else(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = ApiServer(hotline.app, "127.0.0.1", 0)
    await served.start()
    pass_ = read_pass(hotline.parts.sessions.file.with_name(FILE))
    hotline.on_duty()
    hotline.talk()
    hotline.call("pbx1-1.2")
    hotline.queue("pbx1-1.2", preferred=(Preferred(agents=("1001",), for_ms=600_000),))
    await hotline.written()
    text = shown(await reasons(pass_, "pbx1-1.1"), 0)
    assert "It talks with agent 1001." in text
    assert "offered to 1001, with a score of 0 s" in text
    assert "chosen: he came first in the order of agents: 1001" in text
    assert "contact pbx1-1.1 is his" in shown(await reasons(pass_, "1001"), 0)
    with pytest.raises(Refused, match="no agent of the plan and no contact"):
        await reasons(pass_, "9999")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "正与另一来电者通话: 1001" in shown(await reasons(pass_, "pbx1-1.2"), 1)
    assert "先等待其优先坐席：1001。" in shown(await reasons(pass_, "pbx1-1.2"), 1)
    await served.stop()
