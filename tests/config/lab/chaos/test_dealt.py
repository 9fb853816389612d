"""What a chaos run inflicts is drawn by its seed before it begins."""

from collections import Counter

from config.lab.chaos.blow import Fault
from config.lab.chaos.run import LONG_S, Course, dealt

COURSE = Course(kills=40, contacts=10, seed=3, faults=(Fault.KILL, Fault.FREEZE, Fault.KILL_ASTERISK, Fault.CUT_ARI))


def test_the_same_seed_deals_the_same_blows() -> None:
    assert list(dealt(COURSE)) == list(dealt(COURSE))


def test_every_fault_is_dealt_as_often_and_each_tenth_is_long() -> None:
    blows = list(dealt(COURSE))
    assert Counter(fault for _, fault, _ in blows) == dict.fromkeys(COURSE.faults, 10)
    assert [number for number, (_, _, seconds) in enumerate(blows, start=1) if seconds == LONG_S] == [10, 20, 30, 40]
