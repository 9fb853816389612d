"""The hotline without an Asterisk: it starts, says what is missing, and is ready as soon as one is there."""

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from config.demo.engine import EngineProcess

pytestmark = pytest.mark.timeout(90)

SETTINGS = """
[[asterisk]]
name = "pbx"
ari_url = "http://127.0.0.1:{nobody}"
ari_password = "a-secret-nobody-asks-for"
ami_port = {nobody}
ami_secret = "a-secret-nobody-asks-for"
recordings_dir = "{folder}"
[engine]
var = "{folder}/var"
[agi]
port = 0
[api]
port = {api}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_it_starts_and_readyz_names_what_is_missing(tmp_path: Path) -> None:
    api = free_port()
    settings = tmp_path / "hotline.toml"
    settings.write_text(SETTINGS.format(nobody=free_port(), api=api, folder=tmp_path))
    engine = EngineProcess(settings)
    await engine.start()
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{api}/healthz") as alive:
                assert alive.status == 200
            async with session.get(f"http://127.0.0.1:{api}/readyz") as ready:
                assert ready.status == 503
                checks = {check["name"]: check for check in (await ready.json())["checks"]}
        assert checks["ari-pbx"]["state"] == "down"
        assert "is Asterisk running" in checks["ari-pbx"]["detail"]
        assert checks["journal"]["state"] == checks["database"]["state"] == "up"
    finally:
        await engine.stop()


async def test_a_second_hotline_on_the_same_folder_is_refused_by_name(tmp_path: Path) -> None:
    settings = tmp_path / "hotline.toml"
    settings.write_text(SETTINGS.format(nobody=free_port(), api=free_port(), folder=tmp_path))
    first = EngineProcess(settings)
    await first.start()
    try:
        second = await asyncio.create_subprocess_exec(
            *first.command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=first.environment
        )
        assert second.stdout is not None
        said = (await second.stdout.read()).decode()
        assert await second.wait() == 1
        assert "another hotline is running on this journal" in said
    finally:
        await first.stop()
