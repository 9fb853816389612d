"""What a caller meets in a flow, at the level of AGI's bytes: keys in, prompts and decisions out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.agi.line import AgiLine
from ivr.flow.document import read
from ivr.flow.ending import Broken, CallerLeft, Ending, HungUp, Routed
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, Surroundings
from ivr.flow.route import Route, decode_route
from ivr.flow.run import run
from tests.fakes.agi_caller import Customers, FakeCaller, Prompts

FACTS: dict[str, Any] = {
    "contact": "lab-1.1",
    "access": "95000",
    "caller": "+8613800000001",
    "entry": 0,
    "language": "zh-CN",
    "tier": "standard",
    "queue": "service",
}
HEAD = """\
version: 1
languages: {zh-CN: {}, en: {english: 1}}
start: first
limit: 20
on: {error: failed, limit: person}
steps:
  person: {action: queue}
  bye: {action: hang-up}
  failed: {action: say, prompts: [trouble], next: person}
"""
MENU = """\
  first:
    action: menu
    prompts: [hello, main-menu]
    tries: 3
    retry: {timeout: [nothing-heard], invalid: [not-an-option]}
    keys: {"1": billing, "#": bye}
    on: {timeout: person, invalid: bye}
  billing: {action: queue, queue: billing, skills: {billing: 3}, urgency_s: 60}
"""
COLLECT = """\
  first:
    action: collect
    prompts: [ask-meter]
    name: meter
    digits: {min: 3, max: 5}
    tries: 2
    secret: SECRET
    retry: {timeout: [nothing-heard], invalid: [not-an-option]}
    next: by-meter
    on: {timeout: bye, invalid: person}
  by-meter: {action: branch, value: collected.meter, cases: {"123": person}, otherwise: bye}
"""
IDENTIFY = """\
  first:
    action: identify
    account:
      prompts: [ask-account]
      digits: {min: 8, max: 8}
      tries: 2
      retry: {invalid: [account-unknown], timeout: [nothing-heard]}
    next: greet
    on: {unknown: bye, error: failed}
  greet: {action: say, prompts: [greeting], next: person}
"""


class Call:
    """One run: its ending, the caller as he was left, and what was noted."""

    def __init__(self, steps: str, script: str = "", *, flow: Flow | None = None, **given: Any) -> None:
        prompts, customers = given.pop("prompts", Prompts()), given.pop("customers", Customers())
        tiers = given.pop("tiers", ("standard", "gold", "vip"))
        flow = flow or Flow.model_validate(read("test.yaml", HEAD + steps).data)
        self.caller = FakeCaller(script)
        self.notes: list[tuple[str, str, str]] = []
        self.ways: list[tuple[str, ...]] = []
        self.ending: Ending = run(
            flow,
            AgiLine(self.caller),
            CallFacts(**(FACTS | given)),
            Surroundings(prompts=prompts, customers=customers, tiers=lambda: tiers),
            self,
        )

    def step(self, step: str, action: str, what: str) -> None:
        self.notes.append((step, action, what))

    def went(self, flow: str, step: str, way: tuple[str, ...]) -> None:
        self.ways.append((step, *way))

    @property
    def route(self) -> Route:
        assert isinstance(self.ending, Routed), self.ending
        return self.ending.route

    @property
    def said(self) -> list[str]:
        return [what for _, _, what in self.notes]


class TestMenu:
    def test_a_key_leads_on(self) -> None:
        call = Call(MENU, ".1")
        assert call.route == Route(
            queue="billing",
            tier="standard",
            language="zh-CN",
            access="95000",
            caller="+8613800000001",
            skills={"billing": 3},
            urgency=60,
        )

    def test_a_key_cuts_the_prompts_short(self) -> None:
        call = Call(MENU, "1")
        assert call.caller.heard == ["zh-CN/hello"]
        assert call.route.queue == "billing"

    def test_silence_and_wrong_keys_are_asked_again_with_their_own_words(self) -> None:
        call = Call(MENU, ".71")
        assert call.caller.heard == [
            "zh-CN/hello",
            "zh-CN/main-menu",
            "zh-CN/nothing-heard",
            "zh-CN/not-an-option",
        ]
        assert call.said == ["no key", "invalid key 7", "key 1", "to billing"]

    def test_after_the_last_try_silence_and_wrong_keys_part(self) -> None:
        assert isinstance(Call(MENU, "...").ending, Routed)
        assert isinstance(Call(MENU, "789").ending, HungUp)
        assert Call(MENU, "789").said[-2:] == ["invalid", "hung up"]

    def test_the_terminator_is_a_key_too(self) -> None:
        assert Call(MENU, "#").ending == HungUp("bye")


class TestCollect:
    @pytest.mark.parametrize(
        ("script", "found"),
        [("123#", "123"), ("12345", "12345"), ("123.", "123"), (".1234#", "1234"), ("1#456#", "456")],
    )
    def test_digits_end_by_number_by_terminator_or_by_a_pause(self, script: str, found: str) -> None:
        call = Call(COLLECT.replace("SECRET", "false"), script)
        assert f"digits {found}" in call.said

    @pytest.mark.parametrize(
        ("script", "end"), [("..", HungUp("bye")), ("1#2#", "person"), ("1*3#*#", "person"), ("##", "person")]
    )
    def test_after_the_last_try_too_few_and_none_part(self, script: str, end: Any) -> None:
        ending = Call(COLLECT.replace("SECRET", "false"), script).ending
        assert ending == end or (isinstance(ending, Routed) and ending.step == end)

    def test_digits_go_with_the_caller(self) -> None:
        assert Call(COLLECT.replace("SECRET", "false"), "123#").route.learned == {"meter": "123"}

    def test_secret_digits_branch_but_are_neither_noted_nor_passed_on(self) -> None:
        call = Call(COLLECT.replace("SECRET", "true"), "98765", customers=Customers())
        assert call.ending == HungUp("bye")
        call = Call(COLLECT.replace("SECRET", "true"), "12#123#")
        assert call.route.learned == {}
        assert call.said[:3] == ["invalid 2 digits", "3 digits", "to person"]
        assert "123" not in str(call.caller.variables)


class TestIdentify:
    KNOWN = Customers(n8613800000001=("C1", "vip", None), n10000001=("C7", "gold", "en"))

    def test_by_number_says_nothing(self) -> None:
        call = Call(IDENTIFY, customers=self.KNOWN)
        assert (call.route.customer, call.route.tier) == ("C1", "vip")
        assert call.caller.heard == ["zh-CN/greeting"]

    def test_by_account_after_a_second_try_in_the_customers_language(self) -> None:
        call = Call(IDENTIFY, "99999999" + "10000001", caller="", customers=self.KNOWN)
        assert (call.route.customer, call.route.tier, call.route.language) == ("C7", "gold", "en")
        assert call.route.skills == {"english": 1}
        assert call.caller.heard[-1] == "en/greeting"
        assert "99999999" not in str(call.notes)

    def test_the_terminator_alone_says_that_there_is_no_account(self) -> None:
        call = Call(IDENTIFY, "#", caller="", customers=self.KNOWN)
        assert call.ending == HungUp("bye")
        assert call.said == ["no account", "unknown", "hung up"]

    def test_silence_is_asked_again_and_then_unknown(self) -> None:
        call = Call(IDENTIFY, caller="", customers=self.KNOWN)
        assert call.caller.heard == ["zh-CN/ask-account", "zh-CN/nothing-heard", "zh-CN/ask-account"]
        assert call.ending == HungUp("bye")

    def test_a_look_up_that_fails_has_its_way_and_names_nobody(self) -> None:
        call = Call(IDENTIFY, customers=Customers(broken=True))
        assert call.caller.heard == ["zh-CN/trouble"]
        assert call.said[0] == "error: OSError"
        assert isinstance(call.ending, Routed)

    def test_a_tier_the_plan_has_no_more_gives_way_to_the_access_numbers(self) -> None:
        steps = IDENTIFY.replace("next: person}", "next: by-tier}") + (
            "  by-tier: {action: branch, value: tier, cases: {standard: person}, otherwise: bye}\n"
        )
        call = Call(steps, customers=self.KNOWN, tiers=("standard", "gold"))
        assert (call.route.customer, call.route.tier) == ("C1", "standard")
        assert ("person", "queue", "the plan has no tier 'vip', taken as 'standard'") in call.notes

    def test_a_language_chosen_by_the_caller_stays(self) -> None:
        steps = "  first: {action: language, language: zh-CN, next: who}\n" + IDENTIFY.replace("first:", "who:")
        customers = Customers(n8613800000001=("C1", "vip", "en"))
        assert Call(steps, customers=customers).route.language == "zh-CN"


class TestBranch:
    @pytest.mark.parametrize(
        ("value", "case", "given"),
        [
            ("access", "95001", {"access": "95001"}),
            ("tier", "gold", {"tier": "gold"}),
            ("language", "en", {"language": "en"}),
            ("customer", "unknown", {}),
            ("try", "2", {"entry": 2}),
        ],
    )
    def test_by_equality(self, value: str, case: str, given: dict[str, Any]) -> None:
        steps = f"  first: {{action: branch, value: {value}, cases: {{'{case}': bye}}, otherwise: person}}\n"
        assert Call(steps, **given).ending == HungUp("bye")
        assert isinstance(Call(steps.replace(f"'{case}'", "'other'"), **given).ending, Routed)


class TestLastActs:
    def test_of_a_queue_step_are_the_route_and_then_the_next(self) -> None:
        call = Call("  first: {action: queue}\n")
        (name, route), last = call.caller.variables
        assert (name, last) == ("HOTLINE_ROUTE", ("HOTLINE_NEXT", "queue"))
        assert decode_route(route) == call.route
        assert call.caller.commands[-1] == "SET VARIABLE HOTLINE_NEXT queue"

    def test_of_a_hang_up_is_the_next(self) -> None:
        assert Call("  first: {action: hang-up}\n").caller.variables == [("HOTLINE_NEXT", "hangup")]

    def test_a_queue_step_without_a_queue_takes_the_access_numbers(self) -> None:
        assert Call("  first: {action: queue}\n", queue="vip", tier="vip").route.queue == "vip"

    def test_a_language_the_flow_does_not_speak_gives_way_to_its_first(self) -> None:
        assert Call("  first: {action: queue}\n", language="fr").route.language == "zh-CN"


class TestWhenThingsFail:
    @pytest.mark.parametrize(("script", "step"), [("!", "first"), (".!", "first"), ("1!", "first")])
    def test_a_hang_up_says_in_which_step(self, script: str, step: str) -> None:
        call = Call(COLLECT.replace("SECRET", "false"), script)
        assert call.ending == CallerLeft(step)
        assert call.caller.variables == []
        assert call.said[-1] == "caller left"

    def test_a_missing_prompt_goes_the_way_of_an_error(self) -> None:
        call = Call(MENU, prompts=Prompts("main-menu"))
        assert call.caller.heard == ["zh-CN/trouble"]
        assert isinstance(call.ending, Routed)

    def test_a_sound_that_asterisk_cannot_play_does_too(self) -> None:
        assert Call(MENU, "x").caller.heard == ["zh-CN/hello", "zh-CN/trouble"]

    def test_a_call_that_is_not_answered_is_opened_for_its_first_prompt(self) -> None:
        said = Call("  first: {action: say, prompts: [hello], next: first}\n")
        opened = [command.startswith("EXEC Progress") for command in said.caller.commands]
        assert opened.count(True) == 1
        assert opened.index(True) < [one.startswith("STREAM FILE") for one in said.caller.commands].index(True)

    def test_one_that_is_answered_needs_no_opening(self) -> None:
        said = Call("  first: {action: answer, next: again}\n  again: {action: say, prompts: [hello], next: first}\n")
        assert not any(command.startswith("EXEC") for command in said.caller.commands)

    def test_a_silent_asterisk_breaks_the_run_and_nothing_is_told(self) -> None:
        call = Call(MENU, ".?")
        assert call.ending == Broken("first", "Asterisk gave no answer in time")
        assert call.caller.variables == []

    def test_a_circle_ends_at_the_limit_by_the_stated_way(self) -> None:
        call = Call("  first: {action: answer, next: again}\n  again: {action: answer, next: first}\n")
        assert isinstance(call.ending, Routed)
        assert [action for _, action, _ in call.notes].count("answer") == 20
        assert ("first", "limit", "20 steps taken") in call.notes

    def test_an_error_way_that_fails_too_ends_at_the_limit(self) -> None:
        call = Call(MENU, prompts=Prompts("main-menu", "trouble"))
        assert isinstance(call.ending, Routed)

    def test_a_last_step_that_fails_leaves_the_call_to_the_dialplan(self) -> None:
        long = "1" * 3000
        call = Call("  first: {action: queue}\n", access=long)
        assert isinstance(call.ending, Broken)
        assert call.ending.step == "person"
        assert "shorten the value" in call.ending.why
        assert call.caller.variables == []


names = st.sampled_from(["a", "b", "c", "d", "e"])
steps = st.one_of(
    st.fixed_dictionaries({"action": st.just("answer"), "next": names}),
    st.fixed_dictionaries({"action": st.just("say"), "prompts": st.just(["hello"]), "next": names}),
    st.fixed_dictionaries(
        {
            "action": st.just("menu"),
            "prompts": st.just(["hello"]),
            "tries": st.integers(1, 3),
            "keys": st.dictionaries(st.sampled_from("0123456789*#"), names, min_size=1),
            "on": st.fixed_dictionaries({"timeout": names, "invalid": names}, optional={"error": names}),
        }
    ),
    st.fixed_dictionaries(
        {
            "action": st.just("collect"),
            "prompts": st.just(["hello"]),
            "name": st.just("meter"),
            "digits": st.just({"min": 2, "max": 4}),
            "secret": st.booleans(),
            "next": names,
            "on": st.fixed_dictionaries({"timeout": names, "invalid": names}),
        }
    ),
    st.fixed_dictionaries(
        {"action": st.just("identify"), "next": names, "on": st.fixed_dictionaries({"unknown": names})}
    ),
    st.fixed_dictionaries(
        {
            "action": st.just("branch"),
            "value": st.just("collected.meter"),
            "cases": st.just({"12": "a"}),
            "otherwise": names,
        }
    ),
    st.just({"action": "queue"}),
    st.just({"action": "hang-up"}),
)


@given(
    st.fixed_dictionaries({name: steps for name in "abcde"}),
    st.text("0123456789*#....,,!x?", max_size=60),
    st.booleans(),
    st.sets(st.sampled_from(["hello", "trouble"]), max_size=1),
)
def test_whatever_a_flow_and_a_caller_do_it_ends(flow: Any, script: str, broken: bool, absent: set[str]) -> None:
    """Any flow, circles included, and any keys, silence, failure or hang-up: a stated end within the limit."""
    head: dict[str, Any] = read("test.yaml", HEAD).data
    read_flow = Flow.model_validate(
        head | {"start": "a", "on": {"error": "b", "limit": "person"}, "steps": head["steps"] | flow}
    )
    call = Call("", script, flow=read_flow, prompts=Prompts(*absent), customers=Customers(broken=broken))
    most_notes_a_step = 5
    assert len(call.notes) <= (read_flow.limit + 1) * most_notes_a_step
    match call.ending:
        case Routed(_, route):
            assert [name for name, _ in call.caller.variables] == ["HOTLINE_ROUTE", "HOTLINE_NEXT"]
            assert decode_route(call.caller.variables[0][1]) == route
        case HungUp():
            assert call.caller.variables == [("HOTLINE_NEXT", "hangup")]
        case CallerLeft():
            assert "!" in script
        case Broken():
            assert "?" in script
        case _:
            raise AssertionError(call.ending)
