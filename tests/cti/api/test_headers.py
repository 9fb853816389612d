"""What browsers are told by every answer, and that nobody asks without end."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from config.certificates import authority_of, make, server_of
from cti.api import problem, rate_limit
from cti.api.rate_limit import RateLimit
from cti.api.serve import ApiServer
from tests.cti.api.hotline import Hotline

PERSONAL = (
    "/api/v1/me",
    "/api/v1/contacts",
    "/api/v1/contacts/none",
    "/api/v1/items",
    "/api/v1/audit",
    "/api/v1/users",
)


@pytest.mark.parametrize("path", [*PERSONAL, "/metrics", "/readyz", "/nowhere", "/api/v1/floor"])
async def test_no_answer_is_kept_framed_or_taken_for_a_page(hotline: Hotline, path: str) -> None:
    answer = await (await hotline.signed_in("root")).get(path)
    headers = answer.headers
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert (headers["referrer-policy"], headers["cross-origin-resource-policy"]) == ("no-referrer", "same-origin")
    assert "server" not in headers
    assert "strict-transport-security" not in headers


async def test_a_fault_s_answer_has_them_too_and_tells_nothing(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problem.log, "error", lambda event, **more: None)

    @hotline.app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret inside")

    answer = await hotline.client().get("/broken")
    assert (answer.status_code, answer.headers["cache-control"]) == (500, "no-store")
    assert "secret inside" not in answer.text


async def test_no_other_site_is_let_read_an_answer(hotline: Hotline) -> None:
    client = await hotline.signed_in("boss")
    answer = await client.get("/api/v1/me", headers={"Origin": "https://evil.test"})
    assert [name for name in answer.headers if name.startswith("access-control-")] == []
    asked = await client.options("/api/v1/me", headers={"Origin": "https://evil.test"})
    assert [name for name in asked.headers if name.startswith("access-control-")] == []


# --- https ---


@pytest_asyncio.fixture
async def https(hotline: Hotline, tmp_path: Path) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """A server with a certificate, and what a browser that trusts it speaks: TLS 1.2 at most."""
    make(tmp_path / "certs", [], datetime.now(UTC))
    pair = server_of(tmp_path / "certs")
    served = ApiServer(hotline.app, "127.0.0.1", 0, certificate=pair.certificate, key=pair.key)
    port = await served.start()
    trust = ssl.create_default_context(cafile=str(authority_of(tmp_path / "certs").certificate))
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    yield f"https://127.0.0.1:{port}", trust
    await served.stop()


async def test_once_https_always_https(https: tuple[str, ssl.SSLContext]) -> None:
    base, trust = https
    async with aiohttp.ClientSession() as session, session.get(f"{base}/healthz", ssl=trust) as answer:
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_only_ciphers_with_forward_secrecy_and_authentication_are_spoken(
    https: tuple[str, ssl.SSLContext],
) -> None:
    base, trust = https
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{base}/healthz", ssl=trust) as answer:
            assert answer.status == 200
        trust.set_ciphers("ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0")
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{base}/healthz", ssl=trust)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
async def test_an_old_tls_is_not_spoken(https: tuple[str, ssl.SSLContext]) -> None:
    base, trust = https
    trust.minimum_version = trust.maximum_version = ssl.TLSVersion.TLSv1_1
    trust.set_ciphers("ALL:@SECLEVEL=0")
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{base}/healthz", ssl=trust)


# --- how often ---


async def test_one_who_asks_without_end_is_told_to_wait_and_others_are_not(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "PER_SESSION", 20)
    wild, calm = await hotline.signed_in("boss"), await hotline.signed_in("root")
    answers = [await wild.get("/api/v1/me") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1].json()["type"] == "urn:hotline:problem:too-many-requests"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= rate_limit.WINDOW_S
    assert (await calm.get("/api/v1/me")).status_code == 200
    assert (await wild.get("/healthz")).status_code == 200


async def test_after_the_window_he_may_ask_again(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "PER_ADDRESS", 2)
    moment = 100.0
    answers = FastAPI()
    limited = RateLimit(answers, hotline.parts.sessions, lambda: moment)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(limited), base_url="http://hotline.test") as client:
        statuses = [(await client.get("/api/x")).status_code for _ in range(3)]
        moment += rate_limit.WINDOW_S
        statuses.append((await client.get("/api/x")).status_code)
    assert statuses == [404, 404, 429, 404]
