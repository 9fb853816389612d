"""Asterisk's console over its socket."""

import asyncio
from pathlib import Path

import pytest

from config.lab import LabError
from config.lab.console import ask


async def test_a_command_is_sent_and_everything_until_the_end_is_the_answer(tmp_path: Path) -> None:
    heard: list[bytes] = []

    async def console(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"host/1/Asterisk 22\n")
        heard.append(await reader.readuntil(b"\0"))
        writer.write("one\n坐席\n".encode())
        writer.close()

    async with await asyncio.start_unix_server(console, tmp_path / "ctl"):
        assert await ask(tmp_path / "ctl", "core show channels") == "one\n坐席\n"
    assert heard == [b"cli quit after core show channels\0"]


async def test_a_console_that_does_not_answer_is_named(tmp_path: Path) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_unix_server(silent, tmp_path / "ctl"):
        with pytest.raises(LabError, match=r"ctl: Asterisk did not answer 'core stop' within 0\.05 s"):
            await ask(tmp_path / "ctl", "core stop", patience=0.05)


async def test_nobody_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await ask(tmp_path / "ctl", "x")
