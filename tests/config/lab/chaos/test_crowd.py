"""The crowd: as many callers as wanted, drawn by a seed; the peers' SIP stack has room for all of them."""

import random

from config.lab.chaos.crowd import Crowd
from config.lab.peers.process import PeersProcess
from config.lab.peers.script import CallPlan

ROOM = 1023
"""Of baresip-python, for identities and calls together."""


def drawn(seed: int, count: int) -> list[CallPlan]:
    crowd = Crowd(PeersProcess(), "127.0.0.1:5060", 60, random.Random(seed))
    plans = []
    for crowd.placed in range(count):
        plans.append(crowd._draw())
    return plans


def test_the_same_seed_draws_the_same_callers() -> None:
    assert drawn(1, 50) == drawn(1, 50) != drawn(2, 50)


def test_however_many_call_their_identities_and_a_full_house_have_room() -> None:
    plans = drawn(1, 10_000)
    callers = {plan.caller for plan in plans}
    called_back = {plan.caller for plan in plans if plan.digits}
    most_live = 2 * 200
    assert len(callers) + len(called_back) + most_live <= ROOM


def test_who_asks_to_be_called_back_comes_again_only_after_a_thousand_others() -> None:
    seen: dict[str, int] = {}
    for number, plan in enumerate(drawn(1, 10_000)):
        if plan.digits:
            assert number - seen.get(plan.caller, -10_000) > 1_000
            seen[plan.caller] = number
