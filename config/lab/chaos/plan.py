"""The plan of a chaos run: so many alike agents, one queue, a line without words, one with prompts, one for VIPs."""

from pathlib import Path

QUEUE = "service"
STRAIGHT, SPOKEN, VIP = "95000", "95001", "95002"
_HEAD = """\
# One queue, two tiers, for hotline lab chaos.
version = 1
agent_order = ["longest_idle"]
phones = [PHONES]

[tiers.standard]
label = { zh-CN = "普通", en = "Standard" }

[tiers.vip]
label = { zh-CN = "VIP", en = "VIP" }
head_start_s = 20

[queues.service]
label = { zh-CN = "综合服务", en = "Service" }
ring_s = 8
wrap_up_s = 10

[reasons.break]
label = { zh-CN = "小休", en = "Break" }

[outcomes.enquiry]
label = { zh-CN = "咨询", en = "Enquiry" }
[outcomes.enquiry.outcomes]
other = { label = { zh-CN = "其他", en = "Other" } }

[sampling]
seed = "seed-of-the-chaos"
share = 0.0
"""
_LINE = """
[access_numbers.{number}]
label = {{ zh-CN = "{zh}", en = "{en}" }}
flow = "{flow}"
language = "zh-CN"
tier = "{tier}"
queue = "service"
shown = "{number}"
"""


def write_plan(path: Path, agents: list[str], phones: list[str]) -> Path:
    """Write the plan for these agents (工号) and extensions; returns its path."""
    lines = (
        _LINE.format(number=STRAIGHT, zh="客服热线", en="Main line", flow="straight", tier="standard"),
        _LINE.format(number=SPOKEN, zh="有提示音的专线", en="Line with prompts", flow="spoken", tier="standard"),
        _LINE.format(number=VIP, zh="贵宾专线", en="VIP line", flow="straight", tier="vip"),
    )
    people = (f'\n[agents.{agent}]\nname = "坐席 {agent}"\n' for agent in agents)
    listed = ", ".join(f'"{phone}"' for phone in phones)
    path.write_text(_HEAD.replace("PHONES", listed) + "".join((*lines, *people)), encoding="utf-8")
    return path
