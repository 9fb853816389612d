"""A stand-in for Asterisk that carries any number of calls without audio: its FastAGI, its ARI, its raw recordings.

It says what Asterisk says and keeps no more of a call than that takes, so that what is measured is hotline.
"""

import asyncio
import io
import json
import random
import struct
import time
import wave
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from aiohttp import WSMsgType, web

NAME = "bench"
ACCESS = "95000"
HUNG_UP = 16
BUSY = 17
PROMPT_S = 2.0
"""How long a prompt plays."""
HELD_UP_S = 60.0
"""A FastAGI session that takes longer is lost."""
_RATE = 8000
_LONGEST_S = 60.0
_AROUND_S = 0.1


@dataclass(slots=True, eq=False)
class Line:
    """One channel; `talk_s`: of a caller, how long he talks once an agent is there."""

    id: str
    number: str = ""
    state: str = "Ring"
    app_data: str = ""
    talk_s: float = 0.0
    variables: dict[str, str] = field(default_factory=dict)
    over: asyncio.Future[int] | None = None
    """Done with the cause when it ends."""
    since: float = field(default_factory=time.time)
    recorded: float = 0.0
    """Seconds of audio that were kept of it."""


@dataclass(slots=True)
class Counts:
    """What became of the calls."""

    placed: int = 0
    shed: int = 0
    """Refused by hotline, unanswered."""
    talked: int = 0
    lost: int = 0
    """Whose flow led nowhere."""
    prompts: int = 0


class Switch:
    """Serves ARI on `port`; `agi_port` is hotline's. All phones are there and answer at once."""

    def __init__(self, agi_port: int, recordings: Path, phones: list[str]) -> None:
        self.port = 0
        self.counts = Counts()
        self._agi_port = agi_port
        self._recordings = recordings
        self._phones = phones
        self._lines: dict[str, Line] = {}
        self._bridges: dict[str, list[str]] = {}
        self._socket: web.WebSocketResponse | None = None
        self._runner: web.AppRunner | None = None
        self._born = time.time()
        self._sound = _sound(_LONGEST_S)
        self._random = random.Random(1)
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def live(self) -> int:
        """Channels there are."""
        return len(self._lines)

    async def open(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_get("/ari/events", self._events)
        app.router.add_get("/ari/asterisk/info", self._info)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """End every task and stop listening."""
        for task in list(self._tasks):
            task.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- a call ---

    async def call(self, number: str, talk_s: float) -> None:
        """One call from INVITE to its end: its flow, the queue, the talk."""
        self.counts.placed += 1
        contact = f"{NAME}-{time.time():.0f}.{self.counts.placed}"
        line = self._lines[contact] = Line(contact, number, talk_s=talk_s)
        line.over = asyncio.get_running_loop().create_future()
        line.variables = {"HOTLINE_CONTACT": contact, "HOTLINE_DIALLED": ACCESS, "HOTLINE_TRY": "0"}
        line.variables["CHANNEL(state)"] = "Ring"
        try:
            async with asyncio.timeout(HELD_UP_S):
                await self._flow(line)
        except (OSError, TimeoutError):
            line.variables["HOTLINE_NEXT"] = ""
        goes = line.variables.get("HOTLINE_NEXT")
        if goes != "queue":
            self.counts.shed += goes == "hangup" and line.variables.get("HOTLINE_CAUSE") == str(BUSY)
            self.counts.lost += goes == ""
            self._end(contact, HUNG_UP)
            return
        route = line.variables["HOTLINE_ROUTE"]
        line.app_data = f"hotline,queue,{contact},{int(time.time() * 1000)},{route}"
        self._say("StasisStart", args=line.app_data.split(",")[1:], channel=self._channel(line))
        await line.over
        if line.recorded:
            sound = _wav(self._sound[: 2 * min(round(line.recorded * _RATE), len(self._sound) // 2)])
            for side in ("caller", "agent"):
                (self._recordings / f"{contact}.{side}.wav").write_bytes(sound)

    async def _flow(self, line: Line) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._agi_port)
        env = {
            "request": f"agi://127.0.0.1:{self._agi_port}/contact",
            "channel": f"PJSIP/trunk-{line.id}",
            "uniqueid": line.id,
            "callerid": line.number,
            "context": "hotline-flow",
            "extension": ACCESS,
            "dnid": ACCESS,
            "language": "en",
        }
        writer.write("".join(f"agi_{key}: {value}\n" for key, value in env.items()).encode() + b"\n")
        try:
            while command := (await reader.readline()).decode().rstrip():
                writer.write(self._agi(line, command).encode())
        finally:
            writer.close()

    def _agi(self, line: Line, command: str) -> str:
        verb, _, rest = command.partition(" VARIABLE ")
        if verb == "GET":
            value = line.variables.get(rest.strip('"'))
            return f"200 result=1 ({value})\n" if value is not None else "200 result=0\n"
        if verb == "SET":
            name, _, value = rest.partition(" ")
            line.variables[name.strip('"')] = value.strip('"').replace('\\"', '"')
            return "200 result=1\n"
        if command == "ANSWER":
            line.state = "Up"
        return "200 result=0\n"

    def hang_up_all(self) -> None:
        """Every caller hangs up."""
        for name, line in list(self._lines.items()):
            if line.over is not None:
                self._end(name, HUNG_UP)

    def _end(self, name: str, cause: int) -> None:
        line = self._lines.pop(name, None)
        if line is None:
            return
        if line.over is not None and not line.over.done():
            line.over.set_result(cause)
        self._say("ChannelDestroyed", cause=cause, cause_txt="Normal Clearing", channel=self._channel(line))

    async def _talk(self, bridge: str) -> None:
        caller, agent = self._bridges[bridge]
        line = self._lines[caller]
        began = time.time()
        await asyncio.sleep(line.talk_s)
        self.counts.talked += 1
        # Asterisk's recorder begins a moment before the talk does, and hears its end.
        line.recorded = time.time() - began + _AROUND_S
        self._end(*((caller, HUNG_UP) if self._random.random() < 0.5 else (agent, HUNG_UP)))

    # --- ARI ---

    def _channel(self, line: Line) -> dict[str, Any]:
        return {
            "id": line.id,
            "protocol_id": line.id,
            "name": f"PJSIP/{line.id}",
            "state": line.state,
            "caller": {"name": "", "number": line.number},
            "connected": {"name": "", "number": ""},
            "accountcode": "",
            "dialplan": {
                "context": "hotline-queue",
                "exten": "s",
                "priority": 5,
                "app_name": "Stasis" if line.app_data else "AGI",
                "app_data": line.app_data,
            },
            "creationtime": _now(),
            "language": "en",
        }

    def _bridge(self, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "technology": "simple_bridge",
            "bridge_type": "mixing",
            "bridge_class": "stasis",
            "creator": "Stasis",
            "name": "",
            "channels": self._bridges.get(name, []),
            "creationtime": _now(),
        }

    def _say(self, kind: str, **fields: Any) -> None:
        self._send({"type": kind, "application": "hotline", "timestamp": _now(), **fields})

    def _send(self, frame: dict[str, Any]) -> None:
        if self._socket is not None and not self._socket.closed:
            self._start(self._push(self._socket, json.dumps(frame).encode()))

    async def _push(self, socket: web.WebSocketResponse, text: bytes) -> None:
        with suppress(ConnectionError):
            await socket.send_frame(text, WSMsgType.TEXT)

    async def _info(self, request: web.Request) -> web.Response:
        return web.json_response(self._about())

    def _about(self) -> dict[str, Any]:
        started = datetime.fromtimestamp(self._born, UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
        names = {"name": NAME, "default_language": "en", "setid": {"user": "", "group": ""}}
        return {
            "system": {"version": "22.10.1", "entity_id": NAME},
            "config": names,
            "status": {"startup_time": started, "last_reload_time": started},
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        self._socket = socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            asked = json.loads(message.data)
            status, body, after = self._answer(asked["method"], asked["uri"], asked.get("message_body"))
            frame = {
                "type": "RESTResponse",
                "application": "hotline",
                "timestamp": _now(),
                "transaction_id": asked.get("transaction_id", ""),
                "request_id": asked["request_id"],
                "status_code": status,
                "reason_phrase": "OK",
                "uri": asked["uri"],
            }
            if body is not None:
                frame |= {"content_type": "application/json", "message_body": json.dumps(body)}
            self._send(frame)
            if after is not None:
                after()
        return socket

    def _answer(self, method: str, uri: str, text: str | None) -> tuple[int, Any, Callable[[], None] | None]:
        parts = urlsplit(uri)
        path = [unquote(each) for each in parts.path.split("/")]
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        match method, path:
            case "GET", ["channels", name, "rtp_statistics"]:
                return self._heard(name)
            case "GET", ["channels"]:
                return 200, [self._channel(line) for line in self._lines.values()], None
            case "GET", ["bridges"]:
                return 200, [self._bridge(name) for name in self._bridges], None
            case "GET", ["asterisk", "info"]:
                return 200, self._about(), None
            case "GET", ["asterisk", "variable"]:
                return 200, {"value": ""}, None
            case "GET", ["asterisk", *_]:
                return 404, {"message": "not found"}, None
            case "GET", ["endpoints", tech]:
                there = [
                    {"technology": tech, "resource": phone, "state": "online", "channel_ids": []}
                    for phone in self._phones
                ]
                return 200, there, None
            case "PUT", ["asterisk", *_]:
                return 200, [], None
            case _, ["applications", *_]:
                kinds = ("channel_ids", "bridge_ids", "endpoint_ids", "device_names")
                empty: dict[str, Any] = dict.fromkeys((*kinds, "events_allowed", "events_disallowed"), ())
                return 200, {"name": "hotline", **empty}, None
            case "POST", ["channels", name, "play", playback]:
                return self._play(name, playback)
            case "POST", ["channels", name, "answer"]:
                self._lines[name].state = "Up"
                return 204, None, None
            case "POST", ["channels", name] if "endpoint" in asked:
                return self._originate(name, asked)
            case "DELETE", ["channels", name]:
                return (204 if name in self._lines else 404), None, lambda: self._end(name, HUNG_UP)
            case "POST", ["bridges", name]:
                self._bridges.setdefault(name, [])
                return 200, self._bridge(name), None
            case "DELETE", ["bridges", name]:
                return (404 if self._bridges.pop(name, None) is None else 204), None, None
            case "POST", ["bridges", name, "addChannel"]:
                wanted = asked.get("channel") or (json.loads(text)["channel"] if text else "")
                return 204, None, lambda: self._meet(name, wanted if isinstance(wanted, list) else wanted.split(","))
        return 204, None, None

    def _heard(self, name: str) -> tuple[int, Any, None]:
        """Fifty packets a second both ways, none lost."""
        if name not in self._lines:
            return 404, {"message": "not found"}, None
        packets = round(50 * (time.time() - self._lines[name].since))
        counts = ("txploss", "rxploss", "local_ssrc", "remote_ssrc", "txoctetcount", "rxoctetcount")
        figures = dict.fromkeys(counts, 0) | {"txcount": packets, "rxcount": packets}
        return 200, {**figures, "channel_uniqueid": name}, None

    def _originate(self, name: str, asked: dict[str, str]) -> tuple[int, Any, Callable[[], None]]:
        line = self._lines[name] = Line(name, asked["endpoint"].partition("/")[2], state="Ringing")

        def answered() -> None:
            self._say("ChannelStateChange", channel=self._channel(line))
            line.state, line.app_data = "Up", f"hotline,{asked['appArgs']}"
            self._say("StasisStart", args=asked["appArgs"].split(","), channel=self._channel(line))

        return 200, self._channel(line), answered

    def _meet(self, bridge: str, channels: list[str]) -> None:
        inside = self._bridges.setdefault(bridge, [])
        for name in channels:
            if name in self._lines and name not in inside:
                inside.append(name)
                channel = self._channel(self._lines[name])
                self._say("ChannelEnteredBridge", bridge=self._bridge(bridge), channel=channel)
        if len(inside) == 2:
            self._start(self._talk(bridge))

    def _play(self, name: str, playback: str) -> tuple[int, Any, Callable[[], None]]:
        self.counts.prompts += 1
        said = {"id": playback, "media_uri": "sound:x", "target_uri": f"channel:{name}", "state": "playing"}

        def over() -> None:
            done = {**said, "state": "done"}
            asyncio.get_running_loop().call_later(PROMPT_S, lambda: self._say("PlaybackFinished", playback=done))

        return 201, said, over


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def _sound(seconds: float) -> bytes:
    """Samples of a tone of so many seconds."""
    count = int(_RATE * seconds)
    return struct.pack(f"<{count}h", *((place * 37) % 4000 - 2000 for place in range(count)))


def _wav(samples: bytes) -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples)
    return kept.getvalue()
