"""What decides where a caller goes next, sub-flows included."""

import pytest

from ivr.flow.ending import Dialling, Routed
from tests.ivr.flow.acts.call import Call

PIN = """\
  first:
    action: collect
    prompts: [ask]
    name: pin
    digits: {min: 4, max: 4}
    secret: true
    next: then
    on: {timeout: bye, invalid: bye}
"""


class TestDeciding:
    def test_the_first_true_condition_decides(self) -> None:
        steps = """\
  first:
    action: branch
    when: [{condition: tier == 'vip', next: bye}, {condition: "starts(caller, '+86')", next: person}]
    otherwise: failed
"""
        assert Call(steps).ways[0] == ("first", "when", "1", "next")
        assert Call(steps, caller="+1").route.queue == "failed"

    def test_a_fault_of_an_expression_is_a_failure(self) -> None:
        assert Call("  first: {action: set, values: {seen: tier + 1}, next: person}\n").route.queue == "failed"

    def test_what_is_set_from_a_secret_is_secret(self) -> None:
        then = """  then: {action: set, values: {secret: collected.pin + 'x', seen: "'y'"}, next: person}\n"""
        call = Call(PIN + then, "1234")
        assert call.route.learned == {"seen": "y"}
        assert "1234" not in str(call.notes) + str(call.caller.variables)

    def test_of_a_table_of_secrets_no_case_is_told(self) -> None:
        then = """  then: {action: branch, value: collected.pin, cases: {"1234": person}, otherwise: bye}\n"""
        call = Call(PIN + then, "1234")
        assert call.route.queue == "service"
        assert ("then", "cases") in call.ways

    @pytest.mark.parametrize(
        ("state", "way", "learned"),
        [
            ("open", "open", {}),
            ("closed", "closed", {"hours.opens": "2026-03-05T08:30"}),
            ("holiday", "closed", {"hours.opens": "2026-03-05T08:30"}),
        ],
    )
    def test_hours_say_when_it_opens(self, state: str, way: str, learned: dict[str, str]) -> None:
        call = Call("  first: {action: hours, open: person, closed: person}\n", state=state)
        assert call.ways[0] == ("first", way)
        assert call.route.learned == learned

    def test_hours_that_nobody_names_are_a_failure(self) -> None:
        assert Call("  first: {action: hours, open: person, closed: bye}\n", hours="").route.queue == "failed"


class TestSubFlows:
    SUB = """\
version: 1
languages: {zh-CN: {}, en: {}}
parameters: [given]
start: set
on: {error: back, limit: back}
steps:
  set: {action: set, values: {seen: given + 1, secret: "'x'"}, next: back}
  back: {action: return, result: done, values: {due: seen * 2}}
"""
    MAIN = """\
  first: {action: set, values: {seen: "'mine'"}, next: into}
  into: {action: flow, flow: sub, give: {given: 20 + 1}, into: found, results: {done: person}}
"""

    def test_what_is_given_comes_back_and_what_is_set_stays_there(self) -> None:
        call = Call(self.MAIN, subs={"sub": self.SUB})
        assert call.route.learned == {"seen": "mine", "found.due": "44"}
        assert [way for way in call.ways if way[0] in ("into", "back")] == [("back",), ("into", "results", "done")]

    def test_a_flow_there_is_not_a_result_without_a_way_and_a_circle_are_failures(self) -> None:
        assert Call(self.MAIN).route.queue == "failed"
        assert Call(self.MAIN, subs={"sub": self.SUB.replace("result: done", "result: odd")}).route.queue == "failed"
        circle = self.SUB.replace(
            "  back: {action: return, result: done, values: {due: seen * 2}}",
            "  back: {action: flow, flow: sub, give: {given: seen}, results: {done: back}}",
        )
        assert isinstance(Call(self.MAIN, subs={"sub": circle}).ending, Routed)

    def test_who_comes_back_into_a_sub_flow_is_still_in_it(self) -> None:
        sub = (
            self.SUB.replace("next: back}", "next: away}")
            + "  away: {action: transfer, to: '10086', on: {timeout: back}}\n"
        )
        away = Call(self.MAIN, subs={"sub": sub})
        assert away.ending == Dialling("away")
        back = Call(self.MAIN, subs={"sub": sub}, resume=(away.resume, "NOANSWER"))
        assert back.route.learned == {"seen": "mine", "found.due": "44"}
