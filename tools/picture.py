"""Draw the demo's terminal as it stands in each README: docs/pictures/demo*.svg from the frame recorded in board.json.

Run `python -m tools.picture` when `config/demo/picture.py` changed. The frame is one that the board pushed during
`make demo CALLS=45`, and what the callers' phones had told by then.
"""

import json
import os
import re
import time
from html import unescape
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console

from config.demo.picture import Picture
from config.language import reader_language

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
RECORDED = PICTURES / "board.json"
DRAWN = {"en": PICTURES / "demo.svg", "zh_CN": PICTURES / "demo.zh-CN.svg"}
"""By the language of the terminal, as `LC_ALL` has it."""
COLUMNS = 118

# rich's own form of it loads a font from a server far away.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: {char_height}px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; }}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def drawn() -> str:
    """The picture as SVG, in the language of the environment."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    picture = Picture(recorded["heading"][reader_language()])
    picture.board.take(_as_if_now(recorded["frame"]))
    for event, times in recorded["calls"].items():
        for _ in range(times):
            picture.call({"event": event})
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor")
        console.print(picture.draw())
        plain = console.export_svg(title="make demo", code_format=SVG, unique_id="demo")
    return re.sub(r'textLength="([^"]+)"([^>]*)>([^<]+)', _spaced, plain)


def _spaced(text: re.Match[str]) -> str:
    """The text over as many cells as it takes: rich gives a Chinese character the room of a Latin one."""
    said = unescape(text[3])
    return f'textLength="{float(text[1]) * cell_len(said) / len(said):g}"{text[2]}>{text[3]}'


def _as_if_now(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame with its times moved, in whole seconds, so that it was pushed just now."""
    now = time.time_ns() // 1_000_000

    def moved(at: int | None) -> int | None:
        return None if at is None else now - round((frame["at"] - at) / 1000) * 1000

    return {
        **frame,
        "queues": [{**queue, "oldest_since": moved(queue["oldest_since"])} for queue in frame["queues"]],
        "agents": [{**agent, "since": moved(agent["since"])} for agent in frame["agents"]],
    }


if __name__ == "__main__":
    for language, file in DRAWN.items():
        os.environ["LC_ALL"] = language
        file.write_text(drawn(), encoding="utf-8")
