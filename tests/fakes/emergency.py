"""A house whose queue `service` is switched over, and the mobile phones of its crew behind the trunk."""

import asyncio
import sys
from dataclasses import dataclass
from typing import Any

from config.lab.peers.process import PhoneThere
from tests.fakes.house import House


@dataclass(frozen=True)
class Site:
    """The house and two mobile phones."""

    house: House
    first: PhoneThere
    second: PhoneThere

    async def switch(self, *, on: bool, **body: object) -> dict[str, Any]:
        """Over or back, as the board does it."""
        session = await self.house.stage.supervisor()
        url = f"{self.house.stage.base}/api/v1/emergency/service"
        async with session.put(url, json={"on": on, **body}) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def command(self, *words: str) -> str:
        """What `hotline emergency` says."""
        engine = self.house.stage.engine
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "config", "emergency", *words, "--config", str(engine.settings)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**engine.environment, "LC_ALL": "C.UTF-8"},
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()
