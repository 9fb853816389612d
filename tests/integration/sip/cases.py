"""The cases there are: each is one thing SIP peers do, and what must come of it."""

from collections.abc import Awaitable, Callable

from tests.fakes.sip_scene import Scene

Case = Callable[[Scene], Awaitable[None]]
CASES: dict[str, Case] = {}


def case(run: Case) -> Case:
    CASES[run.__name__] = run
    return run
