"""The ids of our channels and bridges: derived from contacts and offers, so they are found again after a crash."""

_AGENT = "agent-"
_TALK = "talk-"


def agent_leg(node: str, offer: int) -> str:
    """The channel id of the agent's leg of an offer; `node` is this engine's name."""
    return f"{_AGENT}{node}-{offer}"


def offer_of(node: str, channel_id: str) -> int | None:
    """The offer whose agent's leg this channel is; None for any other channel."""
    prefix = f"{_AGENT}{node}-"
    number = channel_id[len(prefix) :]
    return int(number) if channel_id.startswith(prefix) and number.isdecimal() else None


def talk(contact: str) -> str:
    """The bridge id of a contact: one bridge from the first answer to the end."""
    return f"{_TALK}{contact}"


def contact_of(bridge_id: str) -> str | None:
    """The contact whose bridge this is; None for any other bridge."""
    return bridge_id.removeprefix(_TALK) if bridge_id.startswith(_TALK) else None
