"""How often a sign-in may fail: enough for people, too little for guessing, and nobody can shut a person out.

At one address a login has a few tries a minute and some an hour. Tries from addresses at which the login never signed
in are counted together, at most 50 an hour: a crowd of addresses gets no more, and the person goes on signing in where
he did before (OWASP ASVS 4.0.3, 2.2.1: at most 100 failures an hour on one account).
"""

import asyncio
import math
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from cti.api.problem import ApiProblem, Sorts

PER_LOGIN = RateLimitItemPerMinute(5, namespace="login")
PER_LOGIN_AN_HOUR = RateLimitItemPerHour(20, namespace="login-hour")
"""Of one login at one address."""
STRANGERS = RateLimitItemPerHour(50, namespace="strangers")
"""Of one login, at all addresses together at which it never signed in."""
PER_ADDRESS = RateLimitItemPerMinute(30, namespace="address")
"""Failed sign-ins; right ones do not count, so a whole shift behind one address may sign in at once."""
CODES = (RateLimitItemPerHour(10, namespace="code"), RateLimitItemPerDay(30, namespace="code-day"))
"""Wrong codes of a login after its right password, at all addresses: of a million codes three count at a time."""
KNOWN = 20_000
"""Pairs of login and address that are remembered, the newest."""


class FailedSignIns:
    """Counts failures, by login and by address.

    A try is let begin only while the failures and all tries under way stay below the limit together; others wait until
    it is known how those went. So tries at once get no further than tries one after the other.
    """

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._under_way: Counter[str] = Counter()
        self._one_over = asyncio.Event()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def one_try(self, login: str, address: str) -> AbstractAsyncContextManager[None]:
        """Inside, a password is tried, and counted if it fails. Raises ApiProblem after too many failures."""
        return self._one(self._limits(login, address))

    def one_code(self, login: str) -> AbstractAsyncContextManager[None]:
        """The same for a code of the second factor, once the password was right."""
        return self._one([(limit, login) for limit in CODES])

    @asynccontextmanager
    async def _one(self, limits: list[tuple[RateLimitItem, str]]) -> AsyncIterator[None]:
        while not self._has_room(limits):
            await self._one_over.wait()
        tried = Counter(limit.key_for(who) for limit, who in limits)
        self._under_way += tried
        try:
            yield
        finally:
            self._under_way -= tried
            self._one_over.set()
            self._one_over = asyncio.Event()

    def count(self, login: str, address: str) -> None:
        """One more failure."""
        for limit, who in self._limits(login, address):
            self._window.hit(limit, who)

    def count_code(self, login: str) -> None:
        """One more wrong code."""
        for limit in CODES:
            self._window.hit(limit, login)

    def remember(self, login: str, address: str) -> None:
        """The login's password was right at this address."""
        self._known[login, address] = None
        self._known.move_to_end((login, address))
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)

    def _limits(self, login: str, address: str) -> list[tuple[RateLimitItem, str]]:
        here = f"{login} {address}"
        limits: list[tuple[RateLimitItem, str]] = [
            (PER_LOGIN, here),
            (PER_LOGIN_AN_HOUR, here),
            (PER_ADDRESS, address),
        ]
        return limits if (login, address) in self._known else [*limits, (STRANGERS, login)]

    def _has_room(self, limits: list[tuple[RateLimitItem, str]]) -> bool:
        """Raises ApiProblem when any has failed too often."""
        room = True
        for limit, who in limits:
            stats = self._window.get_window_stats(limit, who)
            if stats.remaining <= 0:
                wait_s = max(1, math.ceil(stats.reset_time - time.time()))
                detail = f"wait {wait_s} s, then try again"
                raise ApiProblem(Sorts.TOO_MANY_TRIES, detail, headers={"Retry-After": str(wait_s)})
            room = room and self._under_way[limit.key_for(who)] < stats.remaining
        return room
