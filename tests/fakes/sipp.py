"""sipp as a caller or as an agent's phone: one scenario of `tests/integration/sip/`, for one call.

A scenario file may `<use part="NAME" key="value"/>`: the file of `parts/` is put there, each `{key}` replaced; a part
may use others. Where it says `<use part="when_told"/>` it waits for `Call.go_on`, so a test decides when the next thing
happens.
"""

import asyncio
import contextlib
import itertools
import re
import secrets
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from config.lab.peers import sipp
from config.lab.peers.ports import free_sip_port
from tests.fakes.rtp import touch_tones

SCENARIOS = Path(__file__).parents[1] / "integration" / "sip"
_USE = re.compile(r'<use part="(\w+)"((?:\s+\w+="[^"]*")*)\s*/>')
_DEFAULTS = {
    "name": "",
    "branch": "[branch]",
    "cseq": "1",
    "codec": "8",
    "direction": "sendrecv",
    "header": "X-Hotline: no",
}
_TONE_HZ = 620
DEADLINE_S = 60.0


class Call:
    """One sipp with its one call."""

    def __init__(self, folder: Path, process: asyncio.subprocess.Process, port: int, call_id: str) -> None:
        self.port = port
        self.call_id = call_id
        """Its SIP Call-ID; of a phone's, once it was invited."""
        self._folder = folder
        self._process = process
        self._told = 0

    async def said(self, words: str) -> str:
        """Wait until the scenario logs a line that begins so; the rest of the line."""
        return await self._said(words, 1)

    async def _said(self, words: str, times: int) -> str:
        path = self._folder / "said.log"
        async with asyncio.timeout(DEADLINE_S):
            while True:
                text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
                said = [line for line in text.splitlines() if line.startswith(words)]
                if len(said) >= times:
                    return said[times - 1].removeprefix(words).strip()
                if self._process.returncode is not None:
                    raise AssertionError(f"sipp ended without {words!r}: {sipp.last_words(self._folder)}")
                # A file tells nobody when it grows.
                await asyncio.sleep(0.02)

    async def invited(self) -> None:
        """Wait until the phone is called."""
        self.call_id = await self.said("invited")

    async def go_on(self) -> None:
        """Let the scenario go on behind its next `when_told`."""
        self._told += 1
        await self._said("waits", self._told)
        branch = f"z9hG4bK{secrets.token_hex(4)}"
        go_on = (
            f"MESSAGE sip:go-on@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch={branch}\r\n"
            f"From: <sip:test@127.0.0.1>;tag=test\r\nTo: <sip:go-on@127.0.0.1>\r\nCall-ID: {self.call_id}\r\n"
            "CSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n"
        )
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.sendto(go_on.encode(), ("127.0.0.1", self.port))

    async def over(self) -> None:
        """Wait until the scenario is done; AssertionError when it did not go as it is written."""
        async with asyncio.timeout(DEADLINE_S):
            code = await self._process.wait()
        assert code == 0, f"{self._folder.name}: sipp ended with {code}: {sipp.last_words(self._folder)}"

    async def vanish(self) -> None:
        """Be gone without a word."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


class Sipps:
    """Starts them against one Asterisk. `folder`: its own; what is running when it is closed is ended."""

    def __init__(self, folder: Path, server: str) -> None:
        self._folder = folder
        self._server = server
        self._numbers = itertools.count(1)
        self._calls: list[Call] = []

    async def call(self, scenario: str, number: str, *, caller: str, **values: str) -> Call:
        """A caller who does what the scenario says; `name` goes before his address just as it is, and so does `header`.

        A byte that is no character is one of `surrogateescape`.
        """
        return await self._start(scenario, ["-s", number], free_sip_port(), {"caller": caller, **values})

    async def phone(self, scenario: str, extension: str, password: str, **values: str) -> Call:
        """A phone that registers, and does what the scenario says when it is called."""
        port = free_sip_port()
        await self.register(extension, password, port)
        # Being asked whether it is there is a call as well to sipp; the scenario itself says when it is done.
        values = {"extension": extension, "password": password, **values}
        return await self._start(scenario, ["-key", "extension", extension], port, values, ["-m", "1000"])

    async def register(self, extension: str, password: str, port: int) -> None:
        """Register the phone that is to stand on this port."""
        values = {"extension": extension, "password": password, "seconds": "120"}
        await (await self._start("register", ["-key", "extension", extension], port, values)).over()

    async def close(self) -> None:
        """End those that still run."""
        for call in self._calls:
            await call.vanish()

    async def _start(
        self, scenario: str, keys: list[str], port: int, values: dict[str, str], calls: Sequence[str] = ("-m", "1")
    ) -> Call:
        folder = self._folder / f"{next(self._numbers)}-{scenario}"
        folder.mkdir(parents=True)
        (folder / "scenario.xml").write_text(_scenario(scenario, values), encoding="utf-8", errors="surrogateescape")
        for sound in await self._sounds():
            shutil.copy(sound, folder)
        call_id = f"{scenario}-{secrets.token_hex(4)}"
        command = ["-sf", "scenario.xml", *calls, "-cid_str", call_id, "-p", str(port), "-timer_resol", "1"]
        # Nothing is sent again by itself, and what comes between two messages of ours is no reason to give up.
        command += ["-nr", "-default_behaviors", "all,-abortunexp"]
        command += [
            "-mp",
            str(_media_port()),
            "-trace_logs",
            "-trace_msg",
            "-message_file",
            "wire.log",
            "-log_file",
            "said.log",
            *keys,
            self._server,
        ]
        call = Call(folder, await sipp.start(folder, command), port, call_id)
        self._calls.append(call)
        return call

    async def _sounds(self) -> tuple[Path, Path]:
        """A voice, and the key 9 as it sounds."""
        tone, key = (self._folder / name for name in ("tone.al", "key.al"))
        if not tone.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            key.write_bytes(touch_tones("9"))
            await asyncio.to_thread(sipp.write_tone, self._folder, _TONE_HZ)
        return tone, key


def _media_port() -> int:
    """The first of four free ports: audio and video with their RTCP, though there is no video."""
    while True:
        first = free_sip_port() & ~1
        with contextlib.ExitStack() as taken:
            try:
                for port in range(first, first + 4):
                    taken.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first


def _scenario(name: str, values: dict[str, str]) -> str:
    text = (SCENARIOS / f"{name}.xml").read_text(encoding="utf-8")
    return _with_parts(_filled(text, values), values)


def _with_parts(text: str, values: dict[str, str]) -> str:
    return _USE.sub(lambda use: _part(use, values), text)


def _part(use: re.Match[str], values: dict[str, str]) -> str:
    text = (SCENARIOS / "parts" / f"{use[1]}.xml").read_text(encoding="utf-8")
    given = dict(re.findall(r'(\w+)="([^"]*)"', use[2]))
    return _with_parts(_filled(text, _DEFAULTS | values | given), values)


def _filled(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text
