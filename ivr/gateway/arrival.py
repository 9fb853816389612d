"""A caller who came out of the flow into our Stasis application, as the dialplan's arguments tell it.

The same arguments come with the `StasisStart` event and stand in the channel's dialplan position for as long as it
waits, so a start that we missed can be read later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.ari.generated import Channel
from ivr.flow.route import Route, RouteError, decode_route

APP = "hotline"
_QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Who wants an agent, and what the flow decided."""

    contact: str
    channel: str
    answered: bool
    wanted_at: int
    """When he first came to the queue, ms; 0 when the dialplan did not say."""
    route: Route


class BadArrival(ValueError):
    """Arguments that our dialplan would not give; says what is wrong with them."""


def read_arrival(arguments: Sequence[str], channel: Channel) -> Arrival | None:
    """The arrival that `Stasis(hotline,queue,CONTACT,WANTED,ROUTE)` means; None for other uses of the application.

    Raises BadArrival.
    """
    if not arguments or arguments[0] != _QUEUE:
        return None
    if len(arguments) != 4:
        raise BadArrival(f"Stasis(hotline,queue,…) has {len(arguments) - 1} arguments, not 3; render the dialplan anew")
    _, contact, wanted, route = arguments
    try:
        decoded = decode_route(route)
    except RouteError as error:
        raise BadArrival(f"HOTLINE_ROUTE of contact {contact!r}: {error}") from None
    return Arrival(
        contact=contact,
        channel=channel.id,
        answered=channel.state == "Up",
        wanted_at=int(wanted) if wanted.isdecimal() else 0,
        route=decoded,
    )


def arrival_of(channel: Channel) -> Arrival | None:
    """The arrival of a channel that is in our application now; None when it is elsewhere, or came by other ways."""
    position = channel.dialplan
    if position.app_name != "Stasis" or not position.app_data:
        return None
    app, _, arguments = position.app_data.partition(",")
    try:
        return read_arrival(arguments.split(","), channel) if app == APP else None
    except BadArrival:
        return None
