"""The built pages: one document, files that browsers keep, and what they are allowed to do."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from cti.api.pages import Pages
from tests.cti.api.hotline import Hotline

SCRIPT = "console.log('hotline');" * 100


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>hotline</title>")
    (folder / "assets" / "index-1a2b.js").write_text(SCRIPT)
    return folder


@pytest_asyncio.fixture
async def browser(hotline: Hotline, dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    hotline.app.state.pages = Pages(dist, ["wss://pbx.example.cn:8089/ws"])
    yield hotline.client()


@pytest.mark.parametrize("path", ["/", "/board", "/wall"])
async def test_every_page_is_the_one_document_and_is_asked_for_each_time(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>hotline</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


async def test_what_the_document_needs_is_kept_for_ever_and_comes_packed(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert answer.text == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 9))
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    plain = await browser.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == (SCRIPT, False)


async def test_a_document_the_browser_has_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    tag = (await browser.get("/")).headers["etag"]
    again = await browser.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_page_runs_no_script_but_its_own_and_sits_in_no_frame(browser: httpx.AsyncClient) -> None:
    headers = (await browser.get("/")).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy
    assert "unsafe" not in headers["content-security-policy"]
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_a_page_talks_to_us_and_to_the_asterisks_of_the_phones_alone(browser: httpx.AsyncClient) -> None:
    policy = (await browser.get("/")).headers["content-security-policy"]
    assert "connect-src 'self' wss://pbx.example.cn:8089;" in policy


@pytest.mark.parametrize(
    "path", ["/assets/other.js", "/assets/../index.html", "/assets/%2e%2e/index.html", "/index.html"]
)
async def test_nothing_else_is_served(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:hotline:problem:not-found")


async def test_pages_that_were_not_built_say_how_to(hotline: Hotline, tmp_path: Path) -> None:
    hotline.app.state.pages = Pages(tmp_path / "nothing", [])
    answer = await hotline.client().get("/")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:hotline:problem:pages-not-built")
    assert "make .venv/pages.ready" in answer.json()["detail"]


async def test_the_api_goes_before_the_pages(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/healthz")).status_code == 200
