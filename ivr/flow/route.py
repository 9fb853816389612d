"""What a flow decided about a caller, and its form as one channel variable, `HOTLINE_ROUTE`.

The form is `application/x-www-form-urlencoded` with every character outside letters, digits and `._-` escaped, so that
nothing a caller or a record holds can mean anything to the dialplan: no commas, quotes, spaces, `$` or braces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from acd.plan import Preferred

_KEYS = (
    "queue",
    "tier",
    "urgency",
    "language",
    "customer",
    "access",
    "caller",
    "credit",
    "relaxation",
    "preferred",
    "messages",
    "music",
)
_SKILL = "skill."
_LEARNED = "learned."
_KEY = "key."


class RouteError(ValueError):
    """A text that is no route; says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a caller is to go, as whom, and what was learned on the way."""

    queue: str
    tier: str
    language: str
    access: str
    """The access number he dialled."""
    caller: str = ""
    """His number in normal form; "" when withheld."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill = least level, beyond what the queue asks for."""
    urgency: int = 0
    """A head start of its own, seconds."""
    customer: str | None = None
    credit_ms: int = 0
    """What he had waited before, in an earlier contact that came to nothing."""
    relaxation: str | None = None
    """Of the plan's relaxations, in place of the queue's."""
    preferred: tuple[Preferred, ...] = ()
    """Whom he is offered to first, stage after stage."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key = where it leads while he waits, in place of what the queue has for it."""
    messages: tuple[str, ...] = ()
    """Prompts told while he waits, in place of the queue's."""
    music: str = ""
    learned: Mapping[str, str] = field(default_factory=dict)
    """What he said by keys, by the name the flow gives it; never what a flow calls secret."""


def encode_route(route: Route) -> str:
    """The route as text that is safe in a dialplan."""
    pairs = {
        "queue": route.queue,
        "tier": route.tier,
        "language": route.language,
        "access": route.access,
        "caller": route.caller,
    }
    if route.urgency:
        pairs["urgency"] = str(route.urgency)
    if route.customer is not None:
        pairs["customer"] = route.customer
    if route.credit_ms:
        pairs["credit"] = str(route.credit_ms)
    if route.relaxation is not None:
        pairs["relaxation"] = route.relaxation
    if route.preferred:
        pairs["preferred"] = " ".join("-".join([str(one.for_ms), *one.agents]) for one in route.preferred)
    if route.messages:
        pairs["messages"] = " ".join(route.messages)
    if route.music:
        pairs["music"] = route.music
    pairs |= {f"{_KEY}{key}": to for key, to in route.keys.items()}
    pairs |= {f"{_SKILL}{skill}": str(level) for skill, level in route.skills.items()}
    pairs |= {f"{_LEARNED}{name}": value for name, value in route.learned.items()}
    return "&".join(f"{_escape(key)}={_escape(value)}" for key, value in pairs.items())


def decode_route(text: str) -> Route:
    """The route that `encode_route` made into this text. Raises RouteError."""
    try:
        pairs = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise RouteError(str(error)) from None
    if missing := [key for key in ("queue", "tier", "language", "access") if not pairs.get(key)]:
        raise RouteError(f"it has no {', '.join(missing)}")
    for key in pairs:
        if key not in _KEYS and not key.startswith((_SKILL, _LEARNED, _KEY)):
            raise RouteError(f"{key!r} is not a part of a route")
    return Route(
        queue=pairs["queue"],
        tier=pairs["tier"],
        language=pairs["language"],
        access=pairs["access"],
        caller=pairs.get("caller", ""),
        skills={key.removeprefix(_SKILL): _number(key, pairs[key]) for key in pairs if key.startswith(_SKILL)},
        urgency=_number("urgency", pairs.get("urgency", "0")),
        customer=pairs.get("customer"),
        credit_ms=_number("credit", pairs.get("credit", "0")),
        relaxation=pairs.get("relaxation"),
        preferred=tuple(_stage(stage) for stage in pairs.get("preferred", "").split()),
        keys={key.removeprefix(_KEY): pairs[key] for key in pairs if key.startswith(_KEY)},
        messages=tuple(pairs.get("messages", "").split()),
        music=pairs.get("music", ""),
        learned={key.removeprefix(_LEARNED): pairs[key] for key in pairs if key.startswith(_LEARNED)},
    )


def _escape(text: str) -> str:
    # quote() leaves `_.-~` alone; the tilde means nothing to a dialplan.
    return quote(text, safe="", errors="replace")


def _stage(text: str) -> Preferred:
    for_ms, *agents = text.split("-")
    if not agents or not all(agents):
        raise RouteError(f"preferred has {text!r}, which names nobody")
    return Preferred(agents=tuple(agents), for_ms=_number("preferred", for_ms))


def _number(key: str, text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise RouteError(f"{key} is {text!r}, not a whole number")
    return int(text)
