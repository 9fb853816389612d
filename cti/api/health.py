"""Alive, ready, and figures: what monitors ask for. Nothing here tells of a caller."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from cti.api.rights import Public

CHECK_S = 3.0
"""How long a part may take to say how it is."""


class Live(StrEnum):
    """How a part of the hotline is."""

    UP = "up"
    DEGRADED = "degraded"
    """Calls go on, something is refused or late."""
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one part; `detail` says what is wrong and what to do."""

    state: Live
    detail: str = ""


Readiness = Callable[[], Awaitable[Check]]


class CheckView(BaseModel):
    """One line of /readyz."""

    name: str
    state: Live
    detail: str


class Health(BaseModel):
    """All lines, and the worst of them."""

    state: Live
    checks: list[CheckView]


_WORST = (Live.UP, Live.DEGRADED, Live.DOWN)
router = APIRouter(tags=["health"], dependencies=[Depends(Public())])


async def ask(checks: Mapping[str, Readiness]) -> Health:
    """Ask every part at once; one that does not answer in time, or fails, is down."""
    answers = await asyncio.gather(*(_ask_one(check) for check in checks.values()))
    lines = [
        CheckView(name=name, state=answer.state, detail=answer.detail)
        for name, answer in zip(checks, answers, strict=True)
    ]
    worst = max((line.state for line in lines), key=_WORST.index, default=Live.UP)
    return Health(state=worst, checks=lines)


async def _ask_one(check: Readiness) -> Check:
    try:
        async with asyncio.timeout(CHECK_S):
            return await check()
    except TimeoutError:
        return Check(Live.DOWN, f"no answer in {CHECK_S:g} s")
    except Exception as error:
        return Check(Live.DOWN, str(error) or type(error).__name__)


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process lives and its loop turns."""
    return {"state": "up"}


@router.get("/readyz", responses={503: {"model": Health}})
async def ready(request: Request) -> Health:
    """Whether calls can be taken; 503 when a part is down."""
    health = await ask(request.app.state.parts.checks)
    if health.state is Live.DOWN:
        return JSONResponse(health.model_dump(mode="json"), status_code=503)  # type: ignore[return-value]
    return health


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Prometheus text."""
    return Response(request.app.state.parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
