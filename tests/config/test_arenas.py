"""Threads share their memory: what each would keep for itself is what a process grows by."""

import subprocess
import sys

from config.arenas import ARENAS

PROGRAM = """
import ctypes, sys, threading
from config.arenas import share_arenas

if sys.argv[1] == "shared":
    share_arenas()
there = threading.Barrier(9)

def work():
    kept = [bytes(5000) for _ in range(100)]
    there.wait()
    there.wait()
    del kept

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
there.wait()
ctypes.CDLL(None).malloc_stats()
there.wait()
"""


def arenas(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", PROGRAM, how], check=True, capture_output=True, text=True)
    return told.stderr.count("Arena ")


def test_however_many_threads_there_are_few_places_they_have_memory_from() -> None:
    assert arenas("shared") <= ARENAS < arenas("apart")
