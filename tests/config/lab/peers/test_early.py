"""What the SIP stack says of a call before dialling is done with, and there is a call to tell it to."""

from dataclasses import dataclass
from typing import Any

import baresip
import pytest

from config.lab.peers.call import PeerCall
from config.lab.peers.log import Log
from config.lab.peers.stack import Stack

Event = baresip.Event


@dataclass
class Dialled:
    """A call whose stack has said everything already."""

    handle: int = 7
    call_id: str = "early"

    def on(self, listener: object) -> None:
        """Nothing more will come."""

    @property
    def audio(self) -> Any:
        raise baresip.AudioNotActive("it is over")


def say(stack: Stack, event: baresip.Event, *, call_id: str = "early", text: str | None = None) -> None:
    stack.take(baresip.StackEvent(event=event, call=7, call_id=call_id, text=text))


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ([(Event.CALL_RINGING, None)], []),
        ([(Event.CALL_ESTABLISHED, None)], ["answered"]),
        ([(Event.CALL_CLOSED, "404 Not Found")], ["failed"]),
        (
            [(Event.CALL_ESTABLISHED, None), (Event.CALL_CLOSED, "Connection reset by peer")],
            ["answered", "remote_hung_up"],
        ),
    ],
)
def test_it_is_noted_as_if_it_had_been_listened_to(
    said: list[tuple[baresip.Event, str | None]], noted: list[str]
) -> None:
    stack, log = Stack(), []
    for event, text in said:
        say(stack, event, text=text)
    call: Any = Dialled()
    peer = PeerCall(
        peer="caller-0",
        call=call,
        call_id=stack.call_id(call),
        contact="",
        tone_hz=600,
        log=Log(None, lambda line: log.append(line["event"])),
    )
    peer.catch_up(*stack.so_far(call))
    assert log == noted


def test_another_call_in_the_place_of_one_that_is_over_has_nothing_of_it() -> None:
    stack = Stack()
    say(stack, Event.CALL_ESTABLISHED)
    say(stack, Event.CALL_CLOSED, text="Connection reset by peer")
    say(stack, Event.CALL_OUTGOING, call_id="next")
    call: Any = Dialled()
    assert stack.so_far(call) == (False, None)
