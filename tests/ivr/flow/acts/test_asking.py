"""What takes keys, on a FastAGI line at the level of bytes."""

import pytest

from ivr.flow.ending import HungUp
from tests.ivr.flow.acts.call import Call


class TestAsking:
    COLLECT = """\
  first:
    action: collect
    prompts: [ask]
    name: seen
    digits: {min: 3, max: 11}
    tries: 1
    MORE
    next: person
    on: {timeout: bye, invalid: failed}
"""

    @pytest.mark.parametrize(
        ("more", "keys", "digits"),
        [
            ("pattern: 1[3-9]XXXXXXXXX", "13800138000", "13800138000"),
            ("pattern: 1[3-9]XXXXXXXXX", "12800138000", None),
            ("check: luhn", "79927398713", "79927398713"),
            ("check: luhn", "79927398710", None),
            ("between_s: 2", "1234#", "1234"),
            ("between_s: 2", "123.", "123"),
            ("ends: '*'", "1234*", "1234"),
            ("ends: ''", "123#.", None),
        ],
    )
    def test_digits_must_look_right(self, more: str, keys: str, digits: str | None) -> None:
        call = Call(self.COLLECT.replace("MORE", more), keys)
        if digits is None:
            assert call.route.queue == "failed"
        else:
            assert call.route.learned["seen"] == digits

    def test_the_time_between_keys_is_its_own(self) -> None:
        call = Call(self.COLLECT.replace("MORE", "timeout_s: 6\n    between_s: 2\n    ends: '*'"), "1234*")
        waits = [command for command in call.caller.commands if command.startswith("WAIT FOR DIGIT")]
        # The first key came while the prompt was played.
        assert waits == ["WAIT FOR DIGIT 2000"] * 4

    def test_a_score_is_kept_and_thanked_for(self) -> None:
        steps = """\
  first:
    action: survey
    prompts: [survey-score]
    name: clear
    scores: {"1": 5, "2": 1}
    thanks: [survey-thanks]
    tries: 2
    next: bye
    on: {timeout: person, invalid: person}
"""
        call = Call(steps, ".2")
        assert (call.ending, call.kept.scores) == (HungUp("bye"), [("clear", 1)])
        assert call.caller.heard[-1] == "zh-CN/survey-thanks"
        assert Call(steps, "99").kept.scores == []
