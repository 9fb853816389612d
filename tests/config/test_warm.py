"""What is loaded is left alone by the collector of garbage; what calls leave is not, however much is loaded."""

import subprocess
import sys

CALLS = """
import gc
from collections import deque
from config.warm import settle

loaded = [[] for _ in range(1_000_000)]
settle()
before = gc.get_stats()[2]["collections"]
kept = deque(maxlen=20_000)
for _ in range(900_000):
    circle = []
    circle.append(circle)
    kept.append(circle)
print(gc.get_stats()[2]["collections"] - before, gc.get_freeze_count() > len(loaded))
"""


def test_old_garbage_does_not_wait_until_there_is_as_much_of_it_as_a_quarter_of_the_program() -> None:
    ran = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, check=True)
    looks, frozen = ran.stdout.split()
    assert int(looks) >= 2
    assert frozen == "True"
