"""The keeper runs the hotline as its child: started again when it is killed, ended in order, never left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHILD = """
import os, signal, sys
import structlog
from config.keeper import keep

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

def run():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    print(os.getpid(), os.getppid(), flush=True)
    END
    signal.sigwait([signal.SIGTERM])
    print("in order", flush=True)
    return 7

sys.exit(keep(run))
"""


class Kept:
    """A keeper in a process of its own, and what its children say."""

    def __init__(self, end: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD.replace("END", end or "pass")], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def line(self) -> str:
        """What is said next; waits for it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def child(self) -> int:
        """The child that begins next."""
        child, parent = map(int, self.line().split())
        assert parent == self.process.pid
        return child


@pytest.fixture
def kept() -> Iterator[Kept]:
    each = Kept()
    yield each
    each.process.kill()
    each.process.wait()


def test_a_hotline_that_is_killed_is_started_again(kept: Kept) -> None:
    first = kept.child()
    os.kill(first, signal.SIGKILL)
    assert kept.child() != first


def test_told_to_end_it_lets_the_hotline_end_in_order_and_ends_as_it_did(kept: Kept) -> None:
    kept.child()
    kept.process.terminate()
    assert kept.line() == "in order"
    assert kept.process.wait(10) == 7


def test_the_hotline_does_not_outlive_its_keeper(kept: Kept) -> None:
    # The next one would be refused the journal.
    kept.child()
    kept.process.kill()
    # The end of what is said: nobody is left who holds the pipe.
    assert kept.line() == ""


def test_an_error_is_not_tried_again() -> None:
    kept = Kept("raise SystemExit(3)")
    kept.child()
    assert kept.process.wait(10) == 3
    assert kept.line() == ""


def test_the_program_once_loaded_has_one_thread_alone_so_that_it_can_be_forked() -> None:
    loaded = (
        "import os, config.run_cli, config.wiring, config.warm as w; w.warm(); print(os.listdir('/proc/self/task'))"
    )
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, cwd=ROOT, text=True)
    assert told.stdout.count(",") == 0, "a library began a thread of its own"
