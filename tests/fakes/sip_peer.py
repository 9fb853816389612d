"""A SIP peer whose every word a test chooses: one UDP socket for SIP, one for RTP, no state machine to get in the way.

It answers what a test need not care about (OPTIONS, NOTIFY and BYE with 200) and leaves the rest to it. Good for odd
signalling; for agents and callers with real audio there are the peers of `config.lab.peers`.
"""

import asyncio
import hashlib
import itertools
import re
import secrets
from collections.abc import Callable, Iterable
from typing import cast

from tests.fakes.rtp import RtpSocket

Address = tuple[str, int]
HOST = "127.0.0.1"


class Message:
    """One SIP message: its first line, its headers in order, its body."""

    def __init__(self, text: str) -> None:
        head, _, self.body = text.partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.headers = [
            (name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
        ]

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key == name.lower()]

    def get(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next(iter(self.all(name)), "")

    @property
    def status(self) -> int:
        """The status of a response, 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The method it is, or answers."""
        return self.get("cseq").split()[-1]


class Dialog:
    """One call, from either side."""

    def __init__(self, peer: "SipPeer", call_id: str) -> None:
        self.peer = peer
        self.call_id = call_id
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.ended = asyncio.Event()
        self.local = ""
        self.remote = ""
        self.target = ""
        self.invitation: Message | None = None
        self.sequence = itertools.count(1)

    async def response(self, method: str, least: int = 200) -> Message:
        """The next response to a request of ours with at least this status."""
        while True:
            message = await self.inbox.get()
            if message.status >= least and message.method == method:
                return message

    async def established(self) -> int:
        """The status our INVITE ended with; after 200 the ACK is sent and the audio goes to where Asterisk wants it."""
        final = await self.response("INVITE")
        self.remote = final.get("to")
        self.target = re.sub(r".*<(.*?)>.*", r"\1", final.get("contact")) or self.target
        self._request("ACK", self.target, sequence=1)
        if final.status == 200:
            self.peer.rtp.remote = media_of(final)
        return final.status

    def answer(self) -> None:
        """Answer the call that came in."""
        assert self.invitation is not None
        self.peer.rtp.remote = media_of(self.invitation)
        self.peer.respond(self.invitation, "200 OK", self.local, body=self.peer.offer())

    def send(self, method: str, headers: Iterable[str] = (), body: str = "") -> None:
        """A request inside the dialog."""
        self._request(method, self.target, headers=headers, body=body)

    def hang_up(self) -> None:
        """End the call."""
        self.send("BYE")

    def _request(
        self, method: str, uri: str, *, sequence: int | None = None, headers: Iterable[str] = (), body: str = ""
    ) -> None:
        number = next(self.sequence) if sequence is None else sequence
        self.peer.request(method, uri, self.local, self.remote, self.call_id, number, headers, body)


class SipPeer(asyncio.DatagramProtocol):
    """A socket that speaks SIP with one Asterisk. Open it with `open`, and close it."""

    def __init__(self, server: Address, rtp: RtpSocket) -> None:
        self.server = server
        self.rtp = rtp
        self.dialogs: dict[str, Dialog] = {}
        self.incoming: asyncio.Queue[Dialog] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport

    @classmethod
    async def open(cls, port: int) -> "SipPeer":
        """A peer of the Asterisk on this SIP port."""
        rtp = await RtpSocket.open()
        loop = asyncio.get_running_loop()
        _, peer = await loop.create_datagram_endpoint(lambda: cls((HOST, port), rtp), local_addr=(HOST, 0))
        return peer

    def close(self) -> None:
        """Close both sockets."""
        self.transport.close()
        self.rtp.close()

    @property
    def port(self) -> int:
        """Its own SIP port."""
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    def offer(self, events: bool = True) -> str:
        """A session description of ours: A-law, with or without RFC 4733 events."""
        formats = "8 101" if events else "8"
        lines = ["v=0", f"o=- 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0"]
        lines += [f"m=audio {self.rtp.port} RTP/AVP {formats}", "a=rtpmap:8 PCMA/8000"]
        return "\r\n".join([*lines, *(["a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16"] if events else ()), ""])

    def invite(
        self,
        number: str,
        *,
        caller: str = "13800000001",
        name: str = "",
        events: bool = True,
        call_id: str = "",
        tag: str = "",
    ) -> Dialog:
        """Call `number`; `name` goes between the quotes of the caller's name just as it is."""
        dialog = self.dialog(call_id or secrets.token_hex(8))
        quoted = f'"{name}" ' if name else ""
        dialog.local = f"{quoted}<sip:{caller}@{HOST}:{self.port}>;tag={tag or secrets.token_hex(4)}"
        dialog.target = f"sip:{number}@{HOST}:{self.server[1]}"
        dialog.remote = f"<{dialog.target}>"
        dialog.send("INVITE", ["Content-Type: application/sdp"], self.offer(events))
        return dialog

    async def register(self, user: str, password: str) -> int:
        """Register as `user`; the status of the second, authenticated REGISTER (or of the first, if it was not 401)."""
        dialog = self.dialog(secrets.token_hex(8))
        uri = f"sip:{HOST}:{self.server[1]}"
        dialog.local = f"<sip:{user}@{HOST}>;tag={secrets.token_hex(4)}"
        dialog.remote, dialog.target = f"<sip:{user}@{HOST}>", uri
        lines = ["Expires: 300"]
        dialog.send("REGISTER", lines)
        first = await dialog.response("REGISTER")
        if first.status != 401:
            return first.status
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', first.get("www-authenticate")))
        dialog.send("REGISTER", [*lines, f"Authorization: {_digest(asked, user, password, 'REGISTER', uri)}"])
        return (await dialog.response("REGISTER")).status

    def request(
        self,
        method: str,
        uri: str,
        local: str,
        remote: str,
        call_id: str,
        number: int,
        headers: Iterable[str] = (),
        body: str = "",
    ) -> None:
        """Send one request."""
        user = re.search(r"sip:([^@>]*)@", local)
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK{secrets.token_hex(6)};rport",
            f"From: {local}",
            f"To: {remote}",
            f"Call-ID: {call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{user.group(1) if user else 'peer'}@{HOST}:{self.port}>",
            "Max-Forwards: 70",
            *headers,
        ]
        self._send(lines, body)

    def respond(self, to: Message, status: str, local: str, body: str = "") -> None:
        """Answer a request."""
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in to.all("via")), f"From: {to.get('from')}"]
        lines += [f"To: {local}", f"Call-ID: {to.get('call-id')}", f"CSeq: {to.get('cseq')}"]
        lines += [f"Contact: <sip:peer@{HOST}:{self.port}>", *(["Content-Type: application/sdp"] if body else [])]
        self._send(lines, body)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        message = Message(data.decode("utf-8", "replace"))
        dialog = self.dialog(message.get("call-id"))
        if message.status:
            dialog.inbox.put_nowait(message)
        elif message.method == "INVITE":
            self._invited(dialog, message)
        elif message.method != "ACK":
            self.respond(message, "200 OK", dialog.local or message.get("to"))
            if message.method == "BYE":
                dialog.ended.set()

    def _invited(self, dialog: Dialog, message: Message) -> None:
        dialog.invitation = message
        dialog.local = f"{message.get('to')};tag={secrets.token_hex(4)}"
        dialog.remote = message.get("from")
        dialog.target = re.sub(r".*<(.*?)>.*", r"\1", message.get("contact"))
        self.respond(message, "180 Ringing", dialog.local)
        self.incoming.put_nowait(dialog)

    def dialog(self, call_id: str) -> Dialog:
        """The dialog of this Call-ID, a new one if there is none."""
        return self.dialogs.setdefault(call_id, Dialog(self, call_id))

    def _send(self, lines: list[str], body: str) -> None:
        text = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
        self.transport.sendto(text.encode(), self.server)


def media_of(message: Message) -> Address:
    """Where a session description wants its audio."""
    host = re.search(r"^c=IN IP4 (\S+)", message.body, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", message.body, re.MULTILINE)
    assert host is not None
    assert port is not None
    return host.group(1), int(port.group(1))


def _digest(asked: dict[str, str], user: str, password: str, method: str, uri: str) -> str:
    hashed: Callable[[str], str] = lambda text: hashlib.md5(text.encode()).hexdigest()  # noqa: E731
    one, two = hashed(f"{user}:{asked['realm']}:{password}"), hashed(f"{method}:{uri}")
    fresh = secrets.token_hex(4)
    response = hashed(f"{one}:{asked['nonce']}:00000001:{fresh}:auth:{two}")
    parts = {"username": user, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri, "response": response}
    text = ", ".join(f'{key}="{value}"' for key, value in parts.items())
    opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
    return f'Digest {text}{opaque}, algorithm=MD5, qop=auth, nc=00000001, cnonce="{fresh}"'
