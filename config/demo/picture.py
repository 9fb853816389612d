"""The demo in the terminal: queues and agents as the board pushes them, and the callers as their phones tell."""

import time
from collections import Counter
from typing import Any

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from config.board import Board
from config.language import said

STATES = {
    "idle": (("idle", "空闲"), "green"),
    "reserved": (("reserved", "预占"), "yellow"),
    "ringing": (("ringing", "振铃"), "yellow"),
    "talking": (("talking", "通话"), "bright_cyan"),
    "hold": (("hold", "保持"), "cyan"),
    "wrap_up": (("wrap-up", "话后"), "magenta"),
    "away": (("away", "离席"), "dim"),
}


class Picture:
    """What is known now; `draw` makes it visible."""

    def __init__(self, heading: str) -> None:
        """`heading`: where to look and as whom."""
        self._heading = heading
        self.board = Board()
        self._calls: Counter[str] = Counter()

    def call(self, event: dict[str, Any]) -> None:
        """Take an event of a caller's phone."""
        self._calls[event["event"]] += 1

    def draw(self) -> RenderableType:
        """The picture as it is now."""
        ended = self._calls["hung_up"] + self._calls["remote_hung_up"] + self._calls["failed"]
        calls = Text.assemble(
            (said("calls  ", "来电  "), "bold"),
            said("placed {}   in the IVR {}   ended {}", "已呼 {}   流程中 {}   已结束 {}").format(
                self._calls["dialled"], self.board.view["in_ivr"], ended
            ),
        )
        return Panel(
            Group(Text(self._heading), Text(), calls, Text(), Columns([self._draw_queues(), self._draw_agents()])),
            title="hotline",
            border_style="blue",
        )

    def _draw_queues(self) -> Table:
        table = Table(said("queue", "技能组"), box=None, padding=(0, 1))
        for name in said("waiting longest talking answered abandoned", "排队 最长 通话中 接通 放弃").split():
            table.add_column(name, justify="right")
        now = time.time() * 1000
        for queue in self.board.view["queues"]:
            since = queue["oldest_since"]
            waiting = Text(str(queue["waiting"]), style="bold red" if queue["waiting"] else "dim")
            table.add_row(
                queue["queue"],
                waiting,
                f"{max(0, now - since) / 1000:.0f} s" if since else "",
                str(queue["talking"]),
                str(queue["answered"]),
                str(queue["abandoned"]),
            )
        return table

    def _draw_agents(self) -> Table:
        heads = said("agent phone state for contacts", "坐席 分机 状态 时长 联系")
        table = Table(*heads.split(), box=None, padding=(0, 1))
        now = time.time() * 1000
        for agent in self.board.view["agents"].values():
            if agent["extension"] is None:
                continue
            words, style = STATES[agent["state"]]
            text = said(*words)
            if agent["set_aside"]:
                text = f"{text} ({said('set aside', '暂停派线')})"
            since = f"{max(0, now - agent['since']) / 1000:.0f} s"
            table.add_row(
                f"{agent['agent']} {agent['name']}",
                agent["extension"],
                Text(text, style=style),
                since,
                str(agent["contacts"]),
            )
        return table
