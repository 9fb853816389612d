"""What look-ups ask: a view, an HTTP service, a plug-in; each answers values, nothing, or a failure that says why."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from sqlalchemy import text

from cti.database.connection import Database
from ivr.flow.line import TooLate, in_time
from ivr.flow.ports import SourceFailed
from ivr.sources.answer import values_of
from ivr.sources.http import LARGEST, HttpSource
from ivr.sources.plugin import PluginRefused, PluginSource, load_plugin
from ivr.sources.view import ViewSource


class TestView:
    @pytest_asyncio.fixture
    async def bills(self, database: Database) -> AsyncIterator[ViewSource]:
        async with database.writing() as session:
            await session.execute(text("DROP VIEW IF EXISTS test_bills"))
            rows = "('1', '12.50', 'east'), ('2', '0', 'west'), ('3', '1', 'west')"
            await session.execute(text(f"CREATE VIEW test_bills (account, due, area) AS VALUES {rows}"))
        yield ViewSource(database, "test_bills")
        async with database.writing() as session:
            await session.execute(text("DROP VIEW test_bills"))

    async def test_the_row_that_is_asked_for(self, bills: ViewSource) -> None:
        assert await bills.ask({"account": "1"}) == {"account": "1", "due": "12.50", "area": "east"}
        assert await bills.ask({"area": "west", "account": "2"}) == {"account": "2", "due": "0", "area": "west"}

    async def test_no_row_or_more_than_one_is_nothing(self, bills: ViewSource) -> None:
        assert await bills.ask({"account": "9"}) is None
        assert await bills.ask({"area": "west"}) is None

    @pytest.mark.parametrize("entered", ["' OR '1'='1", "1; DROP VIEW test_bills", '"', ""])
    async def test_what_a_caller_enters_is_only_a_value(self, bills: ViewSource, entered: str) -> None:
        assert await bills.ask({"account": entered}) is None
        assert await bills.ask({"account": "1"}) is not None

    async def test_a_failure_shows_nothing_that_was_asked(self, bills: ViewSource) -> None:
        with pytest.raises(SourceFailed, match=r"^view gone: \w+Error$"):
            await ViewSource(bills.database, "gone").ask({"account": "4711"})
        with pytest.raises(SourceFailed, match="asked for nothing"):
            await bills.ask({})


class Service:
    """An HTTP service that answers as it is told, one answer after another."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[tuple[Any, str]] = []
        self.held = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((await request.json(), request.headers.get("Authorization", "")))
        status, body = self.answers.pop(0) if self.answers else (200, {})
        if body == "held":
            await self.held.wait()
        if status == 302:
            return web.Response(status=302, headers={"Location": "/other"})
        return web.Response(status=status, text=body if isinstance(body, str) else json.dumps(body))


class TestHttp:
    @pytest_asyncio.fixture
    async def service(self) -> AsyncIterator[tuple[Service, HttpSource]]:
        service = Service()
        app = web.Application()
        app.router.add_post("/bill", service.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as http:
            yield service, HttpSource(http, f"http://127.0.0.1:{port}/bill", 5.0, 1, "token-1")
        service.held.set()
        await runner.cleanup()

    async def test_a_json_object_comes_back_as_values(self, service: tuple[Service, HttpSource]) -> None:
        told, source = service
        told.answers = [(200, {"due": 12.5, "paid": False, "name": "甲", "lines": [1], "none": None})]
        assert await source.ask({"account": "1"}) == {"due": Decimal("12.5"), "paid": False, "name": "甲"}
        assert told.asked == [({"account": "1"}, "Bearer token-1")]

    @pytest.mark.parametrize("status", [404, 204])
    async def test_nothing_found(self, service: tuple[Service, HttpSource], status: int) -> None:
        told, source = service
        told.answers = [(status, "")]
        assert await source.ask({"account": "1"}) is None

    async def test_a_busy_service_is_asked_again(self, service: tuple[Service, HttpSource]) -> None:
        told, source = service
        told.answers = [(503, ""), (200, {"due": 1})]
        assert await source.ask({"account": "1"}) == {"due": Decimal(1)}
        told.answers = [(503, ""), (500, "")]
        with pytest.raises(SourceFailed, match="no answer: status 500"):
            await source.ask({"account": "1"})
        assert len(told.asked) == 4

    async def test_a_slow_service_is_asked_again_and_then_given_up(self, service: tuple[Service, HttpSource]) -> None:
        told, source = service
        told.answers = [(200, "held"), (200, "held")]
        slow = HttpSource(source.http, source.url, 0.05, 1)
        with pytest.raises(SourceFailed, match="no answer: too slow"):
            await slow.ask({"account": "1"})
        assert len(told.asked) == 2

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ((403, ""), "status 403"),
            ((302, ""), "status 302"),
            ((200, "no json"), "no JSON"),
            ((200, [1]), "no JSON object"),
            ((200, "x" * (LARGEST + 1)), f"more than {LARGEST} bytes"),
        ],
    )
    async def test_other_answers_fail_at_once(
        self, service: tuple[Service, HttpSource], answer: tuple[int, Any], why: str
    ) -> None:
        told, source = service
        told.answers = [answer]
        with pytest.raises(SourceFailed, match=why):
            await source.ask({"account": "1"})
        assert len(told.asked) == 1

    async def test_nobody_there(self, service: tuple[Service, HttpSource]) -> None:
        _, source = service
        nobody = HttpSource(source.http, "http://127.0.0.1:1/bill", 1.0, 0)
        with pytest.raises(SourceFailed, match="no answer"):
            await nobody.ask({"account": "1"})


class TestPlugin:
    async def test_plain_and_async_functions(self) -> None:
        async def later(values: Mapping[str, str]) -> Mapping[str, object]:
            return {"account": values["account"], "day": date(2026, 3, 4)}

        def none(values: Mapping[str, str]) -> None:
            return None

        assert await PluginSource(later).ask({"account": "1"}) == {"account": "1", "day": "2026-03-04"}
        assert await PluginSource(none).ask({"account": "1"}) is None

    async def test_what_it_raises_or_gives_wrongly_is_a_failure(self) -> None:
        def broken(values: Mapping[str, str]) -> None:
            raise KeyError(values["account"])

        with pytest.raises(SourceFailed, match=r"^the plug-in raised KeyError$"):
            await PluginSource(broken).ask({"account": "4711"})
        with pytest.raises(SourceFailed, match="gave int, not a mapping"):
            await PluginSource(lambda values: 7).ask({})

    @pytest.mark.parametrize("name", ["gone.module:f", "json:gone", "json:__doc__"])
    def test_what_cannot_be_loaded_is_refused(self, name: str) -> None:
        with pytest.raises(PluginRefused, match=r"look_up\.bill\.plugin"):
            load_plugin("look_up.bill.plugin", name)

    def test_a_function_is_loaded_by_its_name(self) -> None:
        assert load_plugin("look_up.bill.plugin", "json:dumps") is json.dumps


def test_values_are_texts_numbers_truths_and_dates() -> None:
    answer = {
        "a": 1,
        "b": 1.5,
        "c": Decimal("2.50"),
        "d": True,
        "e": datetime(2026, 3, 4, 15, 5),
        "f": None,
        "g": {},
        "h": float("nan"),
        "i": "x" * 600,
    }
    assert values_of(answer) == {
        "a": Decimal(1),
        "b": Decimal("1.5"),
        "c": Decimal("2.50"),
        "d": True,
        "e": "2026-03-04T15:05",
        "i": "x" * 500,
    }


async def test_a_callers_patience_is_not_somebody_elses() -> None:
    async def slow() -> None:
        await asyncio.Event().wait()

    async def others() -> None:
        raise TimeoutError

    with pytest.raises(TooLate):
        await in_time(slow(), 0.01)
    with pytest.raises(ConnectionError):
        await in_time(others(), 1.0)
