"""Legs that picked up and have not taken the call yet: a number outside presses 1, an auto-answer hears a tone.

A number outside is asked again and again until the offer is over, so that voicemail never answers a caller; whoever is
asked while another phone takes the call is told so. What we forgot through a break, a look at Asterisk brings back.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

import structlog

from acd.contact import Offer
from ivr.ari import generated as ari_events
from ivr.ari.generated import Ari
from ivr.ari.operation import Operation
from ivr.gateway import names
from ivr.gateway.waiting import GOODBYE, Say

ACCEPT_KEY = "1"
ACCEPT_PROMPT = "duty-accept"
TAKEN_PROMPT = "duty-taken"

Send = Callable[..., None]
log = structlog.get_logger()


@dataclass(slots=True)
class Asked:
    """Whoever picked up an offer's phone, in which language he is asked, and how often he was."""

    language: str
    times: int = 0


class Acceptance:
    """Those of one Asterisk. `answered` is told the offer whose agent has taken the call."""

    def __init__(self, node: str, send: Send, answered: Callable[[int], None], say: Say, tone: str) -> None:
        """`say` gives the files of the prompts; `tone` is the file of the tone."""
        self._node = node
        self._send = send
        self._answered = answered
        self._say = say
        self._tone = tone
        self._asked: dict[int, Asked] = {}
        self._toned: set[int] = set()

    @property
    def asking(self) -> Set[int]:
        """The offers whose phones are being asked."""
        return self._asked.keys()

    def ask(self, ari: Ari, offer: Offer, language: str) -> None:
        """The number outside has picked up: whoever is there is to press the key."""
        if offer.offer in self._asked:
            return
        self._asked[offer.offer] = Asked(language)
        self._play_prompt(ari, offer.offer)

    def warn(self, ari: Ari, offer: Offer) -> None:
        """The phone has answered by itself: the agent hears the tone, then the caller."""
        self._toned.add(offer.offer)
        leg = names.agent_leg(self._node, offer.offer)
        tone = ari.channels.play_with_id(leg, f"{leg}.tone", [f"sound:{self._tone}"])
        self._send(tone, on_error=self._no_tone(offer.offer))

    def let_go(self, ari: Ari, offer: int, *, taken: bool) -> list[Operation[Any]]:
        """The requests that end the ring of an offer; `taken`: another phone has the call, which he is told."""
        asked, leg = self._asked.get(offer), names.agent_leg(self._node, offer)
        self._drop(offer)
        files = self._files(TAKEN_PROMPT, asked.language) if taken and asked is not None else []
        if asked is None or not files:
            return [ari.channels.hangup(leg)]
        return [
            # Behind a prompt that plays nothing else would be done.
            ari.playbacks.stop(self._playback(offer, asked)),
            ari.channels.set_channel_var(leg, "HOTLINE_SAY", value="&".join(files)),
            ari.channels.continue_in_dialplan(leg, context=GOODBYE, extension="s", priority=1),
        ]

    def forget(self, open_offers: Set[int]) -> None:
        """Only these offers are open still."""
        for offer in [offer for offer in self._asked if offer not in open_offers]:
            del self._asked[offer]
        self._toned &= open_offers

    def on_event(self, ari: Ari, event: Any) -> None:
        """An event of one of these legs; others are left alone."""
        match event:
            case ari_events.ChannelDtmfReceived(channel=channel, digit=digit):
                leg = names.leg_of(self._node, channel.id)
                if leg is not None and (asked := self._asked.get(leg.offer)) is not None and digit == ACCEPT_KEY:
                    self._send(ari.playbacks.stop(self._playback(leg.offer, asked)))
                    self._take(leg.offer)
            case ari_events.PlaybackFinished(playback=playback):
                leg = names.leg_of(self._node, playback.target_uri.removeprefix("channel:"))
                if leg is None:
                    return
                if leg.offer in self._toned:
                    self._take(leg.offer)
                elif leg.offer in self._asked:
                    self._play_prompt(ari, leg.offer)
            case ari_events.ChannelDestroyed(channel=channel):
                leg = names.leg_of(self._node, channel.id)
                if leg is not None:
                    self._drop(leg.offer)

    def _take(self, offer: int) -> None:
        self._drop(offer)
        self._answered(offer)

    def _drop(self, offer: int) -> None:
        self._asked.pop(offer, None)
        self._toned.discard(offer)

    def _play_prompt(self, ari: Ari, offer: int) -> None:
        asked = self._asked[offer]
        asked.times += 1
        media = [f"sound:{file}" for file in self._files(ACCEPT_PROMPT, asked.language)]
        leg = names.agent_leg(self._node, offer)
        self._send(ari.channels.play_with_id(leg, self._playback(offer, asked), media))

    def _playback(self, offer: int, asked: Asked) -> str:
        return f"{names.agent_leg(self._node, offer)}.accept{asked.times}"

    def _files(self, prompt: str, language: str) -> list[str]:
        try:
            return list(self._say(prompt, language, None))
        except LookupError as error:
            log.error("who picked up outside hears nothing", error=str(error))
            return []

    def _no_tone(self, offer: int) -> Callable[..., None]:
        # Without its file the call goes on.
        return lambda operation, error: self._take(offer) if offer in self._toned else None
