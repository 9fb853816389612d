"""A bar on a terminal for work that takes its time; silent where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Step = Callable[[float, str], None]
"""Told the part done, 0 to 1, and a word about it."""


@contextmanager
def progress_bar(console: Console, title: str) -> Iterator[Step]:
    """A bar that begins with its first step: processes forked before it have no thread of it."""
    if not console.is_terminal:
        yield lambda done, word: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, TextColumn("{task.fields[word]}"), console=console, transient=True)
    task = bar.add_task(title, total=1.0, word="")

    def step(done: float, word: str) -> None:
        bar.start()
        bar.update(task, completed=done, word=word)

    try:
        yield step
    finally:
        bar.stop()
