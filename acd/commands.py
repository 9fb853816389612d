"""What the router asks of the telephone system, and the port through which it asks.

An offer's number is the number of the fact that made it; ids of channels, bridges and playbacks derive from it or from
the contact's id, so a command sent twice does its work once.
"""

from collections.abc import Sequence
from typing import Protocol

from acd.value import value


@value
class Command:
    """One request to the telephone system."""


@value
class StartMusic(Command):
    """Let the waiting caller hear music; he sits in no bridge."""

    contact: str
    music: str = ""
    """Which; "": what Asterisk plays by default."""


@value
class Tell(Command):
    """Tell the waiting caller how he stands, and a message, in place of the music; then let the music go on."""

    contact: str
    ahead: int | None = None
    low_ms: int | None = None
    high_ms: int | None = None
    message: str = ""


@value
class SendAway(Command):
    """Let the caller go on in the dialplan: into a flow, to hear a prompt and be let go, or to a number."""

    contact: str
    to: str
    """`flow:NAME`, `prompt:NAME` or `number:DIGITS`."""


@value
class RingAgent(Command):
    """Ring the agent's phone until `expires_at` at the latest."""

    offer: int
    contact: str
    agent: str
    extension: str
    expires_at: int
    auto: bool = False
    """The phone is to answer by itself; the agent hears a tone before the caller."""
    outside: bool = False
    """`extension` is a number outside: whoever picks up has to accept by a key."""


@value
class CancelRing(Command):
    """Stop ringing; if the agent picked up in the same moment, let him go."""

    offer: int
    taken: bool = False
    """Another phone that rang together with his has the call: who has picked up is told so."""


@value
class Connect(Command):
    """Stop what the caller hears and bring caller and agent together."""

    offer: int
    contact: str
    leg: int = 0
    """The agent's leg: 0 for the first."""


@value
class RingRejoin(Command):
    """Call the agent's phone once more, which is to answer by itself; `leg` is the new leg's number."""

    offer: int
    contact: str
    extension: str
    leg: int


@value
class SwitchLeg(Command):
    """Bring the agent's new leg into the talk, then end the one before."""

    offer: int
    contact: str
    leg: int
    before: int
    colleague: int = 0
    """The offer of the colleague with whom he speaks just now, instead of with the caller; 0: nobody's."""


@value
class DropLeg(Command):
    """End a leg on which the agent would have come back."""

    offer: int
    leg: int


@value
class Transfer(Command):
    """Take the caller, whom the agent sent on, out of the bridge, and let him go on in the dialplan."""

    offer: int
    contact: str
    to: str
    """`access:NUMBER`, as though it had been dialled, or `phone:EXTENSION`."""
    leg: int = 0
    """The agent's leg, which ends: 0 for the first."""


@value
class ConsultRings(Command):
    """Let the agent hear that a colleague's phone rings for him."""

    offer: int
    contact: str
    leg: int
    line: str
    """The channel on which his phone dialled the colleague; "": his leg of the talk."""


@value
class Consult(Command):
    """Bring the agent and his colleague together, away from the caller, who hears music."""

    offer: int
    contact: str
    leg: int
    colleague: int
    """The colleague's offer."""
    line: str


@value
class EndConsult(Command):
    """A consult is over, and the colleague's leg is ended by another command."""

    offer: int
    contact: str
    leg: int
    colleague: int
    line: str
    """It ends."""
    back: bool
    """The agent's leg is to be in the caller's bridge."""
    talked: bool
    """The colleague had picked up."""


@value
class HandOver(Command):
    """Bring caller and colleague together and end the agent's legs."""

    offer: int
    contact: str
    leg: int
    colleague: int
    line: str


@value
class WaitAgain(Command):
    """Take the caller, whose agent is gone before they talked, out of the bridge; let him hear music."""

    contact: str
    music: str = ""


@value
class Hold(Command):
    """Let the caller hear music inside the bridge."""

    offer: int
    contact: str


@value
class Resume(Command):
    """Bring the caller back from hold."""

    offer: int
    contact: str


@value
class LetGo(Command):
    """Say to a caller that he will be called back, and end his leg."""

    contact: str
    booked: bool
    """False: another callback of his is pending already."""


@value
class DialCustomer(Command):
    """Call the customer back; where the agent has picked up, he hears that it rings."""

    offer: int
    contact: str
    number: str
    until: int
    accept: bool
    """He is asked to press 1 before he is connected."""
    agent_waits: bool


@value
class CancelDial(Command):
    """Call the customer no longer; if he picked up in the same moment, let him go."""

    offer: int


@value
class DropAgent(Command):
    """End the agent's leg; the caller is gone."""

    offer: int
    leg: int = 0
    """The agent's leg: 0 for the first."""


@value
class DropContact(Command):
    """End the caller's leg; the agent is done."""

    contact: str


class Telephony(Protocol):
    """Whoever carries commands out; stated here, implemented on Asterisk's side."""

    def release(self, commands: Sequence[Command]) -> None:
        """Carry the commands out, in order; never blocks, reports back through events."""
