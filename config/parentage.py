"""Children that end with their parent."""

import ctypes
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent(order: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """What a child runs before its program (`preexec_fn`) so that it is ended when we end, however that happens.

    Linux ties it to the thread that starts the child: call it on the one that lives longest.
    """
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, order)
