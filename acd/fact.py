"""What every fact is: a numbered line of the journal, told from outside or decided by the router."""

from acd.value import value


@value
class Fact:
    """One numbered line of the journal."""

    at: int


class Event(Fact):
    """A fact that came from outside: Asterisk, a desk, the clock, the plan."""

    __slots__ = ()


class Decision(Fact):
    """A fact the router made."""

    __slots__ = ()
