"""Errors as RFC 9457 problem details, with a title in the reader's language.

Body: `type` (urn:hotline:problem:NAME, stable), `title`, `status`, `detail` (what went wrong this time), and for input
that cannot be used `problems`, a list of {place, what, mend}. Content type application/problem+json.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException

from acd.errors import IllegalEvent
from cti.api.headers import EVERYWHERE
from cti.database.connection import DatabaseUnreachable
from cti.people.passwords import PasswordLength, PasswordRefused
from cti.problems import Conflict, Problem, Refused

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of error: its stable name, its status, its title in both languages."""

    name: str
    status: int
    en: str
    zh: str


class Sorts(Enum):
    """Every sort of error the API answers with."""

    INVALID = Sort("invalid-request", 422, "The request cannot be used", "请求内容不合要求")
    NOT_SIGNED_IN = Sort("not-signed-in", 401, "Sign in first", "请先登录")
    WRONG_PASSWORD = Sort("wrong-password", 401, "Login or password is wrong", "账号或密码不正确")
    PASSWORD_LENGTH = Sort("password-length", 422, "A password has 12 to 128 characters", "密码须为 12 至 128 个字符")
    PASSWORD_GUESSED = Sort(
        "password-guessed",
        422,
        "This password is guessed soon: use several words that do not belong together",
        "该密码容易被猜到：请用几个互不相干的词组成",
    )
    CODE_NEEDED = Sort("code-needed", 401, "Type the code of your second factor", "请输入两步验证的验证码")
    WRONG_CODE = Sort("wrong-code", 401, "The code is wrong, too old, or was used", "验证码不正确、已过期或已使用")
    OFFER_OVER = Sort("offer-over", 409, "This took too long: begin again", "等待过久，请重新开始")
    SECOND_FACTOR_DUE = Sort("second-factor-due", 403, "Set up your second factor first", "请先设置两步验证")
    TOO_MANY_TRIES = Sort("too-many-tries", 429, "Too many failed sign-ins", "登录失败次数过多")
    TOO_MANY_REQUESTS = Sort("too-many-requests", 429, "Too many requests", "请求过于频繁")
    NOT_ALLOWED = Sort("not-allowed", 403, "Your role may not do this", "您的角色无权执行此操作")
    WRONG_ORIGIN = Sort("wrong-origin", 403, "Pages of this origin may not use the API", "不允许该来源的页面调用接口")
    NO_AGENT = Sort("no-agent", 403, "You are not an agent of the plan", "您不是方案中的坐席")
    NOT_FOUND = Sort("not-found", 404, "There is no such thing", "没有找到")
    METHOD = Sort("method-not-allowed", 405, "Not with this method", "不支持该请求方法")
    REFUSED = Sort("refused", 409, "Not possible as things stand", "当前状态下无法执行")
    CONFLICT = Sort("changed-meanwhile", 409, "Somebody changed it in the meantime", "已被他人修改")
    TOO_LARGE = Sort("too-large", 413, "The request is too large", "请求过大")
    UNAVAILABLE = Sort("unavailable", 503, "The database does not answer", "数据库没有响应")
    NOT_BUILT = Sort("pages-not-built", 503, "The pages were not built", "页面尚未构建")
    FAULT = Sort("fault", 500, "A fault of ours", "系统内部错误")


_BY_STATUS = {404: Sorts.NOT_FOUND, 405: Sorts.METHOD, 413: Sorts.TOO_LARGE, 403: Sorts.NOT_ALLOWED}


class ApiProblem(Exception):
    """Ends a request with a problem."""

    def __init__(self, sort: Sorts, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        """`detail` says what went wrong this time."""
        super().__init__(detail)
        self.sort = sort
        self.detail = detail
        self.headers = headers


def language_of(header: str) -> str:
    """zh-CN or en, whichever an Accept-Language header asks for first; en when neither."""
    asked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, rest = part.strip().partition(";")
        quality = re.search(r"q\s*=\s*([0-9]+(?:\.[0-9]*)?)", rest)
        if tag.lower().startswith(("zh", "en")):
            asked.append((-float(quality[1]) if quality else -1.0, tag.lower()))
    return "zh-CN" if asked and min(asked, key=lambda one: one[0])[1].startswith("zh") else "en"


def problem_body(sort: Sorts, detail: str, language: str, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    """The JSON object of a problem."""
    kind = sort.value
    body: dict[str, Any] = {
        "type": f"urn:hotline:problem:{kind.name}",
        "title": kind.zh if language == "zh-CN" else kind.en,
        "status": kind.status,
        "detail": detail,
    }
    if problems:
        body["problems"] = [{"place": one.place, "what": one.what, "mend": one.mend} for one in problems]
    return body


def problem_response(
    sort: Sorts,
    detail: str,
    accept_language: str,
    *,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer that tells a problem."""
    language = language_of(accept_language)
    return JSONResponse(
        problem_body(sort, detail, language, problems),
        status_code=sort.value.status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, **(headers or {})},
    )


def _answer(request: Request, sort: Sorts, detail: str, **more: Any) -> JSONResponse:
    return problem_response(sort, detail, request.headers.get("accept-language", ""), **more)


def _place(location: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in location)


def _is_of_the_values(error: DBAPIError) -> bool:
    """Whether the database, or its driver before it, refused what was asked with: the request's fault, not its own.

    SQLSTATE class 22 is PostgreSQL's for data it cannot take; asyncpg's own refusal has no state and is a ValueError.
    """
    causes = (error.orig, getattr(error.orig, "__cause__", None))
    return any(
        isinstance(cause, ValueError) or str(getattr(cause, "sqlstate", "") or "")[:2] == "22" for cause in causes
    )


def add_problems(app: FastAPI) -> None:
    """Let every error of the app leave as a problem."""

    @app.exception_handler(ApiProblem)
    async def api_problem(request: Request, error: ApiProblem) -> JSONResponse:
        return _answer(request, error.sort, error.detail, headers=error.headers)

    @app.exception_handler(IllegalEvent)
    async def illegal(request: Request, error: IllegalEvent) -> JSONResponse:
        return _answer(request, Sorts.REFUSED, error.why)

    @app.exception_handler(Conflict)
    async def conflict(request: Request, error: Conflict) -> JSONResponse:
        return _answer(request, Sorts.CONFLICT, str(error), problems=error.problems)

    @app.exception_handler(OverflowError)
    @app.exception_handler(DBAPIError)
    async def beyond_the_database(request: Request, error: OverflowError | DBAPIError) -> JSONResponse:
        if isinstance(error, DBAPIError) and not _is_of_the_values(error):
            return await unavailable(request, error)
        return _answer(request, Sorts.INVALID, "a value is beyond what can be kept: too large, or a zero character")

    @app.exception_handler(DatabaseUnreachable)
    @app.exception_handler(SQLAlchemyError)
    @app.exception_handler(ConnectionError)
    async def unavailable(request: Request, error: Exception) -> JSONResponse:
        log.error("database did not answer", path=request.url.path, error=str(error))
        return _answer(request, Sorts.UNAVAILABLE, "try again in a moment; calls go on meanwhile")

    @app.exception_handler(PasswordRefused)
    async def password_refused(request: Request, error: PasswordRefused) -> JSONResponse:
        sort = Sorts.PASSWORD_LENGTH if isinstance(error, PasswordLength) else Sorts.PASSWORD_GUESSED
        return _answer(request, sort, str(error), problems=error.problems)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> JSONResponse:
        return _answer(request, Sorts.INVALID, str(error), problems=error.problems)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        problems = [Problem(_place(one["loc"]), one["msg"], "see /api/openapi.json") for one in error.errors()]
        return _answer(request, Sorts.INVALID, "\n".join(str(one) for one in problems), problems=problems)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        sort = _BY_STATUS.get(error.status_code, Sorts.INVALID if error.status_code < 500 else Sorts.FAULT)
        return _answer(request, sort, f"{request.method} {request.url.path}: {error.detail}", headers=error.headers)

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> JSONResponse:
        log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
        # Made outside of all middleware.
        return _answer(request, Sorts.FAULT, "it is in the log", headers=EVERYWHERE)
