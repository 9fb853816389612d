"""What speaks, on a FastAGI line at the level of bytes."""

from ivr.flow.ending import HungUp
from tests.ivr.flow.acts.call import Call


class TestSpeaking:
    def test_values_are_read_out_in_prompts_and_by_themselves(self) -> None:
        say = """\
  first: {action: set, values: {due: 12.5 * 2, name: "'Li'"}, next: say}
  say:
    action: say
    prompts: [{prompt: balance, values: {amount: due}}, {value: due, kind: money}, {text: name, otherwise: [hello]}]
    next: bye
"""
        call = Call(say)
        assert call.caller.heard == ["zh-CN/balance", "amount=25", "zh-CN/money 25", "zh-CN/hello"]

    def test_only_what_is_announced_for_the_area_is_said(self) -> None:
        steps = "  first: {action: set, values: {area: \"'east'\"}, next: tell}\n"
        steps += "  tell: {action: announce, area: area, next: count}\n"
        steps += "  count: {action: branch, value: announced, cases: {'1': bye}, otherwise: person}\n"
        assert Call(steps).caller.heard == ["zh-CN/emergency-notice"]
        assert Call(steps).ending == HungUp("bye")
        assert Call(steps.replace("'east'", "'west'")).caller.heard == []
