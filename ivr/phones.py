"""An agent's phone as objects of Asterisk's SIP stack, to be pushed through ARI without a restart.

Each object is sent as `PUT /asterisk/config/dynamic/res_pjsip/{type}/{id}` with the body
`{"fields": [{"attribute": key, "value": value}, …]}`, in the order given: the endpoint names the other two. Sending one
again replaces it; what was left out then falls back to its default. Not so an aor: it keeps the contacts it has, the
registered one too, as its own for ever, so what is there already is not sent again (`is_as_sent`). Asterisk keeps them
in memory: after it restarted, send them all again (a phone's registration it remembers). Removing one is `DELETE` of
the three in the opposite order; with its aor a phone's registration goes.
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

PhoneObjectType = Literal["auth", "aor", "endpoint"]

TRANSFERS_TO_ARI = {"PJSIP_TRANSFER_HANDLING()": "ari-only"}
"""Channel variables of an agent's leg that turn the phone's REFER into the event ChannelTransfer (20.13, 21.8, 22.3).

They go with the request that makes the leg: an endpoint with them as its `set_var` cannot be sent again (500).
"""

MEDIA_ENCRYPTION = "HOTLINE_PHONES_MEDIA_ENCRYPTION"
"""The dialplan's global variable by which an Asterisk demands encrypted SIP phones: `sdes`, or it is not set."""

_EXTENSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}\Z")


class PhoneObject(NamedTuple):
    """One object: its type, its id and its fields, all text."""

    type: PhoneObjectType
    id: str
    fields: dict[str, str]


def hands_transfers_to_ari(version: tuple[int, int] | None) -> bool:
    """Whether Asterisk of this version knows `TRANSFERS_TO_ARI`: 20.13, 21.8, 22.3 and newer; None: not known."""
    return version is not None and version >= {20: (20, 13), 21: (21, 8)}.get(version[0], (22, 3))


def is_as_sent(fields: Mapping[str, str], there: Mapping[str, str]) -> bool:
    """Whether an object that Asterisk gives back, by attribute, has the fields it was sent."""
    said = {"yes": "true", "no": "false"}
    return all(there.get(attribute) == said.get(value, value) for attribute, value in fields.items())


class PhoneError(ValueError):
    """An extension or password a phone could not use; the message says which and why."""


def media_address(bind: str) -> str | None:
    """Where phones' audio should be bound, from the `bind` field of Asterisk's transport `udp`; None: everywhere.

    The transport's fields come from `GET /asterisk/config/dynamic/res_pjsip/transport/udp`.
    """
    host = bind.rpartition(":")[0].strip("[]")
    return None if host in ("", "0.0.0.0", "::") else host  # noqa: S104


def phone_objects(
    extension: str,
    password: str,
    *,
    webrtc: bool = False,
    encrypted: bool = False,
    transfers_to_ari: bool = False,
    media_address: str | None = None,
) -> list[PhoneObject]:
    """The auth, aor and endpoint of the phone `extension`, which registers under that name with `password`.

    `webrtc`: a browser's phone (WebSocket, DTLS-SRTP, ICE) instead of a SIP one. `encrypted`: a SIP phone is rung over
    TLS and with SRTP alone. `transfers_to_ari`: the phone may send
    REFER, and each call to it is made with `TRANSFERS_TO_ARI`; otherwise its REFER is refused.
    `media_address`: the address of Asterisk that its audio is bound to; None: every one. Raises PhoneError.
    """
    if not _EXTENSION.match(extension):
        raise PhoneError(f"extension {extension!r}: use 1 to 40 letters, digits, '-' and '_'")
    if not 8 <= len(password) <= 128 or not password.isprintable():
        raise PhoneError(f"extension {extension}: its password must be 8 to 128 printable characters")
    endpoint = {
        "context": "hotline-agents",
        "aors": extension,
        "auth": extension,
        "identify_by": "username",
        "allow": "!all,alaw,ulaw",
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        # A page that was closed without a BYE ends here, and so does a phone that lost its network. A page sends audio
        # without a pause, muted or not.
        "rtp_timeout": "5" if webrtc else "30",
        "rtp_timeout_hold": "600",
        "device_state_busy_at": "1",
        "allow_subscribe": "no",
        # Its own REFER would take the caller out of hotline's sight.
        "allow_transfer": "yes" if transfers_to_ari else "no",
    }
    if media_address is not None:
        # Without it Asterisk binds to all addresses, for an endpoint that names no transport.
        endpoint |= {"media_address": media_address, "bind_rtp_to_media_address": "yes"}
    if webrtc:
        endpoint["webrtc"] = "yes"
    else:
        endpoint["dtmf_mode"] = "auto"
        if encrypted:
            # Without the transport the keys of a phone that registered over UDP would travel in clear text.
            endpoint |= {"media_encryption": "sdes", "transport": "tls"}
    aor = {
        # One phone at a time: the newest registration takes over, so a reloaded page needs no time-out.
        "max_contacts": "1",
        "remove_existing": "yes",
        "qualify_frequency": "0" if webrtc else "30",
        "minimum_expiration": "30",
        # A phone that Asterisk forgot (killed in the second after it registered) is back within so long.
        "maximum_expiration": "120",
        "default_expiration": "120",
    }
    auth = {"auth_type": "userpass", "username": extension, "password": password}
    return [
        PhoneObject("auth", extension, auth),
        PhoneObject("aor", extension, aor),
        PhoneObject("endpoint", extension, endpoint),
    ]
