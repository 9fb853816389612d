"""The ids of our channels and bridges: derived from contacts and offers, so they are found again after a crash."""

import re
from typing import NamedTuple

_AGENT = "agent-"
_CUSTOMER = "customer-"
_TALK = "talk-"
_CONSULT = "consult-"


class Leg(NamedTuple):
    """An agent's leg: the first of an offer has number 0, a later one that of the fact that asked to rejoin."""

    offer: int
    number: int = 0


def agent_leg(node: str, offer: int, number: int = 0) -> str:
    """The channel id of an agent's leg; `node` is this engine's name."""
    return f"{_AGENT}{node}-{offer}" + (f".{number}" if number else "")


def leg_of(node: str, channel_id: str) -> Leg | None:
    """The agent's leg that this channel is; None for any other channel."""
    found = re.fullmatch(rf"{_AGENT}{re.escape(node)}-([0-9]+)(?:\.([1-9][0-9]*))?", channel_id)
    return Leg(int(found[1]), int(found[2] or 0)) if found is not None else None


def customer_leg(node: str, offer: int) -> str:
    """The channel id of a customer who is called back."""
    return f"{_CUSTOMER}{node}-{offer}"


def customer_of(node: str, channel_id: str) -> int | None:
    """The offer in which this channel's customer was called back; None for any other channel."""
    found = re.fullmatch(rf"{_CUSTOMER}{re.escape(node)}-([0-9]+)", channel_id)
    return int(found[1]) if found is not None else None


def endpoint_of(channel_name: str) -> str | None:
    """The PJSIP endpoint of a channel by its name, PJSIP/ENDPOINT-NUMBER; None for any other channel."""
    technology, _, rest = channel_name.partition("/")
    return rest.rpartition("-")[0] if technology == "PJSIP" else None


def talk(contact: str) -> str:
    """The bridge id of a contact: one bridge from the first answer to the end."""
    return f"{_TALK}{contact}"


def contact_of(bridge_id: str) -> str | None:
    """The contact whose bridge this is; None for any other bridge."""
    return bridge_id.removeprefix(_TALK) if bridge_id.startswith(_TALK) else None


def consult(node: str, offer: int) -> str:
    """The bridge id of an agent and the colleague whose offer this is, away from the caller."""
    return f"{_CONSULT}{node}-{offer}"


def colleague_of(node: str, bridge_id: str) -> int | None:
    """The colleague's offer whose bridge this is; None for any other bridge."""
    found = re.fullmatch(rf"{_CONSULT}{re.escape(node)}-([0-9]+)", bridge_id)
    return int(found[1]) if found is not None else None


def telling(contact: str) -> str:
    """The playback id of what a waiting caller is told."""
    return f"tell-{contact}"
