"""The pages: what Vite built, read once at the start and served from memory.

`/`, `/board`, `/wall` and `/account` are one document; everything else it needs is under `/assets/` with the content's
hash in the name, so browsers keep it for ever.
"""

import gzip
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response

from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Public

DIST = Path(__file__).parents[1] / "pages" / "dist"
"""Where the build puts the pages."""
DOCUMENT = "index.html"
WORTH_PACKING = 1024
"""Bytes; smaller files are sent as they are."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(Public())])


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    content: bytes
    packed: bytes | None
    """With gzip, when that is shorter."""
    media_type: str
    tag: str


class Pages:
    """The files of the pages, and what browsers are told to allow them."""

    def __init__(self, folder: Path, sockets: Sequence[str]) -> None:
        """`folder` as Vite leaves it; it may not be there. `sockets`: addresses of Asterisks' SIP WebSockets."""
        self._folder = folder
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in _all_files(folder)}
        self._policy = _policy(sockets)

    def document(self, request: Request) -> Response:
        """The document of every page. Raises ApiProblem when the pages were not built."""
        if DOCUMENT not in self._files:
            raise ApiProblem(
                Sorts.NOT_BUILT, f"{self._folder} is empty: run make .venv/pages.ready, then start hotline again"
            )
        return self._answer(request, self._files[DOCUMENT], "no-cache")

    def asset(self, request: Request, name: str) -> Response:
        """A file that the document asks for. Raises ApiProblem when there is none."""
        file = self._files.get(f"assets/{name}")
        if file is None:
            raise ApiProblem(Sorts.NOT_FOUND, f"no file /assets/{name}: load the page anew")
        return self._answer(request, file, "public, max-age=31536000, immutable")

    def _answer(self, request: Request, file: File, caching: str) -> Response:
        headers = {
            "Cache-Control": caching,
            "ETag": file.tag,
            "Vary": "Accept-Encoding",
            "Content-Security-Policy": self._policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        }
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, media_type=file.media_type, headers=headers | {"Content-Encoding": "gzip"})
        return Response(file.content, media_type=file.media_type, headers=headers)


def _all_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _read(path: Path) -> File:
    content = path.read_bytes()
    packed = gzip.compress(content, 9, mtime=0) if len(content) >= WORTH_PACKING else content
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    # Weak: the packed and the plain form share it.
    tag = f'W/"{sha256(content).hexdigest()[:20]}"'
    return File(content, packed if len(packed) < len(content) else None, media_type, tag)


def _policy(sockets: Sequence[str]) -> str:
    origins = {f"{part.scheme}://{part.netloc}" for part in map(urlsplit, sockets)}
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(["connect-src 'self'", *sorted(origins)]),
            "media-src 'self' blob:",
            "img-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


@router.get("/")
@router.get("/board")
@router.get("/wall")
@router.get("/account")
async def document(request: Request) -> Response:
    """The desk, the supervisors' board, the board on a wall, one's own account."""
    return _pages(request).document(request)


@router.get("/assets/{name:path}")
async def asset(name: str, request: Request) -> Response:
    """A script, a style, a sound: its name has the content's hash."""
    return _pages(request).asset(request, name)
