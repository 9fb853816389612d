"""What waiting callers hear and press: music, their place and wait in words, messages; and their ways out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from acd import commands as c
from acd import events as e
from acd.contact import Contact, ContactState
from acd.exits import CALLBACK, destination
from acd.telling import music_of
from cti.journal.loop import FloorLoop
from ivr.ari import generated as ari_events
from ivr.ari.generated import Ari
from ivr.ari.operation import Operation
from ivr.gateway import names

Say = Callable[[str, str, Mapping[str, object] | None], Sequence[str]]
"""The sound files of a prompt in a language, with the values it reads out (`PromptBook.files`)."""

MANY = 20
"""With more callers before him than this, their number tells a caller nothing."""
LONGEST_MIN = 30
"""A longer wait is only said to be longer than twenty minutes."""
SPOKEN = "zh-CN"
"""The language of a caller who has none."""
GOODBYE = "hotline-goodbye"
"""The context in which a prompt is heard, then the channel ends, whatever becomes of us."""
RING_S = 45
MINUTE_MS = 60_000

log = structlog.get_logger()


def nothing_to_say(prompt: str, language: str, values: Mapping[str, object] | None) -> Sequence[str]:
    """Of a gateway without prompts. Raises LookupError."""
    raise LookupError(f"there is no prompt {prompt!r}")


class Waiting:
    """The waiting callers of one Asterisk. Nothing is remembered but the last key, which Asterisk says twice."""

    def __init__(self, loop: FloorLoop, say: Say) -> None:
        self._loop = loop
        self._say = say
        self._key: tuple[str, str, str] = ("", "", "")

    def music(self, contact: Contact) -> str | None:
        """The class of music a caller hears; None: Asterisk's default."""
        return music_of(self._loop.floor, contact) or None

    def tell(self, command: c.Tell, ari: Ari, contact: Contact) -> list[Operation[Any]]:
        """The requests that say what is to be told; none when there is no sound for any of it."""
        media = [f"sound:{file}" for file in self._files(command, contact.language or SPOKEN)]
        if not media:
            return []
        return [
            ari.channels.stop_moh(contact.channel),
            ari.channels.play_with_id(contact.channel, names.telling(contact.contact), media),
        ]

    def _files(self, command: c.Tell, language: str) -> list[str]:
        files: list[str] = []
        for prompt, values in prompts_of(command):
            try:
                files += self._say(prompt, language, values)
            except LookupError as error:
                log.warning("a waiting caller is not told", contact=command.contact, error=str(error))
        return files

    def send_away(self, command: c.SendAway, ari: Ari, contact: Contact) -> list[Operation[Any]]:
        """The requests that let a caller go on in the dialplan."""
        channel = contact.channel
        kind, _, name = command.to.partition(":")

        def set_to(variable: str, value: str) -> Operation[Any]:
            return ari.channels.set_channel_var(channel, variable, value=value)

        quiet = [ari.playbacks.stop(names.telling(contact.contact)), ari.channels.stop_moh(channel)]
        if kind == "flow":
            go = ari.channels.continue_in_dialplan(channel, context="hotline-flow", extension="s", label="flow")
            return [*quiet, set_to("HOTLINE_FLOW", name), go]
        # Nobody of ours renews its time from here on.
        quiet.append(set_to("TIMEOUT(absolute)", "0"))
        if kind == "number":
            go = ari.channels.continue_in_dialplan(channel, context="hotline-dial", extension="s", priority=1)
            variables = dialling(f"out-{name}")
            return [*quiet, *(set_to(variable, value) for variable, value in variables.items()), go]
        try:
            files = list(self._say(name, contact.language or SPOKEN, None))
        except LookupError as error:
            log.error("a caller is let go without a word", contact=contact.contact, error=str(error))
            files = []
        go = ari.channels.continue_in_dialplan(channel, context=GOODBYE, extension="s", priority=1)
        return [*quiet, set_to("HOTLINE_SAY", "&".join(files)), go]

    def transfer(self, command: c.Transfer, ari: Ari, contact: Contact, node: str) -> list[Operation[Any]]:
        """The requests that take a caller out of his talk and let him go on, as a call that has just come in."""
        channel = contact.channel
        kind, _, number = command.to.partition(":")
        variables = {"TIMEOUT(absolute)": "0", "HOTLINE_WANTED": "", "HOTLINE_TRY": "0", "HOTLINE_FLOW": ""}
        variables |= {"HOTLINE_DIALLED": number} if kind == "access" else dialling(f"in-{number}")
        context, label = ("hotline-flow", "flow") if kind == "access" else ("hotline-dial", None)
        return [
            ari.bridges.destroy(names.talk(command.contact)),
            # He may have been on hold.
            ari.channels.stop_moh(channel),
            ari.channels.unmute(channel, direction="in"),
            *(ari.channels.set_channel_var(channel, name, value=value) for name, value in variables.items()),
            ari.channels.continue_in_dialplan(
                channel, context=context, extension="s", label=label, priority=None if label else 1
            ),
            ari.channels.hangup(names.agent_leg(node, command.offer, command.leg)),
        ]

    def on_event(self, event: Any, ari: Ari) -> list[Operation[Any]]:
        """An event of a waiting caller's channel; others are left alone. Returns what is to be requested."""
        match event:
            case ari_events.ChannelDtmfReceived(channel=channel, digit=digit, timestamp=timestamp):
                self._pressed(channel.id, digit, timestamp)
            case ari_events.PlaybackFinished(playback=playback):
                contact = self._waiting(playback.target_uri.removeprefix("channel:"))
                if contact is not None and playback.id == names.telling(contact.contact):
                    return [ari.channels.start_moh(contact.channel, moh_class=self.music(contact))]
        return []

    def _pressed(self, channel: str, digit: str, timestamp: str) -> None:
        said, self._key = self._key, (channel, digit, timestamp)
        contact = self._waiting(channel)
        if contact is None or said == self._key:
            return
        # Keys that lead nowhere are nobody's business: they may be part of a number.
        to = destination(self._loop.floor, contact, digit)
        if to is not None:
            self._loop.tell_if_fits(e.KeyPressed(at=self._loop.now(), contact=contact.contact, key=digit))
        if to == CALLBACK:
            self._loop.tell_if_fits(
                e.CallbackAsked(at=self._loop.now(), contact=contact.contact, number=contact.caller)
            )

    def _waiting(self, channel: str) -> Contact | None:
        contact = self._loop.floor.contacts.get(channel)
        waits = contact is not None and contact.state in (ContactState.WAITING, ContactState.OFFERED)
        return contact if waits else None


def dialling(party: str) -> dict[str, str]:
    """What the dialplan's `hotline-dial` goes by: `party` is in-EXTENSION or out-NUMBER."""
    return {"HOTLINE_RING": str(RING_S), "HOTLINE_ACCEPT": "", "HOTLINE_DIAL": party}


def prompts_of(command: c.Tell) -> list[tuple[str, Mapping[str, object] | None]]:
    """(prompt, its values) of everything a caller is told, in order."""
    said: list[tuple[str, Mapping[str, object] | None]] = []
    if command.ahead is not None:
        said.append(_place(command.ahead))
    if command.low_ms is not None and command.high_ms is not None:
        said.append(_range(command.low_ms // MINUTE_MS, -(-command.high_ms // MINUTE_MS)))
    if command.message:
        said.append((command.message, None))
    return said


def _place(ahead: int) -> tuple[str, Mapping[str, object] | None]:
    if ahead > MANY:
        return "queue-many-ahead", None
    if ahead > 1:
        return "queue-position", {"ahead": ahead}
    return ("queue-one-ahead" if ahead else "queue-next"), None


def _range(low: int, high: int) -> tuple[str, Mapping[str, object] | None]:
    """In whole minutes, the range never narrower than what is known."""
    if high <= 1:
        return "wait-under-1", None
    if high > LONGEST_MIN and low >= MANY:
        return "wait-over-20", None
    return "wait-range", {"low": max(1, low) if low < high else high - 1, "high": high}
