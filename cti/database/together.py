"""Questions to the database asked together: while one is under way the next are gathered, and become one.

A statement costs the event loop as much for a hundred rows as for one, so under load the cost of each goes down.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

MOST = 100
"""Asked at once at most."""
_AWAY = (OSError, TimeoutError, OperationalError, InterfaceError)
"""What is wrong with the database, not with anything asked."""


class Together(Generic[Asked, Answer]):
    """`of` gives the answer to one; `ask` is called for many, never twice at a time."""

    def __init__(
        self, ask: Callable[[Sequence[Asked]], Awaitable[Mapping[Asked, Answer]]], *, linger_s: float = 0.0
    ) -> None:
        """`ask` answers each that it is given; `linger_s`: how long the first of a batch waits for others."""
        self._ask = ask
        self._linger_s = linger_s
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def of(self, one: Asked) -> Answer:
        """The answer to this one. Raises what `ask` raised; what is wrong with one is no other's fault."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._run())
        return await answer

    async def settled(self) -> None:
        """Wait until nothing is being asked."""
        if self._asking is not None:
            await asyncio.wait([self._asking])

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._linger_s)
            # Who no longer waits need not be asked about.
            batch = [each for each in self._waiting[:MOST] if not each[1].done()]
            del self._waiting[:MOST]
            if batch:
                await self._answer(batch)

    async def _answer(self, batch: Sequence[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._ask([one for one, _ in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, _AWAY):
                for each in batch:
                    await self._answer([each])
                return
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for one, answer in batch:
                if not answer.done():
                    answer.set_result(answers[one])
