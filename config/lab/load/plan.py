"""The plan of a load run: so many alike agents, one queue, no wrap-up."""

from collections.abc import Mapping
from pathlib import Path

from config.lab.load.side import NUMBER

QUEUE = "load"
_HEAD = f"""\
# One queue without wrap-up, for hotline lab load.
version = 1
agent_order = ["longest_idle"]
phones = [PHONES]

[tiers.standard]
label = {{ zh-CN = "普通", en = "Standard" }}

[queues.{QUEUE}]
label = {{ zh-CN = "压测", en = "Load" }}
ring_s = 15
wrap_up_s = 0

[access_numbers.{NUMBER}]
label = {{ zh-CN = "压测", en = "Load" }}
flow = "straight"
language = "zh-CN"
tier = "standard"
queue = "{QUEUE}"
shown = "{NUMBER}"

[reasons.break]
label = {{ zh-CN = "小休", en = "Break" }}

[outcomes.enquiry]
label = {{ zh-CN = "咨询", en = "Enquiry" }}
[outcomes.enquiry.outcomes]
other = {{ label = {{ zh-CN = "其他", en = "Other" }} }}

[sampling]
seed = "seed-of-the-load"
share = 0.0
"""

MESSAGE = "still-waiting"
MESSAGE_S = 30
_TOLD = f"""
[queues.{QUEUE}.waiting]
position = false
wait = false
first_s = 5
messages = ["{MESSAGE}"]
message_s = {MESSAGE_S}
"""


def write_plan(path: Path, agents: Mapping[str, str], *, told: bool = False) -> Path:
    """Write the plan for these agents (工号 to extension); returns its path. `told`: who waits hears MESSAGE now and
    then."""
    phones = ", ".join(f'"{extension}"' for extension in agents.values())
    people = "".join(f'\n[agents.{agent}]\nname = "坐席 {agent}"\n' for agent in agents)
    path.write_text(_HEAD.replace("PHONES", phones) + people + (_TOLD if told else ""), encoding="utf-8")
    return path
