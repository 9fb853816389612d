"""Errors are problem details, in the reader's language, and say what to do."""

from collections.abc import AsyncIterator

import pytest

from cti.api.body_limit import LARGEST
from cti.api.problem import language_of
from tests.cti.api.hotline import Hotline


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr,zh;q=0.3", "zh-CN"),
        ("en;q=0.2, zh-TW;q=0.7", "zh-CN"),
        ("*", "en"),
        ("zh;q=x", "zh-CN"),
        ("zh;q=.", "zh-CN"),
    ],
)
def test_the_language_is_the_one_asked_for_first(header: str, language: str) -> None:
    assert language_of(header) == language


async def test_a_path_that_is_not_there(hotline: Hotline) -> None:
    answer = await hotline.client().get("/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:hotline:problem:not-found",
        "title": "There is no such thing",
        "status": 404,
        "detail": "GET /api/v1/nothing: Not Found",
    }


async def test_the_title_is_chinese_for_who_reads_chinese(hotline: Hotline) -> None:
    answer = await hotline.client(**{"accept-language": "zh-CN"}).get("/api/v1/me")
    assert answer.json()["title"] == "请先登录"
    assert answer.headers["content-language"] == "zh-CN"


async def test_a_method_that_is_not_known_there(hotline: Hotline) -> None:
    answer = await hotline.client().patch("/api/v1/session")
    assert answer.json()["type"] == "urn:hotline:problem:method-not-allowed"
    assert answer.headers["allow"]


async def test_a_body_that_does_not_fit_names_each_place(hotline: Hotline) -> None:
    answer = await hotline.client().post("/api/v1/session", json={"login": "", "pasword": "x"})
    assert answer.status_code == 422
    places = {one["place"] for one in answer.json()["problems"]}
    assert places == {"body.login", "body.password", "body.pasword"}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b'"x"', b""])
async def test_a_body_that_is_no_json_object(hotline: Hotline, body: bytes) -> None:
    answer = await hotline.client(**{"content-type": "application/json"}).post("/api/v1/session", content=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:hotline:problem:invalid-request"


async def in_pieces() -> AsyncIterator[bytes]:
    for _ in range(5):
        yield b" " * 2**20


@pytest.mark.parametrize("content", [b" " * (LARGEST + 1), in_pieces()], ids=["length told", "length not told"])
async def test_a_body_that_is_far_too_large_is_not_read(
    hotline: Hotline, content: bytes | AsyncIterator[bytes]
) -> None:
    answer = await hotline.client().post("/api/v1/session", content=content)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:hotline:problem:too-large")


async def test_a_fault_of_ours_says_nothing_of_its_inside(hotline: Hotline) -> None:
    @hotline.app.get("/boom")
    async def boom() -> None:
        raise RuntimeError("the secret of 13800005678")

    answer = await hotline.client().get("/boom")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:hotline:problem:fault"
    assert "secret" not in answer.text


async def test_a_database_that_is_gone_is_told_as_such(hotline: Hotline) -> None:
    @hotline.app.get("/lookup")
    async def lookup() -> None:
        raise ConnectionRefusedError("no database")

    answer = await hotline.client().get("/lookup")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:hotline:problem:unavailable")


async def test_the_schema_is_where_the_contract_says(hotline: Hotline) -> None:
    schema = (await hotline.client().get("/api/openapi.json")).json()
    assert "/api/v1/agents/me/sign-in" in schema["paths"]
    assert "/healthz" in schema["paths"]


@pytest.mark.parametrize("path", [f"/api/v1/items/{10**26}/finish", f"/api/v1/items/-{10**26}/finish"])
async def test_a_number_that_no_database_holds_is_the_requests_fault(hotline: Hotline, path: str) -> None:
    client = await hotline.signed_in("root")
    answer = await client.post(path)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:hotline:problem:invalid-request")


async def test_a_length_without_end_is_too_large(hotline: Hotline) -> None:
    client = hotline.client()
    answer = await client.post("/api/v1/session", content=b"{}", headers={"Content-Length": "9" * 5000})
    assert answer.status_code == 413
