"""The process that joins recordings, `python -m recordings.joining`.

It reads a pair on each line and answers on one, in JSON. It gives way to whatever else the machine has to do, and ends
with the process that began it.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

import msgspec

from recordings.join import heard_again, join
from recordings.joiner import Answer, Order
from recordings.raw import BadWav, RawPair

NICE = 10
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Answer orders until there are no more."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Ctrl-C in a terminal goes to the whole group; we are ended by who began us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    for line in sys.stdin.buffer:
        order = msgspec.json.decode(line, type=Order)
        # Killed before the signal above was asked for: whoever comes after it joins the pair itself.
        if os.getppid() != order.parent:
            return
        sys.stdout.buffer.write(msgspec.json.encode(_answer(order)) + b"\n")
        sys.stdout.buffer.flush()


def _answer(order: Order) -> Answer:
    pair, target = RawPair(order.contact, Path(order.caller), Path(order.agent)), Path(order.target)
    try:
        if pair.present:
            return Answer(join(pair, target))
        # Finished before, by a database that has forgotten it.
        return Answer(heard_again(target) if target.exists() else None)
    except BadWav as error:
        return Answer(bad=str(error))
    except OSError as error:
        return Answer(failed=(error.errno or 0, f"{error.strerror}: {error.filename}"))


if __name__ == "__main__":
    main()
