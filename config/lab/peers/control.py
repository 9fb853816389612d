"""The child's end of the control pipe: commands come as JSON lines on stdin, answers and events leave on stdout.

A command is `{"n": 7, "do": NAME, ...}`; its answer has the same `n` and either its result or `error`. A line without
`n` is an event of the log. The end of stdin ends the peers, so none outlives who started them.
"""

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from config.lab.peers.script import CallPlan, PhonePlan, Ringing
from config.lab.peers.stack import PeerError
from config.lab.peers.station import Station, cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_Command = dict[str, Any]


def say(line: dict[str, Any]) -> None:
    """Write one JSON line to stdout, now."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Control:
    """Carries out the commands of a control pipe at one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._verbs: dict[str, Callable[[_Command], Awaitable[_Command]]] = {
            "dial": self._dial,
            "dial_from": self._dial_from,
            "hold": self._hold,
            "hand_over": self._hand_over,
            "plug_in": self._plug_in,
            "register": self._register,
            "leave": self._leave,
            "ringing": self._ringing,
            "hang_up": self._hang_up,
            "answer": self._answer,
            "press": self._press,
            "cpu": self._cpu,
        }
        self._running: set[asyncio.Task[None]] = set()

    async def serve(self, commands: asyncio.StreamReader) -> None:
        """Carry out commands until the pipe ends; each runs by itself, so a slow one holds up no other."""
        while line := await commands.readline():
            task = asyncio.get_running_loop().create_task(self._obey(json.loads(line)))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _obey(self, command: _Command) -> None:
        try:
            result = await self._verbs[command["do"]](command)
        except (PeerError, msgspec.ValidationError) as error:
            result = {"error": str(error)}
        except Exception as error:
            # Whoever asked must hear of a fault of ours too, not wait for an answer that never comes.
            result = {"error": f"{command['do']}: {type(error).__name__}: {error}"}
        say({"n": command["n"], **result})

    async def _dial(self, command: _Command) -> _Command:
        call = await self._station.dial(msgspec.convert(command["plan"], CallPlan))
        return {"peer": call.peer, "call_id": call.call_id}

    async def _dial_from(self, command: _Command) -> _Command:
        call = await self._station.phone(command["peer"]).dial(command["number"])
        return {"call_id": call.call_id}

    async def _hold(self, command: _Command) -> _Command:
        await self._station.call(command["peer"], command["call_id"]).hold(command["on"])
        return {}

    async def _hand_over(self, command: _Command) -> _Command:
        call = self._station.call(command["peer"], command["call_id"])
        await call.hand_over(self._station.call(command["peer"], command["to"]))
        return {}

    async def _plug_in(self, command: _Command) -> _Command:
        phone = await self._station.plug_in(msgspec.convert(command["plan"], PhonePlan))
        return {"peer": phone.peer, "tone_hz": phone.tone_hz}

    async def _register(self, command: _Command) -> _Command:
        await self._station.phone(command["peer"]).register()
        return {}

    async def _leave(self, command: _Command) -> _Command:
        await self._station.phone(command["peer"]).leave()
        return {}

    async def _ringing(self, command: _Command) -> _Command:
        self._station.phone(command["peer"]).ringing = msgspec.convert(command["ringing"], Ringing)
        return {}

    async def _hang_up(self, command: _Command) -> _Command:
        self._station.call(command["peer"], command["call_id"]).hang_up()
        return {}

    async def _answer(self, command: _Command) -> _Command:
        self._station.call(command["peer"], command["call_id"]).answer()
        return {}

    async def _press(self, command: _Command) -> _Command:
        call = self._station.call(command["peer"], command["call_id"])
        await call.press(command["digits"], command["how"])
        return {}

    async def _cpu(self, command: _Command) -> _Command:
        return {"seconds": cpu_seconds()}


async def obey_stdin(station: Station) -> None:
    """Serve the control pipe on stdin until it ends; the first line said is `{"n": 0}`: ready."""
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    say({"n": 0})
    await Control(station).serve(commands)
