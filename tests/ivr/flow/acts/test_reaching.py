"""What brings a caller to a party, a person or a queue."""

import pytest

from acd.plan import Preferred
from cti.flows.items import ItemKind
from cti.records.returning import Returning
from ivr.flow.ending import Dialling, HungUp, Routed
from ivr.flow.line import Party
from tests.ivr.flow.acts.call import Call, Called


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
