"""AGI sessions with a real Asterisk: one half of a Local channel is the caller, the other runs the flow."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from config.lab import Lab
from ivr.agi.codec import LONGEST_COMMAND, encode
from ivr.agi.pyst2 import AGIAppError, AGIHangup, AGIInvalidCommand, AGIUsageError, Digits
from ivr.agi.server import AgiServer
from ivr.agi.session import AgiSession
from tests.fakes.tones import write_tone

CONTEXT = "test-agi-callers"
_numbers = itertools.count(1)

Prompt = Callable[[float], str]
Flow = Callable[[AgiSession], Any]


class Calls:
    """Places calls whose caller follows a few dialplan steps, and whose flow is the test's."""

    def __init__(self, asterisk: Lab, reactor: Any) -> None:
        self._asterisk = asterisk
        self._server = AgiServer(self._run, reactor)
        self._flow: Flow = lambda session: None
        self._port = 0
        self.results: asyncio.Queue[Any] = asyncio.Queue()
        self.counts = self._server.counts

    def _run(self, session: AgiSession) -> None:
        try:
            self.results.put_nowait(self._flow(session))
        except Exception as error:
            self.results.put_nowait(error)
            raise

    async def open(self) -> None:
        self._port = await self._server.listen("127.0.0.1", 0)

    async def close(self) -> None:
        await self._server.close()

    async def place(self, flow: Flow, *caller: str) -> Any:
        """Run `flow` for a caller who does the steps `caller`; return the flow's result or what it raised."""
        self._flow = flow
        call = next(_numbers)
        await self._extension(f"caller{call}", "Answer", *caller)
        await self._extension(f"flow{call}", f"AGI(agi://127.0.0.1:{self._port}/contact)")
        spec = self._asterisk.spec
        query = {"endpoint": f"Local/caller{call}@{CONTEXT}/n", "context": CONTEXT, "extension": f"flow{call}"}
        login = {"Authorization": aiohttp.encode_basic_auth(spec.ari.user, spec.ari.secret)}
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{spec.ports.http}", headers=login) as http,
            http.post("/ari/channels", params=query | {"priority": "1"}) as response,
        ):
            assert response.status == 200, await response.text()
        async with asyncio.timeout(20):
            return await self.results.get()

    async def _extension(self, name: str, *steps: str) -> None:
        for priority, step in enumerate(steps, start=1):
            said = await self._asterisk.command(f"dialplan add extension {name},{priority},{step} into {CONTEXT}")
            assert "added into" in said, said


@pytest_asyncio.fixture
async def calls(asterisk: Lab, reactor: Any) -> AsyncIterator[Calls]:
    calls = Calls(asterisk, reactor)
    await calls.open()
    yield calls
    await calls.close()


@pytest.fixture(scope="module")
def prompt(tmp_path_factory: pytest.TempPathFactory) -> Prompt:
    """A tone of so many seconds, as the path Asterisk wants: without extension."""
    folder = tmp_path_factory.mktemp("prompts")

    return lambda seconds: write_tone(folder / f"tone-{seconds}", seconds)


async def test_answer_play_and_variables(calls: Calls, prompt: Prompt) -> None:
    value = 'x" \r\nEXEC System "id, ${EXTEN} 客户 \\'

    def flow(session: AgiSession) -> Any:
        session.answer()
        played = session.play(prompt(0.1))
        session.set_variable("HOTLINE_NOTE", value)
        return played.endpos, session.get_variable("HOTLINE_NOTE"), session.get_variable("NEVER_SET")

    endpos, note, unset = await calls.place(flow, "Wait(5)")
    assert endpos > 0
    assert note == value.replace("\r\n", "  ")
    assert unset == ""


async def test_the_environment_is_that_of_the_call(calls: Calls, prompt: Prompt) -> None:
    environment = await calls.place(lambda session: session.environment, "Wait(5)")
    assert environment.path == "contact"
    assert environment.channel.startswith("Local/")
    assert environment.uniqueid
    assert environment.asterisk[:2].isdecimal()


async def test_digits_are_collected_across_files_with_barge_in(calls: Calls, prompt: Prompt) -> None:
    entered = await calls.place(
        lambda session: session.collect([prompt(9), prompt(0.1), prompt(0.2)], 2000, 3),
        "Wait(1)",
        "SendDTMF(12#)",
        "Wait(5)",
    )
    assert entered == Digits("12", timed_out=False)


async def test_a_pause_ends_the_entry_and_is_marked(calls: Calls, prompt: Prompt) -> None:
    entered = await calls.place(
        lambda session: session.collect([prompt(9)], 600, 4), "Wait(1)", "SendDTMF(7)", "Wait(5)"
    )
    assert entered == Digits("7", timed_out=True)


async def test_the_terminator_alone_is_no_time_out(calls: Calls, prompt: Prompt) -> None:
    entered = await calls.place(
        lambda session: session.collect([prompt(9)], 2000, 1), "Wait(1)", "SendDTMF(#)", "Wait(5)"
    )
    assert entered == Digits("", timed_out=False)


async def test_a_digit_cuts_a_prompt_short(calls: Calls, prompt: Prompt) -> None:
    played = await calls.place(lambda session: session.play(prompt(9), "5"), "Wait(1)", "SendDTMF(5)", "Wait(5)")
    assert played.digit == "5"


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: session.play("/nowhere/at/all"),
        lambda session: session.collect(["/nowhere/at/all"], 500, 1),
        lambda session: session.record("/nowhere/at/all", timeout_ms=500),
    ],
)
async def test_a_missing_file_is_told_apart_from_a_hang_up(calls: Calls, ask: Flow) -> None:
    error = await calls.place(ask, "Wait(5)")
    assert isinstance(error, AGIAppError), error
    assert not isinstance(error, AGIHangup)


async def test_a_hang_up_in_mid_prompt(calls: Calls, prompt: Prompt) -> None:
    error = await calls.place(lambda session: session.play(prompt(9)), "Wait(0.5)", "Hangup")
    assert isinstance(error, AGIHangup)


async def test_a_hang_up_while_digits_are_awaited(calls: Calls, prompt: Prompt) -> None:
    error = await calls.place(lambda session: session.wait_for_digit(10_000), "Wait(0.5)", "Hangup")
    assert isinstance(error, AGIHangup)


async def test_a_hang_up_between_commands(calls: Calls, prompt: Prompt) -> None:
    def flow(session: AgiSession) -> Any:
        while True:
            session.get_variable("HOTLINE_NOTE")
            session.wait(asyncio.sleep(0.01))

    error = await calls.place(flow, "Wait(0.3)", "Hangup")
    assert isinstance(error, AGIHangup)


async def test_what_asterisk_does_not_know_is_typed(calls: Calls, prompt: Prompt) -> None:
    def flow(session: AgiSession) -> Any:
        errors: list[type[Exception]] = []
        for command in ("NO SUCH COMMAND", "SET VARIABLE"):
            try:
                session.ask(command)
            except Exception as error:
                errors.append(type(error))
        return errors, session.get_variable("STILL_IN_STEP")

    assert await calls.place(flow, "Wait(5)") == ([AGIInvalidCommand, AGIUsageError], "")


async def test_the_longest_command_arrives_whole(calls: Calls, prompt: Prompt) -> None:
    room = LONGEST_COMMAND - len('SET VARIABLE "HOTLINE_NOTE" ""')
    assert len(encode("SET VARIABLE", "HOTLINE_NOTE", "x" * room)) == LONGEST_COMMAND + 1

    def flow(session: AgiSession) -> Any:
        session.set_variable("HOTLINE_NOTE", "x" * room)
        return session.get_full_variable("${LEN(${HOTLINE_NOTE})}"), session.get_variable("STILL_IN_STEP")

    assert await calls.place(flow, "Wait(5)") == (str(room), "")
