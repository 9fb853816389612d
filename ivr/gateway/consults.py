"""Consults on one Asterisk: an agent's phone that dials a colleague in a talk, and the legs of both.

A phone's second call is its `line`: a channel that comes into our application from the dialplan of agents' phones. A
desk's agent has one leg alone, which goes from the caller's bridge into the consult's and back. In the caller's bridge
the caller stays, with music.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from acd import commands as c
from acd import events as e
from acd.contact import Offer
from acd.errors import IllegalEvent
from acd.floor import Floor
from acd.rejoin import talk
from cti.journal.loop import FloorLoop
from cti.masking import masked
from ivr.ari.generated import Ari, Channel
from ivr.ari.operation import Operation
from ivr.gateway import names
from ivr.gateway.arrival import APP
from ivr.gateway.sending import Sending
from ivr.phones import TRANSFERS_TO_ARI

CONSULT = "consult"
"""First argument of the application for a number that an agent's phone dialled."""
log = structlog.get_logger()


def requests(command: c.ConsultRings | c.Consult | c.EndConsult, ari: Ari, node: str) -> list[Operation[Any]]:
    """The requests that carry a command about the agent's side out, in order."""
    leg = names.agent_leg(node, command.offer, command.leg)
    if isinstance(command, c.ConsultRings):
        return [ari.channels.ring(command.line or leg)]
    bridge = names.consult(node, command.colleague)
    if isinstance(command, c.Consult):
        return [
            ari.channels.answer(command.line) if command.line else ari.channels.ring_stop(leg),
            ari.bridges.create_with_id(bridge, type="mixing"),
            ari.bridges.add_channel(bridge, [command.line or leg, names.agent_leg(node, command.colleague)]),
        ]
    if command.line:
        return [ari.bridges.destroy(bridge), ari.channels.hangup(command.line)]
    if not command.back:
        return [ari.bridges.destroy(bridge)]
    if not command.talked:
        return [ari.channels.ring_stop(leg)]
    return [ari.bridges.add_channel(names.talk(command.contact), [leg]), ari.bridges.destroy(bridge)]


def hand_over(command: c.HandOver, ari: Ari, node: str, caller: str) -> list[Operation[Any]]:
    """The requests that bring caller and colleague together, in order."""
    return [
        ari.bridges.add_channel(names.talk(command.contact), [names.agent_leg(node, command.colleague)]),
        ari.channels.stop_moh(caller),
        ari.channels.unmute(caller, direction="in"),
        ari.channels.hangup(names.agent_leg(node, command.offer, command.leg)),
        *([ari.channels.hangup(command.line)] if command.line else []),
        ari.bridges.destroy(names.consult(node, command.colleague)),
    ]


def is_line(channel: Channel) -> bool:
    """Whether this channel is in our application as a phone's second call."""
    position = channel.dialplan
    return position.app_name == "Stasis" and (position.app_data or "").startswith(f"{APP},{CONSULT},")


def on_line(floor: Floor, line: str) -> Offer | None:
    """The talk whose agent's phone consults on this channel."""
    consulted = next((offer for offer in floor.offers.values() if line and offer.line == line), None)
    return floor.offers.get(consulted.consult_of or 0) if consulted is not None else None


class Consults:
    """Numbers that agents' phones dial while they talk."""

    def __init__(
        self,
        loop: FloorLoop,
        sending: Sending,
        queues: Callable[[], Mapping[str, str]],
        may_transfer: Callable[[], bool],
    ) -> None:
        """`queues`: access number = its queue in the plan in force; `may_transfer` as of `Orders`."""
        self._loop = loop
        self._sending = sending
        self._queues = queues
        self._may_transfer = may_transfer

    def dialled(self, line: Channel, number: str) -> None:
        """A phone dialled this number; where it means nobody, the caller of the phone hears so from the dialplan."""
        ari = self._sending.ari
        floor = self._loop.floor
        if on_line(floor, line.id) is not None:
            # Asterisk says it twice: of the channel, and of the endpoint we watch.
            return
        agent = floor.agent_on.get(names.endpoint_of(line.name) or "")
        offer = talk(floor, agent.offer or 0) if agent is not None else None
        to = self._meant(number)
        if offer is not None and to:
            if self._may_transfer():
                self._sending.send(
                    *(ari.channels.set_channel_var(line.id, name, value=how) for name, how in TRANSFERS_TO_ARI.items())
                )
            try:
                self._loop.tell(e.ConsultAsked(at=self._loop.now(), offer=offer.offer, to=to, line=line.id))
                return
            except IllegalEvent as error:
                log.info("a phone's consult is refused", offer=offer.offer, to=to, why=error.why)
        else:
            log.info("a phone dialled in vain", phone=names.endpoint_of(line.name), number=masked(number))
        self._sending.send(ari.channels.continue_in_dialplan(line.id))

    def ended(self, line: str) -> bool:
        """A channel is gone; whether it was a phone's line of a consult."""
        offer = on_line(self._loop.floor, line)
        if offer is not None:
            self._loop.tell_if_fits(e.ConsultEnded(at=self._loop.now(), offer=offer.offer))
        return offer is not None

    def _meant(self, number: str) -> str:
        """A phone or a 工号 of the plan is a colleague, an access number whoever is free in its queue; "": nobody."""
        floor = self._loop.floor
        at_phone = floor.agent_on.get(number)
        if at_phone is not None or number in floor.plan.agents:
            return f"agent:{at_phone.agent if at_phone is not None else number}"
        queue = self._queues().get(number, "")
        return f"queue:{queue}" if queue else ""
