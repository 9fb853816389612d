"""The flows that come with the demo: what each caller hears, and where he ends up."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.plan.read import read_file
from ivr.agi.line import AgiLine
from ivr.flow.check import Names
from ivr.flow.ending import Broken, CallerLeft, Ending, Refused, Routed
from ivr.flow.entry import FlowEntry, Incoming
from ivr.flow.load import load_folder
from ivr.flow.ports import CallFacts, Surroundings
from ivr.flow.route import Route
from tests.fakes.agi_caller import Customers, FakeCaller, Prompts

CONFIG = Path(__file__).parents[3] / "config"
PLAN = read_file(CONFIG / "plan.toml")
FLOWS = load_folder(CONFIG / "flows", Names.of(PLAN, lambda ids, language: []))
KNOWN = {
    "n8613800000001": ("C1", "vip", None),
    "n8613800000002": ("C2", "gold", "en"),
    "n10000007": ("C7", "silver", None),
}


def incoming(caller: FakeCaller) -> Incoming:
    said = caller.environment
    return Incoming(channel=said.uniqueid, dialled=said.dialled, number=said.caller_number)


class Notes:
    """What the entry noted, and how the flow ended."""

    def __init__(self) -> None:
        self.started_as: list[tuple[CallFacts, str, str]] = []
        self.steps: list[tuple[str, str, str, str]] = []
        self.ways: list[tuple[str, ...]] = []
        self.endings: list[tuple[str, Ending]] = []

    def started(self, facts: CallFacts, *, channel: str, sip_call_id: str, tier: str = "", held: bool = False) -> None:
        self.started_as.append((facts, channel, sip_call_id))

    def step(self, contact: str, step: str, action: str, what: str) -> None:
        self.steps.append((contact, step, action, what))

    def went(self, contact: str, flow: str, step: str, way: tuple[str, ...]) -> None:
        self.ways.append((flow, step, *way))

    def ended(self, contact: str, ending: Ending) -> None:
        self.endings.append((contact, ending))


def call(
    dialled: str, script: str = "", *, number: str = "13800000009", entry: str = "0", **odd: Any
) -> tuple[Ending, FakeCaller]:
    notes = Notes()
    caller = FakeCaller(
        script,
        number=number,
        channel={"HOTLINE_CONTACT": "lab-1.1", "HOTLINE_DIALLED": dialled, "HOTLINE_TRY": entry},
    )
    around = Surroundings(prompts=Prompts(), customers=Customers(**({**KNOWN} | odd)), tiers=lambda: PLAN.tiers)
    FlowEntry(PLAN.access_numbers.get, lambda: FLOWS.flows, around, notes)(AgiLine(caller), incoming(caller))
    ((contact, ending),) = notes.endings
    assert contact == "lab-1.1"
    return ending, caller


def routed(dialled: str, script: str = "", **given: Any) -> Route:
    ending, _ = call(dialled, script, **given)
    assert isinstance(ending, Routed), ending
    return ending.route


def test_all_of_them_can_be_used() -> None:
    assert FLOWS.problems == ()
    lines = {name for name, flow in FLOWS.flows.items() if flow.parameters is None}
    announcements = {"emergency"}
    assert {access.flow for access in PLAN.access_numbers.values()} | announcements == lines


class TestMainLine:
    def test_is_answered_and_says_that_the_call_is_recorded(self) -> None:
        _, caller = call("95000")
        assert next(word for word in caller.commands if not word.startswith("GET VARIABLE")) == "ANSWER"
        assert caller.heard[:4] == [
            "zh-CN/greeting",
            "zh-CN/recorded-notice",
            "zh-CN/language-choice",
            "en/language-choice",
        ]

    @pytest.mark.parametrize(
        ("keys", "queue", "urgency"),
        [
            (".1", "billing", 0),
            (".21", "repair", 300),
            (".22", "repair", 60),
            (".20", "service", 0),
            (".0", "service", 0),
            ("", "service", 0),
            (".999", "service", 0),
            (".2", "repair", 60),
        ],
    )
    def test_leads_by_menu(self, keys: str, queue: str, urgency: int) -> None:
        route = routed("95000", keys)
        assert (route.queue, route.urgency, route.tier) == (queue, urgency, "standard")

    def test_asks_whom_it_does_not_know_for_the_account_before_billing(self) -> None:
        ending, caller = call("95000", ".110000007")
        assert isinstance(ending, Routed)
        assert (ending.route.customer, ending.route.tier, ending.route.queue) == ("C7", "silver", "billing")
        assert caller.heard[-2:] == ["zh-CN/identified", "zh-CN/to-billing"]

    def test_takes_no_for_an_answer(self) -> None:
        assert routed("95000", ".1#").queue == "billing"

    def test_knows_a_customer_by_number_and_asks_no_account(self) -> None:
        ending, caller = call("95000", ".1", number="013800000001")
        assert isinstance(ending, Routed)
        assert (ending.route.customer, ending.route.tier) == ("C1", "vip")
        assert "zh-CN/ask-account" not in caller.heard

    def test_goes_on_in_english_when_asked_to(self) -> None:
        ending, caller = call("95000", ",,221")
        assert isinstance(ending, Routed)
        assert (ending.route.language, ending.route.skills) == ("en", {"english": 1, "repair": 5})
        assert caller.heard[-1] == "en/to-repair-danger"

    def test_survives_its_customers_being_out_of_reach(self) -> None:
        assert routed("95000", ".1", broken=True).queue == "billing"


class TestTheOthers:
    def test_vip_line_leads_straight_to_its_queue(self) -> None:
        route = routed("95001")
        assert (route.queue, route.tier, route.access) == ("vip", "vip", "95001")

    def test_vip_line_greets_a_customer_in_his_language(self) -> None:
        _, caller = call("95001", number="+8613800000002")
        assert caller.heard == ["en/greeting-vip", "en/recorded-notice", "en/to-vip"]

    def test_complaint_line_leads_to_the_complaints_desk(self) -> None:
        assert routed("95002", ".").queue == "complaint"
        assert routed("95002", ",,2").language == "en"


class TestEntry:
    def test_a_number_that_is_not_in_the_plan_is_hung_up(self) -> None:
        ending, caller = call("95999")
        assert isinstance(ending, Refused)
        assert caller.variables == [("HOTLINE_NEXT", "hangup")]

    def test_a_flow_that_is_not_there_leaves_the_call_to_the_fallback(self) -> None:
        notes, caller = Notes(), FakeCaller(channel={"HOTLINE_DIALLED": "95000"})
        around = Surroundings(prompts=Prompts(), customers=Customers(), tiers=lambda: PLAN.tiers)
        FlowEntry(PLAN.access_numbers.get, dict, around, notes)(AgiLine(caller), incoming(caller))
        ((contact, ending),) = notes.endings
        assert contact == "1700000000.1"
        assert isinstance(ending, Broken)
        assert caller.variables == []

    def test_a_caller_who_leaves_at_once_is_noted(self) -> None:
        assert call("95000", "!")[0] == CallerLeft("answer")

    @pytest.mark.parametrize("number", ["", "anonymous", "sip:x@y", "1" * 60, "'; DROP TABLE customers; --"])
    def test_any_caller_number_will_do(self, number: str) -> None:
        assert routed("95000", number=number).caller == ""


@given(st.sampled_from(list(PLAN.access_numbers)), st.text("0123456789*#....,,!x?", max_size=60), st.booleans())
def test_every_caller_of_every_line_gets_somewhere(dialled: str, script: str, broken: bool) -> None:
    ending, caller = call(dialled, script, broken=broken)
    match ending:
        case Routed(_, route):
            assert route.queue in PLAN.queues
            assert route.tier in PLAN.tiers
            assert caller.commands[-1] == "SET VARIABLE HOTLINE_NEXT queue"
        case CallerLeft():
            assert "!" in script
        case Broken():
            assert "?" in script
        case _:
            raise AssertionError(ending)
