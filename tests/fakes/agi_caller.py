"""A caller and his Asterisk at the level of bytes; what he does is a script of letters.

`0`-`9`, `*`, `#` are keys. `,` hears one file to its end. `.` is silence until a time-out. `!` hangs up. `x` makes a
command fail with result -1 while the caller stays. `?` is an Asterisk that answers no more. After the script's end
there is silence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import SimpleNamespace
from typing import TypeVar

from ivr.agi.codec import Codec, EnvironmentRead, HangUp, Reply, Usage
from ivr.agi.environment import Environment
from ivr.agi.pyst2 import KEYS, AGIHangup, AgiSilence, Pyst2Agi
from tests.fakes.agi_peer import environment, tokens

T = TypeVar("T")


class FakeCaller(Pyst2Agi):
    """A session whose caller follows `script`. `heard` holds the files played, `variables` what was set, in order."""

    def __init__(self, script: str = "", *, number: str = "13800000001", channel: dict[str, str] | None = None) -> None:
        self._codec = Codec()
        (read,) = [
            event for line in environment(callerid=number).split(b"\n")[:-1] if (event := self._codec.line(line))
        ]
        assert isinstance(read, EnvironmentRead)
        super().__init__(read.values)
        self.environment = Environment.of(read.values)
        self._script = list(script)
        self._channel = channel or {}
        self._gone = False
        self.heard: list[str] = []
        self.variables: list[tuple[str, str]] = []
        self.commands: list[str] = []

    def wait(self, awaitable: Awaitable[T]) -> T:
        async def whole() -> T:
            return await awaitable

        return asyncio.run(whole())

    def exchange(self, command: bytes, deadline_s: float) -> Reply | Usage:
        words = list(tokens(command.decode()))
        self.commands.append(" ".join(words))
        if self._gone:
            return self._read(b"511 Command Not Permitted on a dead channel or intercept routine")
        for name, answer in self._answers.items():
            if " ".join(words).startswith(name):
                return self._read(answer(words[name.count(" ") + 1 :]).encode())
        raise AssertionError(f"no flow should send {words}")

    @property
    def _answers(self) -> dict[str, Callable[[list[str]], str]]:
        return {
            "ANSWER": self._answer,
            "CHANNEL STATUS": lambda words: "200 result=6",
            "EXEC": self._execute,
            "STREAM FILE": self._stream,
            "GET DATA": self._get_data,
            "WAIT FOR DIGIT": self._wait_for_digit,
            "RECORD FILE": self._record,
            "GET VARIABLE": self._get_variable,
            "SET VARIABLE": self._set_variable,
        }

    def _read(self, line: bytes) -> Reply | Usage:
        event = self._codec.line(line)
        if isinstance(event, HangUp):
            raise AGIHangup("the caller hung up")
        assert isinstance(event, Reply | Usage), event
        return event

    def _next(self) -> str:
        letter = self._script.pop(0) if self._script else "."
        if letter == "!":
            self._gone = True
        if letter == "?":
            raise AgiSilence("Asterisk gave no answer in time")
        return letter

    def _peek(self) -> str:
        return self._script[0] if self._script else "."

    def _answer(self, words: list[str]) -> str:
        if self._peek() in "!x":
            self._next()
            return "200 result=-1"
        return "200 result=0"

    def _execute(self, words: list[str]) -> str:
        assert words[0] == "Progress", words
        return "200 result=0"

    def _stream(self, words: list[str]) -> str:
        file, allowed = words[0], words[1]
        self.heard.append(file)
        while self._peek() != ".":
            letter = self._next()
            if letter == ",":
                break
            if letter in "!x":
                return "200 result=-1 endpos=0"
            if letter in allowed:
                return f"200 result={ord(letter)} endpos=800"
        return "200 result=0 endpos=8000"

    def _get_data(self, words: list[str]) -> str:
        file, _, most = words
        if file:
            self.heard.append(file)
        digits = ""
        while len(digits) < int(most):
            letter = self._next()
            if letter in "!x":
                return "200 result=-1"
            if letter == ".":
                return f"200 result={digits} (timeout)"
            if letter == "#":
                break
            if letter != ",":
                assert letter in KEYS
                digits += letter
        return f"200 result={digits}"

    def _wait_for_digit(self, words: list[str]) -> str:
        letter = self._next()
        while letter == ",":
            letter = self._next()
        return "200 result=-1" if letter in "!x" else f"200 result={0 if letter == '.' else ord(letter)}"

    def _record(self, words: list[str]) -> str:
        """As many seconds as the caller has `,` before another letter."""
        seconds = 0
        while self._peek() == ",":
            self._next()
            seconds += 1
        return "200 result=-1 endpos=0" if self._next() in "!x" else f"200 result=0 (timeout) endpos={seconds * 8000}"

    def _get_variable(self, words: list[str]) -> str:
        value = self._channel.get(words[0])
        return "200 result=0" if value is None else f"200 result=1 ({value})"

    def _set_variable(self, words: list[str]) -> str:
        self.variables.append((words[0], words[1]))
        return "200 result=1"


class Prompts:
    """A prompt book in which every prompt is one file, `LANGUAGE/ID`, but those in `absent`."""

    def __init__(self, *absent: str) -> None:
        self._absent = absent

    def files(self, prompt_id: str, language: str, values: Mapping[str, object] | None = None) -> list[str]:
        if prompt_id in self._absent:
            raise LookupError(f"no prompt {prompt_id!r} in {language}")
        return [f"{language}/{prompt_id}", *(f"{name}={value}" for name, value in (values or {}).items())]

    def say(self, kind: str, value: object, language: str) -> list[str]:
        return [f"{language}/{kind} {value}"]

    def missing(self, ids: object, language: str) -> list[str]:
        return [one for one in self._absent if one in list(ids)]  # type: ignore[call-overload]


class Customers:
    """Customers by number and by account; `broken` raises, `slow` never answers."""

    def __init__(self, *, broken: bool = False, **known: tuple[str, str, str | None]) -> None:
        self._broken = broken
        self._known = {
            key.removeprefix("n"): SimpleNamespace(
                id=i, name=i, tier=t, language=lang, account=None, managers=("1002", "seniors"), attributes={}
            )
            for key, (i, t, lang) in known.items()
        }

    async def by_number(self, number: str) -> SimpleNamespace | None:
        return self._find(number.removeprefix("+"))

    async def by_account(self, account: str) -> SimpleNamespace | None:
        return self._find(account)

    async def by_id(self, customer: str) -> SimpleNamespace | None:
        return next((one for one in self._known.values() if one.id == customer), None)

    def _find(self, key: str) -> SimpleNamespace | None:
        if self._broken:
            raise OSError("database is gone: 13800000001")
        return self._known.get(key)
