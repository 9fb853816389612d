"""Text known only at run time: the live voice says it, or else the flow says what it has instead."""

import pytest

from ivr.agi.line import AgiLine
from ivr.flow.document import read
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, Surroundings, Voice
from ivr.flow.run import run
from tests.fakes.agi_caller import Customers, FakeCaller, Prompts

FLOW = """\
version: 1
languages: {zh-CN: {}}
start: first
limit: 5
on: {error: bye, limit: bye}
steps:
  first: {action: say, prompts: [hello, {text: caller, otherwise: [dear-customer]}, thanks], next: bye}
  bye: {action: hang-up}
"""


class Nobody:
    def step(self, step: str, action: str, what: str) -> None: ...

    def went(self, flow: str, step: str, way: tuple[str, ...]) -> None: ...


class Speaks:
    async def speak(self, text: str, language: str) -> str | None:
        return f"spoken/{language}/{text}"


class TooSlow:
    async def speak(self, text: str, language: str) -> str | None:
        return None


@pytest.mark.parametrize(
    ("voice", "said"),
    [(Speaks(), "spoken/zh-CN/+8613800000001"), (TooSlow(), "zh-CN/dear-customer"), (None, "zh-CN/dear-customer")],
    ids=["in time", "too slow", "not installed"],
)
def test_it_is_spoken_or_its_alternative_is_said(voice: Voice | None, said: str) -> None:
    caller = FakeCaller("")
    facts = CallFacts(
        contact="lab-1.1",
        access="95000",
        caller="+8613800000001",
        entry=0,
        language="zh-CN",
        tier="standard",
        queue="service",
    )
    flow = Flow.model_validate(read("test.yaml", FLOW).data)
    around = Surroundings(prompts=Prompts(), customers=Customers(), tiers=lambda: (), voice=voice)
    run(flow, AgiLine(caller), facts, around, Nobody())
    assert caller.heard == ["zh-CN/hello", said, "zh-CN/thanks"]
