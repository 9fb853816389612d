"""Legs that picked up and have not taken the call yet: a number outside presses 1, an auto-answer hears a tone.

A number outside is asked again and again until the offer is over, so that voicemail never answers a caller. What we
forgot through a break, a look at Asterisk brings back.
"""

from collections.abc import Callable, Sequence, Set
from typing import Any

from acd.contact import Offer
from ivr.ari import generated as ari_events
from ivr.ari.generated import Ari
from ivr.ari.operation import Operation
from ivr.gateway import names

ACCEPT_KEY = "1"
ACCEPT_PROMPT = "duty-accept"

Send = Callable[..., None]


class Acceptance:
    """Those of one Asterisk. `answered` is told the offer whose agent has taken the call."""

    def __init__(
        self, node: str, send: Send, answered: Callable[[int], None], prompt: Callable[[str], Sequence[str]], tone: str
    ) -> None:
        """`prompt` gives the files that ask for the key in a language; `tone` is the file of the tone."""
        self._node = node
        self._send = send
        self._answered = answered
        self._prompt = prompt
        self._tone = tone
        self._asked: dict[int, int] = {}
        """Offer = how often it was asked for the key."""
        self._media: dict[int, list[str]] = {}
        self._toned: set[int] = set()

    @property
    def asking(self) -> Set[int]:
        """The offers whose phones are being asked."""
        return self._asked.keys()

    def ask(self, ari: Ari, offer: Offer, language: str) -> None:
        """The number outside has picked up: whoever is there is to press the key."""
        if offer.offer in self._asked:
            return
        self._asked[offer.offer] = 0
        self._media[offer.offer] = [f"sound:{file}" for file in self._prompt(language)]
        self._play_prompt(ari, offer.offer)

    def warn(self, ari: Ari, offer: Offer) -> None:
        """The phone has answered by itself: the agent hears the tone, then the caller."""
        self._toned.add(offer.offer)
        self._send(self._play(ari, offer.offer, "tone", [f"sound:{self._tone}"]), on_error=self._no_tone(offer.offer))

    def forget(self, open_offers: Set[int]) -> None:
        """Only these offers are open still."""
        for offer in [offer for offer in self._asked if offer not in open_offers]:
            del self._asked[offer], self._media[offer]
        self._toned &= open_offers

    def on_event(self, ari: Ari, event: Any) -> None:
        """An event of one of these legs; others are left alone."""
        match event:
            case ari_events.ChannelDtmfReceived(channel=channel, digit=digit):
                leg = names.leg_of(self._node, channel.id)
                if leg is not None and leg.offer in self._asked and digit == ACCEPT_KEY:
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
        self._media.pop(offer, None)
        self._toned.discard(offer)

    def _play_prompt(self, ari: Ari, offer: int) -> None:
        self._asked[offer] += 1
        self._send(self._play(ari, offer, f"accept{self._asked[offer]}", self._media[offer]))

    def _play(self, ari: Ari, offer: int, what: str, media: list[str]) -> Operation[Any]:
        leg = names.agent_leg(self._node, offer)
        return ari.channels.play_with_id(leg, f"{leg}.{what}", media)

    def _no_tone(self, offer: int) -> Callable[..., None]:
        # Without its file the call goes on.
        return lambda operation, error: self._take(offer) if offer in self._toned else None
