"""A page that means harm: frames nobody would send, on a real WebSocket of a real server."""

import asyncio
import base64
import secrets
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

import aiohttp

from bench.hostile.mutation import hostile

SAMPLES = (b'{"ack": 17}', b'{"ack": 1}', b'{"ack": 99999999999999999999}', b'{"type": "ack", "ack": null}', b'"ack"')
HUGE = "[" + "1," * 40_000 + "1]"
"""More than a server reads of one frame."""
FAULT = 1011
"""Close code (RFC 6455) with which a server owns a fault of its own."""
PATIENCE_S = 20.0

BROKEN_FRAMES: dict[str, bytes] = {
    "without a mask": b"\x81\x02hi",
    "of an unknown kind": b"\x8b\x80\x00\x00\x00\x00",
    "with reserved bits": b"\xf1\x80\x00\x00\x00\x00",
    "of 2^63 bytes": b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
    "that goes on with nothing": b"\x80\x80\x00\x00\x00\x00",
    "of control, in pieces": b"\x09\x80\x00\x00\x00\x00",
    "of control, too long": b"\x89\xfe\x00\x80\x00\x00\x00\x00" + b"x" * 128,
    "of text that is none": b"\x81\x82\x00\x00\x00\x00\xc0\x80",
    "of closing with half a code": b"\x88\x81\x00\x00\x00\x00\x03",
    "cut off": b"\x81\xfe\xff",
}
"""Bytes after the handshake that no WebSocket speaks, by what is wrong with them."""


@dataclass
class Attacked:
    """What a server made of it."""

    frames: int = 0
    answers: int = 0
    closed: Counter[int] = field(default_factory=Counter)
    """Close code -> how often."""


async def attack(url: str, cookie: str, path: str, *, frames: int, seed: int, a_page: int = 40) -> Attacked:
    """Send so many frames to `path`, some of them not text, `a_page` on each page; a page that is closed is followed by
    another. Raises TimeoutError when a page neither answers nor closes."""
    random, found = Random(seed), Attacked()
    headers = {"Cookie": cookie, "Origin": url}
    async with aiohttp.ClientSession() as session:
        while found.frames < frames:
            async with session.ws_connect(f"{url}/api/v1/{path}", headers=headers, max_msg_size=0) as page:
                await _say(page, found, random, min(a_page, frames - found.frames))
                await page.close()
            found.closed[page.close_code or 0] += 1
    return found


async def _send(page: aiohttp.ClientWebSocketResponse, content: bytes, random: Random) -> None:
    try:
        if random.random() < 0.02:
            await page.send_bytes(content)
        elif random.random() < 0.02:
            await page.send_str(HUGE)
        else:
            await page.send_str(content.decode("utf-8", "replace"))
    except ConnectionError:
        pass


async def _say(page: aiohttp.ClientWebSocketResponse, found: Attacked, random: Random, frames: int) -> None:
    """Frame by frame, each answered before the next; until the page is closed."""
    for _ in range(frames):
        found.frames += 1
        await _send(page, hostile(SAMPLES, random), random)
        async with asyncio.timeout(PATIENCE_S):
            answer = await page.receive()
        if answer.type is not aiohttp.WSMsgType.TEXT:
            return
        found.answers += 1


async def send_broken(url: str, cookie: str, path: str, content: bytes) -> bytes:
    """Open a socket by hand, send these bytes and hang up; whatever the server said after the handshake."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = (
        f"GET /api/v1/{path} HTTP/1.1", f"Host: {place.netloc}", f"Origin: {url}", f"Cookie: {cookie}",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", "",
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE_S):
            writer.write("\r\n".join(lines).encode())
            status = await reader.readuntil(b"\r\n\r\n")
            assert status.startswith(b"HTTP/1.1 101 "), status
            writer.write(content)
            writer.write_eof()
            return await reader.read()
    finally:
        writer.close()
