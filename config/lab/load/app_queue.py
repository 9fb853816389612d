"""Asterisk's own app_queue as the other side: static members, one queue, a dialplan that only queues."""

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from config.asterisk import AsteriskSpec, render, write
from config.asterisk.ini import Value, document, section
from config.lab.errors import LabError
from config.lab.installation import Installation
from config.lab.lab import Lab
from config.lab.launch import start
from config.lab.load.side import NUMBER, agent_numbers
from ivr.phones import phone_objects

QUEUE = "load"
_PATIENCE_S = 30.0
_LOOK_S = 0.05
_SETTINGS: dict[str, Value] = {
    "strategy": "leastrecent",
    "autofill": "yes",
    "ringinuse": "no",
    "wrapuptime": 0,
    "timeout": 15,
    "retry": 1,
    "joinempty": "yes",
    "musicclass": "default",
}


class AppQueueSide:
    """See `config.lab.load.side.Side`; open it with `open_app_queue`."""

    name = "app_queue"
    settings = " ".join(f"{key}={_SETTINGS[key]}" for key in ("autofill", "ringinuse", "wrapuptime", "strategy"))

    def __init__(self, lab: Lab, phones: Mapping[str, str]) -> None:
        self._lab = lab
        self.phones = phones

    @property
    def folder(self) -> Path:
        """See `Side`."""
        return self._lab.folder

    @property
    def server(self) -> str:
        """See `Side`."""
        return f"{self._lab.spec.address}:{self._lab.spec.ports.sip}"

    @property
    def pids(self) -> Mapping[str, int]:
        """See `Side`."""
        return {"asterisk": self._lab.pid}

    async def reachable(self) -> None:
        """See `Side`."""
        await self._shown(lambda text: text.count("(Not in use)") == len(self.phones), "all members in reach")

    async def waiting(self, callers: int) -> None:
        """See `Side`."""

        def there(text: str) -> bool:
            found = re.search(rf"^{QUEUE} has (\d+) calls", text, re.MULTILINE)
            return found is not None and int(found.group(1)) >= callers

        await self._shown(there, f"{callers} callers waiting")

    async def ready(self, *, on: bool) -> None:
        """See `Side`."""
        verb = "unpause" if on else "pause"
        for extension in self.phones:
            await self._lab.command(f"queue {verb} member PJSIP/{extension}")

    async def lag_counts(self) -> Mapping[float, float]:
        """See `Side`."""
        return {}

    async def _shown(self, fits: Callable[[str], bool], what: str) -> None:
        said = ""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not fits(said := await self._lab.command(f"queue show {QUEUE}")):  # noqa: ASYNC110
                    # The console tells nothing unasked.
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            raise LabError(f"queue {QUEUE}", f"not within {_PATIENCE_S:g} s: {what}; it shows {said!r}") from None


async def open_app_queue(
    folder: Path, installation: Installation, agents: int, stack: AsyncExitStack, report: Callable[[str], None]
) -> AppQueueSide:
    """Start it, all members paused; `stack` ends it. Raises LabError."""
    lab = await start(folder, installation=installation, report=report)
    stack.push_async_callback(lab.stop)
    phones = {extension: secrets.token_urlsafe(18) for extension in agent_numbers(agents).values()}
    write(_files(lab.spec, phones), Path(lab.spec.folders.etc))
    for command in ("module reload res_pjsip.so", "dialplan reload", "module reload app_queue.so"):
        await lab.command(command)
    side = AppQueueSide(lab, phones)
    await side.ready(on=False)
    return side


def _files(spec: AsteriskSpec, phones: Mapping[str, str]) -> dict[str, str]:
    rendered = render(spec)
    objects = [
        section(each.id, {"type": each.type, **each.fields})
        for extension, password in phones.items()
        for each in phone_objects(extension, password)
    ]
    members: dict[str, Value] = {"member": [f"PJSIP/{extension}" for extension in phones]}
    return {
        "pjsip.conf": "\n".join([rendered["pjsip.conf"], *objects]),
        "queues.conf": document(
            "One queue", section("general", {"autofill": "yes"}), section(QUEUE, _SETTINGS | members)
        ),
        "extensions.conf": document(
            "Only a queue",
            f"[hotline-in]\nexten => {NUMBER},1,Answer()\n same => n,Queue({QUEUE})\n same => n,Hangup()\n",
        ),
    }
