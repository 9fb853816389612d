"""Pages without a browser, in a process of their own: WebSockets that acknowledge pops and note how late they came.

Told on standard input, a JSON object a line: first {"url", "cookie", "tokens", "path"}; when all pages are open it says
{"open": N}; at {"done": true} it says what it noted and ends.
"""

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp
import uvloop


async def page(
    session: aiohttp.ClientSession, told: dict[str, Any], token: str, noted: dict[str, Any], up: Any
) -> None:
    """One page, until cancelled."""
    url = f"{told['url']}/api/v1/{told['path']}"
    headers = {"Cookie": f"{told['cookie']}={token}"}
    async with session.ws_connect(url, headers=headers, origin=told["url"], max_msg_size=0) as socket:
        await up.put(token)
        async for message in socket:
            arrived = time.time_ns() / 1_000_000
            noted["frames"] += 1
            noted["bytes"] += len(message.data)
            frame = json.loads(message.data)
            if frame["type"] == "pop":
                noted["late_ms"].append(arrived - frame["at"])
                await socket.send_json({"ack": frame["pop"]["offer"]})


async def main() -> None:
    """Open what is asked for, wait, tell."""
    loop = asyncio.get_running_loop()
    told = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    noted: dict[str, Any] = {"late_ms": [], "frames": 0, "bytes": 0}
    up: asyncio.Queue[str] = asyncio.Queue()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        pages = [loop.create_task(page(session, told, token, noted, up)) for token in told["tokens"]]
        for _ in pages:
            await up.get()
        print(json.dumps({"open": len(pages)}), flush=True)
        await loop.run_in_executor(None, sys.stdin.readline)
        for each in pages:
            each.cancel()
        await asyncio.gather(*pages, return_exceptions=True)
    print(json.dumps(noted), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
