"""The plan of a chaos run: so many alike agents, and lines without words, with prompts, for VIPs and for callbacks.

Whoever waits may ask to be called back; on the last line his phone rings first, on the others the agent's. In an
emergency the last line's queue is moved to the others'. One more line is for those who wait throughout: nobody is there
who could serve them.
"""

from pathlib import Path

SWITCHED = "callbacks"
"""The queue that an emergency switch moves."""
PATIENT = "patient"
"""The queue of those who wait throughout."""
STRAIGHT, SPOKEN, VIP, BACK, THROUGHOUT = "95000", "95001", "95002", "95003", "95004"
BACK_KEY = "9"
WRAP_UP_S = 6
"""The cap."""
_HEAD = """\
# Alike agents, two tiers, for hotline lab chaos.
version = 1
agent_order = ["longest_idle"]
credit_within_s = 0  # the numbers come again and again: who came first is rung for first
phones = [PHONES]

[tiers.standard]
label = { zh-CN = "普通", en = "Standard" }

[tiers.vip]
label = { zh-CN = "VIP", en = "VIP" }
head_start_s = 20

[queues.service]
label = { zh-CN = "综合服务", en = "Service" }
ring_s = 8
wrap_up_s = WRAP_UP
keys = { "9" = "callback" }
[queues.service.callback]
first = "agent"
ring_s = 10
gap_s = 4
busy_gap_s = 4

[queues.callbacks]
label = { zh-CN = "回电", en = "Callbacks" }
ring_s = 8
wrap_up_s = WRAP_UP
keys = { "9" = "callback" }
[queues.callbacks.callback]
first = "customer"
ring_s = 10
gap_s = 4
busy_gap_s = 4
[queues.callbacks.emergency]
queue = "service"

[skills.patience]
label = { zh-CN = "耐心", en = "Patience" }

[queues.patient]
label = { zh-CN = "一直等候", en = "Waiting throughout" }
skills = { patience = 1 }

[fallback]
queue_s = 60

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
queue = "{queue}"
shown = "{number}"
"""


def write_plan(path: Path, agents: list[str], phones: list[str]) -> Path:
    """Write the plan for these agents (工号) and extensions; returns its path."""
    lines = (
        _LINE.format(number=STRAIGHT, zh="客服热线", en="Main line", queue="service", flow="straight", tier="standard"),
        _LINE.format(
            number=SPOKEN, zh="有提示音的专线", en="Line with prompts", queue="service", flow="spoken", tier="standard"
        ),
        _LINE.format(number=VIP, zh="贵宾专线", en="VIP line", queue="service", flow="straight", tier="vip"),
        _LINE.format(
            number=BACK, zh="回电专线", en="Callback line", queue="callbacks", flow="straight", tier="standard"
        ),
        _LINE.format(
            number=THROUGHOUT, zh="等候专线", en="Waiting line", queue=PATIENT, flow="straight", tier="standard"
        ),
    )
    people = (f'\n[agents.{agent}]\nname = "坐席 {agent}"\n' for agent in agents)
    listed = ", ".join(f'"{phone}"' for phone in phones)
    head = _HEAD.replace("PHONES", listed).replace("WRAP_UP", str(WRAP_UP_S))
    path.write_text(head + "".join((*lines, *people)), encoding="utf-8")
    return path
