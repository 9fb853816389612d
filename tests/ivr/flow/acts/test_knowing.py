"""What finds something out, on a FastAGI line at the level of bytes."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from cti.customers.pins import PinVerdict
from ivr.flow.ending import HungUp
from ivr.flow.ports import SourceFailed
from tests.ivr.flow.acts.call import Call, Kept, Source


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
