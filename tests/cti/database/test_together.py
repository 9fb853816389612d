"""While one question is under way the next are gathered; each gets its own answer or its own error."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from cti.database.together import MOST, Together


class Book:
    """Answers with the word in capitals; refuses `bad`, and everything while it is `away`."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.away = False
        self.open = asyncio.Event()
        self.open.set()
        self.began = asyncio.Event()

    async def ask(self, words: Sequence[str]) -> dict[str, str]:
        self.asked.append(list(words))
        self.began.set()
        await self.open.wait()
        if self.away:
            raise OperationalError("SELECT", {}, Exception("away"))
        if "bad" in words:
            raise ValueError("bad")
        return {word: word.upper() for word in words}


async def test_what_is_asked_meanwhile_is_asked_together() -> None:
    book = Book()
    book.open.clear()
    together = Together(book.ask)
    first = asyncio.create_task(together.of("a"))
    await book.began.wait()
    later = [asyncio.create_task(together.of(word)) for word in ("b", "c", "b")]
    await asyncio.sleep(0)
    book.open.set()
    assert [await first, *await asyncio.gather(*later)] == ["A", "B", "C", "B"]
    assert book.asked == [["a"], ["b", "c", "b"]]


async def test_a_batch_has_its_limit() -> None:
    book = Book()
    together = Together(book.ask)
    words = [str(number) for number in range(MOST + 1)]
    assert await asyncio.gather(*map(together.of, words)) == words
    assert [len(asked) for asked in book.asked] == [MOST, 1]


async def test_what_is_wrong_with_one_is_no_others_fault() -> None:
    book = Book()
    together = Together(book.ask)
    answers = await asyncio.gather(*map(together.of, ("a", "bad", "c")), return_exceptions=True)
    assert (answers[0], answers[2]) == ("A", "C")
    assert isinstance(answers[1], ValueError)


async def test_a_database_that_is_away_is_asked_once_for_all() -> None:
    book = Book()
    book.away = True
    together = Together(book.ask)
    answers = await asyncio.gather(*map(together.of, ("a", "b")), return_exceptions=True)
    assert all(isinstance(answer, OperationalError) for answer in answers)
    assert book.asked == [["a", "b"]]
    book.away = False
    assert await together.of("a") == "A"


async def test_who_no_longer_waits_is_not_asked_about() -> None:
    book = Book()
    together = Together(book.ask)
    gone = asyncio.create_task(together.of("a"))
    stays = asyncio.create_task(together.of("b"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "B"
    await together.settled()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert book.asked == [["b"]]
