"""The native SIP stack (baresip), one a process: identities, and the Call-ID of each call.

Settings that matter here: `audio_jitter_buffer_type off` brings what is heard 0.1 s earlier, and an audio player that
does not exist (`none`) saves a thread a call, for received audio can be read without a player.
"""

from collections import OrderedDict
from pathlib import Path

import baresip
from baresip.runtime import Runtime
from baresip.ua import UserAgent

CONTACT_HEADER = "X-Hotline-Contact"
"""The INVITE header in which an agent's phone is told the contact id."""


_COMMAND_S = 30.0
"""A command that is late is carried out all the same, so it is waited for on a machine that is busy."""


_LAST = 512
"""So many calls are remembered; more never begin within the moment of one dialling."""


class PeerError(Exception):
    """A peer cannot do what it was told; says which peer and why."""


class Stack:
    """The running SIP stack; at most one lives in a process."""

    def __init__(self) -> None:
        self._runtime = Runtime(command_timeout=_COMMAND_S)
        self._call_ids: dict[int, str] = {}
        self._closed: OrderedDict[int, tuple[str, str]] = OrderedDict()
        """Native call = its Call-ID and why it was closed, of the last ones."""
        self._answered: OrderedDict[int, None] = OrderedDict()
        """Native calls that were answered, the last ones."""

    async def start(self, sip_port: int, rtp_ports: tuple[int, int], authorities: Path | None) -> None:
        """Listen on 127.0.0.1 at `sip_port` (UDP and TCP); RTP ports are taken from the range. Raises PeerError.

        `authorities`: who may sign for a server that is reached over TLS (PEM).
        """
        trusted = f"sip_cafile {authorities}\nsip_verify_server yes\n" if authorities else ""
        settings = baresip.Config(
            net_interface="127.0.0.1",
            max_concurrent_calls=None,
            expose_headers=(CONTACT_HEADER,),
            native_log_level="error",
            extra_config_text=(
                f"sip_listen 127.0.0.1:{sip_port}\nrtp_ports {rtp_ports[0]}-{rtp_ports[1]}\n"
                f"audio_jitter_buffer_type off\n{trusted}"
            ),
        )
        try:
            await self._runtime.start(settings)
        except baresip.BaresipError as error:
            raise PeerError(
                f"the SIP stack does not start on 127.0.0.1:{sip_port}: {error}; is the port taken?"
            ) from error
        self._runtime.subscribe(self.take)

    async def stop(self) -> None:
        """End every call and the stack."""
        await self._runtime.close()

    def take(self, event: baresip.StackEvent) -> None:
        """Remember what the native stack says of its calls."""
        if event.event is baresip.Event.CALL_CLOSED:
            call_id = event.call_id or self._call_ids.get(event.call, "")
            self._call_ids.pop(event.call, None)
            self._closed[event.call] = (call_id, event.text or "")
            if len(self._closed) > _LAST:
                self._closed.popitem(last=False)
        elif event.call_id and event.call:
            self._call_ids[event.call] = event.call_id
            if self._closed.pop(event.call, None) is not None:
                # The native call of before is gone, and this is another in its place.
                self._answered.pop(event.call, None)
        if event.event is baresip.Event.CALL_ESTABLISHED:
            self._answered[event.call] = None
            if len(self._answered) > _LAST:
                self._answered.popitem(last=False)

    def call_id(self, call: baresip.Call) -> str:
        """The SIP Call-ID; known from the moment the INVITE is sent or received."""
        return call.call_id or self._call_ids.get(call.handle, "") or self._closed.get(call.handle, ("", ""))[0]

    def so_far(self, call: baresip.Call) -> tuple[bool, str | None]:
        """Of a call that was just dialled: whether it is answered, and why it is over, None when it is not.

        The stack tells before there is a call to tell it to.
        """
        closed = self._closed.get(call.handle)
        return call.handle in self._answered, closed[1] if closed is not None else None

    async def identity(
        self,
        *,
        user: str,
        server: str,
        password: str = "",
        name: str = "",
        dtmf: str = "rtpevent",
        register: bool = False,
        encrypted: bool = False,
    ) -> UserAgent:
        """A SIP identity `name <sip:user@server>` with A-law first. Raises PeerError for what SIP cannot carry."""
        if any(c in '"\\' or not c.isprintable() for c in name):
            raise PeerError(
                f"{user}: the display name {name!r} needs escaping, which the stack cannot do; use sipp for it"
            )
        try:
            account = baresip.Account(
                user,
                server,
                password,
                reg_interval=300 if register else 0,
                audio_codecs=("pcma", "pcmu"),
                dtmf_mode="info" if dtmf == "info" else "rtpevent",
                transport="tls" if encrypted else "udp",
                extra_params=("audio_player=none,none", *(("mediaenc=srtp-mand",) if encrypted else ())),
            )
            display = f'"{name}" ' if name else ""
            return await UserAgent.create(self._runtime, display + account.aor())
        except (ValueError, baresip.BaresipError) as error:
            raise PeerError(f"{user}@{server}: {error}") from error
