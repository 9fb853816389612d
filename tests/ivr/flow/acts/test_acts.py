"""What each action does, on a FastAGI line at the level of bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from acd.plan import Preferred
from cti.customers.pins import PinVerdict
from cti.flows.items import ItemKind, NewItem
from cti.hours.opening import Opening
from cti.records.returning import Returning
from ivr.agi.line import AgiLine
from ivr.flow.document import read
from ivr.flow.ending import Dialling, Ending, HungUp, Routed
from ivr.flow.line import Party
from ivr.flow.model import Flow
from ivr.flow.ports import CallFacts, SourceFailed, Surroundings, Wish
from ivr.flow.resume import RESUME_VARIABLE, read_resume
from ivr.flow.route import Route
from ivr.flow.run import run
from tests.fakes.agi_caller import Customers, FakeCaller, Prompts

HEAD = """\
version: 1
languages: {zh-CN: {}, en: {english: 1}}
start: first
limit: 20
on: {error: failed, limit: person}
steps:
  person: {action: queue, carry: [seen, found.due, secret, item, list.reason, hours.opens]}
  bye: {action: hang-up}
  failed: {action: queue, queue: failed}
"""
FACTS: dict[str, Any] = {
    "contact": "lab-1.1",
    "access": "95000",
    "caller": "+8613800000001",
    "entry": 0,
    "language": "zh-CN",
    "tier": "standard",
    "queue": "service",
    "hours": "office",
}


@dataclass
class Source:
    """Answers what it is told to."""

    answer: Any
    within_s: float = 0.05

    async def ask(self, values: Mapping[str, str]) -> Any:
        self.asked = dict(values)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Scores:
    """Keeps scores."""

    def __init__(self, kept: list[tuple[str, int]]) -> None:
        self.kept = kept

    async def add(self, contact: str, question: str, score: int, at: int) -> None:
        self.kept.append((question, score))


class Kept:
    """Items, lists, broadcasts and PINs as one."""

    def __init__(self) -> None:
        self.items: list[NewItem] = []
        self.scores: list[tuple[str, int]] = []
        self.listing: Any = None
        self.verdicts: list[PinVerdict] = []

    async def add(self, item: NewItem) -> str:
        self.items.append(item)
        return "000042"

    async def find(self, number: str, at: int) -> Any:
        return self.listing

    async def on(self, area: str, at: int) -> Sequence[str]:
        return ["emergency-notice"] if area == "east" else []

    async def check(self, customer: str, pin: str) -> PinVerdict:
        return self.verdicts.pop(0)


class Called:
    """One callback at most: the number it waits for, and the contact that took its place over."""

    def __init__(self, waiting: str | None = None, *, takes: bool = True) -> None:
        self.waiting = waiting
        self.into: str | None = None
        self.wishes: list[Wish] = []
        self._takes = takes

    def waits(self, number: str, customer: str | None) -> bool:
        return self.waiting == number

    def ask(self, wish: Wish) -> bool:
        self.wishes.append(wish)
        return self._takes

    def cancel(self, contact: str, number: str, customer: str | None, *, back: bool) -> bool:
        waited, self.waiting = self.waits(number, customer), None
        self.into = contact if waited and back else None
        return waited


class Call:
    """One run: its ending, the caller as he was left, what was noted."""

    def __init__(self, steps: str, script: str = "", *, resume: tuple[str, str] | None = None, **given: Any) -> None:
        self.kept: Kept = given.pop("kept", None) or Kept()
        sources = given.pop("sources", {})
        people = given.pop("people", ())
        state = given.pop("state", "open")
        subs = {
            name: Flow.model_validate(read(f"{name}.yaml", text).data | {"name": name})
            for name, text in given.pop("subs", {}).items()
        }
        flow = Flow.model_validate(read("test.yaml", HEAD + steps).data | {"name": "test"})
        self.caller = FakeCaller(script, channel={"HOTLINE_FOLDER": "/var/messages"})
        self.notes: list[tuple[str, str, str]] = []
        self.ways: list[tuple[str, ...]] = []
        opens = datetime.fromisoformat("2026-03-05T08:30+08:00")
        around = Surroundings(
            prompts=Prompts(),
            customers=Customers(n8613800000001=("C1", "standard", None)),
            tiers=lambda: ("standard",),
            sources=sources,
            pins=self.kept,
            lists=self.kept,
            items=self.kept,
            scores=Scores(self.kept.scores),
            broadcasts=self.kept,
            hours=lambda name, now: Opening(state, "", None if state == "open" else opens),
            duty=lambda name, now: people,
            returning=given.pop("returning", None),
            callbacks=given.pop("callbacks", None),
        )
        taken_up = None if resume is None else read_resume(*resume)
        facts = CallFacts(**(FACTS | given))
        self.ending: Ending = run(flow, AgiLine(self.caller), facts, around, self, subs, taken_up)

    def step(self, step: str, action: str, what: str) -> None:
        self.notes.append((step, action, what))

    def went(self, flow: str, step: str, way: tuple[str, ...]) -> None:
        self.ways.append((step, *way))

    @property
    def route(self) -> Route:
        assert isinstance(self.ending, Routed), (self.ending, self.notes)
        return self.ending.route

    @property
    def resume(self) -> str:
        return dict(self.caller.variables)[RESUME_VARIABLE]


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


class TestFindingOut:
    LOOK = """\
  first:
    action: look-up
    source: bills
    ask: {account: "'1'", caller: caller}
    into: found
    next: person
    on: {none: bye, timeout: bye}
"""

    def test_an_answer_becomes_values_that_the_agent_sees(self) -> None:
        source = Source({"due": Decimal("12.50")})
        call = Call(self.LOOK, sources={"bills": source})
        assert call.route.learned == {"found.due": "12.5"}
        assert source.asked == {"account": "1", "caller": "+8613800000001"}

    @pytest.mark.parametrize(
        ("answer", "way"),
        [(None, ("on", "none")), (SourceFailed("status 500"), ("on", "error")), (OSError("4711"), ("on", "error"))],
    )
    def test_nothing_and_failures_have_ways_of_their_own(self, answer: Any, way: tuple[str, str]) -> None:
        call = Call(self.LOOK, sources={"bills": Source(answer)})
        assert call.ways[0] == ("first", *way)
        assert "4711" not in str(call.notes)

    def test_a_source_there_is_not_is_a_failure(self) -> None:
        assert Call(self.LOOK).route.queue == "failed"

    PIN = """\
  first:
    action: identify
    pin: {prompts: [ask-pin], digits: {min: 4, max: 4}, tries: 2, retry: {invalid: [pin-wrong]}}
    next: proved
    on: {unknown: bye, refused: bye, locked: failed}
  proved: {action: branch, when: [{condition: customer.proved == true, next: person}], otherwise: bye}
"""

    @pytest.mark.parametrize(
        ("verdicts", "ending"),
        [
            ([PinVerdict.RIGHT], "service"),
            ([PinVerdict.WRONG, PinVerdict.RIGHT], "service"),
            ([PinVerdict.WRONG, PinVerdict.WRONG], None),
            ([PinVerdict.LOCKED], "failed"),
        ],
    )
    def test_a_pin_proves_locks_or_is_refused(self, verdicts: list[PinVerdict], ending: str | None) -> None:
        kept = Kept()
        kept.verdicts = list(verdicts)
        call = Call(self.PIN, "12344321", kept=kept)
        if ending is None:
            assert call.ending == HungUp("bye")
        else:
            assert call.route.queue == ending
        assert "1234" not in str(call.notes) + str(call.caller.variables)

    @pytest.mark.parametrize(("colour", "queue"), [("black", None), ("grey", "service"), (None, "service")])
    def test_a_listed_caller_goes_his_way(self, colour: str | None, queue: str | None) -> None:
        kept = Kept()
        kept.listing = None if colour is None else SimpleNamespace(colour=colour, reason="threats")
        call = Call("  first: {action: lists, black: bye, next: person}\n", kept=kept)
        if queue is None:
            assert call.ending == HungUp("bye")
        else:
            assert call.route.learned == ({} if colour is None else {"list.reason": "threats"})


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
        steps = """\
  first:
    action: collect
    prompts: [ask]
    name: pin
    digits: {min: 4, max: 4}
    secret: true
    next: set
    on: {timeout: bye, invalid: bye}
  set: {action: set, values: {secret: collected.pin + 'x', seen: "'y'"}, next: person}
"""
        call = Call(steps, "1234")
        assert call.route.learned == {"seen": "y"}
        assert "1234" not in str(call.notes) + str(call.caller.variables)

    def test_of_a_table_of_secrets_no_case_is_told(self) -> None:
        steps = """\
  first:
    action: collect
    prompts: [ask]
    name: pin
    digits: {min: 4, max: 4}
    secret: true
    next: branch
    on: {timeout: bye, invalid: bye}
  branch: {action: branch, value: collected.pin, cases: {"1234": person}, otherwise: bye}
"""
        call = Call(steps, "1234")
        assert call.route.queue == "service"
        assert ("branch", "cases") in call.ways

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


class TestReaching:
    MESSAGE = """\
  first:
    action: message
    prompts: [message-invite]
    due_h: 2
    next: person
    on: {empty: bye}
"""

    def test_a_message_becomes_an_item_of_the_queue(self) -> None:
        call = Call(self.MESSAGE, ",,,,.")
        (item,) = call.kept.items
        assert (item.kind, item.queue, item.number) == (ItemKind.MESSAGE, "service", "+8613800000001")
        assert (item.due - item.at, item.seconds) == (7_200_000, 3.0)
        assert item.file.startswith("message-lab-1.1-")
        assert any(command.startswith("RECORD FILE /var/messages/message-lab-1.1-") for command in call.caller.commands)
        assert call.route.learned == {"item": "000042"}

    def test_a_message_of_nothing_is_none(self) -> None:
        call = Call(self.MESSAGE, ",.")
        assert (call.ending, call.kept.items) == (HungUp("bye"), [])

    CALLBACK = (
        "  first: {action: callback, queue: billing, number: \"'13900000009'\", next: bye, on: {refused: person}}\n"
    )

    def test_a_wish_to_be_called_back_goes_to_the_router_with_its_number(self) -> None:
        called = Called()
        call = Call(self.CALLBACK, callbacks=called)
        (wish,) = called.wishes
        assert (wish.contact, wish.number, wish.queue, wish.tier, wish.customer, call.ending) == (
            "lab-1.1", "+8613900000009", "billing", "standard", None, HungUp("bye"),
        )  # fmt: skip

    def test_who_cannot_be_called_back_goes_another_way(self) -> None:
        assert isinstance(Call(self.CALLBACK, callbacks=Called(takes=False)).ending, Routed)

    AGAIN = """\
  first: {action: branch, value: callback, cases: {waits: again}, otherwise: bye}
  again: {action: cancel-callback, back: true, next: person, on: {none: bye}}
"""

    def test_who_calls_again_while_he_waits_to_be_called_back_takes_his_place_over(self) -> None:
        called = Called(waiting="+8613800000001")
        assert isinstance(Call(self.AGAIN, callbacks=called).ending, Routed)
        assert (called.waiting, called.into) == (None, "lab-1.1")

    def test_who_is_not_to_be_called_back_is_not_asked(self) -> None:
        assert Call(self.AGAIN, callbacks=Called()).ending == HungUp("bye")

    TRANSFER = """\
  first: {action: set, values: {seen: 1 + 1}, next: away}
  away: {action: transfer, to: "10086", prompts: [one-moment], on: {busy: bye, timeout: person}}
"""

    def test_a_transfer_is_dialled_by_the_dialplan(self) -> None:
        call = Call(self.TRANSFER)
        assert call.ending == Dialling("away")
        told = dict(call.caller.variables)
        assert (told["HOTLINE_DIAL"], told["HOTLINE_RING"], told["HOTLINE_ACCEPT"]) == ("out-10086", "30", "")
        assert call.caller.variables[-1] == ("HOTLINE_NEXT", "dial")
        assert call.caller.heard == ["zh-CN/one-moment"]

    @pytest.mark.parametrize(
        ("result", "queue"), [("BUSY", None), ("NOANSWER", "service"), ("CHANUNAVAIL", "failed"), ("odd", "failed")]
    )
    def test_who_comes_back_goes_on_with_what_was_known(self, result: str, queue: str | None) -> None:
        back = Call(self.TRANSFER, resume=(Call(self.TRANSFER).resume, result))
        assert back.caller.heard == []
        if queue is None:
            assert back.ending == HungUp("bye")
        else:
            assert (back.route.queue, back.route.learned) == (queue, {"seen": "2"} if queue == "service" else {})

    DUTY = "  first: {action: duty, duty: night, prompts: [duty-trying], on: {nobody: person}}\n"

    def test_those_on_duty_are_dialled_one_after_another(self) -> None:
        people = [Party("8007", inside=True), Party("13800000002", inside=False)]
        first = Call(self.DUTY, people=people)
        told = dict(first.caller.variables)
        assert (told["HOTLINE_DIAL"], told["HOTLINE_ACCEPT"]) == ("in-8007", "zh-CN/duty-accept")
        second = Call(self.DUTY, people=people, resume=(first.resume, "ANSWER"))
        assert dict(second.caller.variables)["HOTLINE_DIAL"] == "out-13800000002"
        assert second.caller.heard == []
        assert Call(self.DUTY, people=people, resume=(second.resume, "NOANSWER")).route.queue == "service"

    def test_nobody_on_duty(self) -> None:
        assert Call(self.DUTY).route.queue == "service"

    @pytest.mark.parametrize("text", ["", "not base64 !", "e30", "bnVsbA"])
    def test_what_is_no_saved_course_starts_anew(self, text: str) -> None:
        assert Call(self.TRANSFER, resume=(text, "BUSY")).ending == Dialling("away")


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


class TestQueue:
    PREFER = """\
  first: {action: identify, next: know, on: {unknown: know}}
  know: {action: set, values: {wanted: "'1001 1002 no-one'"}, next: ask}
  ask:
    action: queue
    relaxation: easy
    prefer: [{agents: wanted, for_s: 15}, {agents: customer.managers}]
"""

    def test_whom_the_flow_wants_first_goes_with_the_caller_each_in_turn_and_once(self) -> None:
        route = Call(self.PREFER).route
        assert route.relaxation == "easy"
        assert route.preferred == (
            Preferred(agents=("1001",), for_ms=15_000),
            Preferred(agents=("1002",), for_ms=15_000),
            Preferred(agents=("seniors",), for_ms=20_000),
        )

    def test_what_the_plan_says_of_who_comes_again_follows(self) -> None:
        known = Known(Returning((Preferred(agents=("1001", "1009"), for_ms=5000),), credit_ms=31_000))
        route = Call(self.PREFER, returning=known).route
        assert known.asked == [("service", "C1", "+8613800000001")]
        assert route.credit_ms == 31_000
        assert route.preferred[-1] == Preferred(agents=("1001", "1009"), for_ms=5000)

    def test_a_database_that_does_not_answer_keeps_nobody_from_a_person(self) -> None:
        call = Call(self.PREFER, returning=Known(OSError("gone")))
        assert (call.route.queue, call.route.credit_ms) == ("service", 0)
        assert ("ask", "queue", "earlier contacts could not be looked up") in call.notes


class Known:
    """Says what is known of a caller, or raises."""

    def __init__(self, answer: Returning | Exception) -> None:
        self._answer = answer
        self.asked: list[tuple[str, str | None, str]] = []

    async def of(self, queue: str, customer: str | None, number: str) -> Returning:
        self.asked.append((queue, customer, number))
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer
