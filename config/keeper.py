"""The keeper: has the program loaded, runs the hotline as a child of its own, and again at once when that is killed.

Loading the program takes longer than the rest of a start together; a forked child has it there already.
"""

import os
import signal
import time
from collections.abc import Callable
from types import FrameType

import structlog

from config.parentage import die_with_parent

ENDS = (signal.SIGINT, signal.SIGTERM)
SHORT_S = 1.0
"""Whoever is killed sooner after his start is started again only after so long."""

log = structlog.get_logger()


def keep(run: Callable[[], int]) -> int:
    """Run `run` in a child until it ends by itself, in order or with an error; the exit status.

    Returns in the child as well, with what `run` returns there. SIGINT and SIGTERM are passed on to the child; it ends
    with the keeper, however that happens. Call it on the main thread, and before there is another one.
    """
    child, told = 0, False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal told
        told = True
        if child:
            os.kill(child, signal.SIGTERM)

    before = {each: signal.signal(each, end) for each in ENDS}
    while True:
        began = time.monotonic()
        # Who is told to end in the moment of the fork must not forget it.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
        child = os.fork()
        if not child:
            die_with_parent(signal.SIGKILL)()
            for each, handler in before.items():
                signal.signal(each, handler)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
            return run()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        child = 0
        if told or status >= 0:
            return max(0, status)
        log.error("hotline was killed; it is started again", signal=signal.Signals(-status).name)
        if time.monotonic() - began < SHORT_S:
            time.sleep(SHORT_S)
