"""The floor's commands as requests to ARI."""

from dataclasses import dataclass, field
from typing import Any

from acd import commands as c
from acd.rejoin import REJOIN_MS
from ivr.ari.generated import Ari
from ivr.ari.operation import Operation
from ivr.gateway import consults, names

DEAD_MAN_S = 30
"""A waiting caller goes to the fallback when nothing was heard of us for so long; as in the generated dialplan."""

# The floor ends an offer; Asterisk's own time-out is for the case that we are gone.
_RING_MARGIN_S = 5

CONTACT_HEADER = "X-Hotline-Contact"
"""SIP header of the agent's INVITE: the contact's id."""
REJOIN_HEADER = "X-Hotline-Rejoin"
"""SIP header of an INVITE that brings the agent back into a talk: the offer. The page answers it by itself."""

AUTO_HEADER = "X-Hotline-Auto"
"""SIP header of an INVITE that the phone is to answer by itself, in auto-answer: the offer."""
ANSWER_BY_ITSELF = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:hotline>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://hotline>;info=alert-autoanswer;delay=0",
}
"""What SIP phones go by that know nothing of us."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request needs to know of the caller's leg."""

    channel: str
    shown: str
    """What the agent's phone shows: the masked number."""
    answered: bool
    """Whether the flow has answered the call already."""
    called_back: bool = False
    """Whether he was called back: the agent may hear that it rings."""
    told: bool = False
    """Whether he was told something while he waited, which may still be playing."""
    trunk: str = "trunk"
    """The endpoint through which numbers outside are rung."""
    transfers: dict[str, str] = field(default_factory=dict)
    """What lets the agent's phone send the caller on by itself."""


def requests(command: c.Command, ari: Ari, node: str, caller: Caller | None, now: int) -> list[Operation[Any]]:
    """The requests that carry a command out, in order. `caller` is None when the command concerns the agent alone."""
    match command:
        case c.RingAgent():
            assert caller is not None
            return [_ring(command, ari, node, caller, now)]
        case c.DropAgent() | c.DropLeg():
            return [ari.channels.hangup(names.agent_leg(node, command.offer, command.leg))]
        case c.ConsultRings() | c.Consult() | c.EndConsult():
            return consults.requests(command, ari, node)
        case _:
            assert caller is not None
            return _for_caller(command, ari, node, caller)


def _for_caller(command: c.Command, ari: Ari, node: str, caller: Caller) -> list[Operation[Any]]:
    match command:
        case c.StartMusic():
            return [ari.channels.start_moh(caller.channel, moh_class=command.music or None)]
        case c.WaitAgain():
            return [
                ari.bridges.destroy(names.talk(command.contact)),
                dead_man(ari, caller.channel, DEAD_MAN_S),
                ari.channels.start_moh(caller.channel, moh_class=command.music or None),
            ]
        case c.Connect():
            bridge = names.talk(command.contact)
            answer = [] if caller.answered else [ari.channels.answer(caller.channel)]
            cut = [ari.playbacks.stop(names.telling(command.contact))] if caller.told else []
            return [
                *([ari.channels.ring_stop(names.agent_leg(node, command.offer))] if caller.called_back else []),
                # No agent waits for a prompt to end, and behind one nothing else would be done.
                *cut,
                # Music must end before the bridge, or the caller goes on hearing it instead of the agent.
                ari.channels.stop_moh(caller.channel),
                dead_man(ari, caller.channel, 0),
                *answer,
                ari.bridges.create_with_id(bridge, type="mixing"),
                ari.bridges.add_channel(bridge, [caller.channel, names.agent_leg(node, command.offer, command.leg)]),
            ]
        case c.RingRejoin():
            return [_ring_again(command, ari, node, caller)]
        case c.SwitchLeg():
            apart = names.consult(node, command.colleague)
            return [
                ari.bridges.add_channel(
                    apart if command.colleague else names.talk(command.contact),
                    [names.agent_leg(node, command.offer, command.leg)],
                ),
                ari.channels.hangup(names.agent_leg(node, command.offer, command.before)),
            ]
        case c.Hold():
            return [ari.channels.mute(caller.channel, direction="in"), ari.channels.start_moh(caller.channel)]
        case c.Resume():
            return [ari.channels.stop_moh(caller.channel), ari.channels.unmute(caller.channel, direction="in")]
        case c.HandOver():
            return consults.hand_over(command, ari, node, caller.channel)
        case c.DropContact():
            return [ari.channels.hangup(caller.channel)]
        case _:
            raise TypeError(f"no request for {type(command).__name__}")


def _ring(command: c.RingAgent, ari: Ari, node: str, caller: Caller, now: int) -> Operation[Any]:
    variables = {} if command.outside else {f"PJSIP_HEADER(add,{CONTACT_HEADER})": command.contact} | caller.transfers
    if command.auto:
        variables |= {f"PJSIP_HEADER(add,{AUTO_HEADER})": str(command.offer), **ANSWER_BY_ITSELF}
    return ari.channels.originate_with_id(
        names.agent_leg(node, command.offer),
        _address(command.extension, caller.trunk, outside=command.outside),
        app="hotline",
        app_args=f"agent,{command.offer}",
        caller_id=caller.shown,
        timeout=max(0, command.expires_at - now) // 1000 + _RING_MARGIN_S,
        originator=caller.channel or None,
        variables=variables,
    )


def _address(extension: str, trunk: str, *, outside: bool) -> str:
    return f"PJSIP/{extension}@{trunk}" if outside else f"PJSIP/{extension}"


def _ring_again(command: c.RingRejoin, ari: Ari, node: str, caller: Caller) -> Operation[Any]:
    return ari.channels.originate_with_id(
        names.agent_leg(node, command.offer, command.leg),
        f"PJSIP/{command.extension}",
        app="hotline",
        app_args=f"agent,{command.offer},{command.leg}",
        caller_id=caller.shown,
        timeout=REJOIN_MS // 1000,
        originator=caller.channel,
        variables={
            f"PJSIP_HEADER(add,{CONTACT_HEADER})": command.contact,
            f"PJSIP_HEADER(add,{REJOIN_HEADER})": str(command.offer),
            **ANSWER_BY_ITSELF,
            **caller.transfers,
        },
    )


def dead_man(ari: Ari, channel: str, seconds: int) -> Operation[Any]:
    """Renew the time after which Asterisk sends the caller to the fallback; 0: never."""
    return ari.channels.set_channel_var(channel, "TIMEOUT(absolute)", value=str(seconds))
