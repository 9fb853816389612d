"""A flow as a Mermaid flowchart, for pages that draw it themselves."""

from ivr.flow.model import Flow
from ivr.flow.picture.graph import arrows, nodes


def mermaid(flow: Flow) -> str:
    """The flowchart; failures are dotted."""
    number = {node.name: f"s{place}" for place, node in enumerate(nodes(flow))}
    lines = ["flowchart TD", f"    start((start)) --> {number[flow.start]}"]
    for node in nodes(flow):
        about = f" {node.about}" if node.about else ""
        lines.append(f'    {number[node.name]}["{node.name}<br/>{node.action}{about}"]')
    for arrow in arrows(flow):
        label = ", ".join(filter(None, arrow.labels))
        line = "-.->" if arrow.only_failures else "-->"
        told = f'|"{_plain(label)}"|' if label else ""
        lines.append(f"    {number[arrow.source]} {line}{told} {number[arrow.target]}")
    lines.append(f'    flow(("{flow.name}")) -.->|"error"| {number[flow.on.error]}')
    lines.append(f'    flow -.->|"limit"| {number[flow.on.limit]}')
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.replace("#", "#35;").replace('"', "#quot;")
