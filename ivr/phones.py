"""An agent's phone as objects of Asterisk's SIP stack, to be pushed through ARI without a restart.

Each object is sent as `PUT /asterisk/config/dynamic/res_pjsip/{type}/{id}` with the body
`{"fields": [{"attribute": key, "value": value}, …]}`, in the order given: the endpoint names the other two. Sending one
again replaces it; what was left out then falls back to its default. Asterisk keeps them in memory: after it restarted,
send them all again (a phone's registration it remembers). Removing one is `DELETE` of the three in the opposite order.
"""

import re
from typing import Literal, NamedTuple

PhoneObjectType = Literal["auth", "aor", "endpoint"]

_EXTENSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}\Z")


class PhoneObject(NamedTuple):
    """One object: its type, its id and its fields, all text."""

    type: PhoneObjectType
    id: str
    fields: dict[str, str]


class PhoneError(ValueError):
    """An extension or password a phone could not use; the message says which and why."""


def phone_objects(
    extension: str, password: str, *, webrtc: bool = False, transfers_to_ari: bool = True
) -> list[PhoneObject]:
    """The auth, aor and endpoint of the phone `extension`, which registers under that name with `password`.

    `webrtc`: a browser's phone (WebSocket, DTLS-SRTP, ICE) instead of a SIP one. `transfers_to_ari`: whether Asterisk
    can hand the phone's REFER to ARI (20.13, 21.8, 22.3 and newer); otherwise the phone may not transfer by itself.
    Raises PhoneError.
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
        # A page that was closed without a BYE ends here, and so does a phone that lost its network.
        "rtp_timeout": "30",
        "rtp_timeout_hold": "600",
        "device_state_busy_at": "1",
        "allow_subscribe": "no",
    }
    if transfers_to_ari:
        endpoint["set_var"] = "PJSIP_TRANSFER_HANDLING()=ari-only"
    else:
        endpoint["allow_transfer"] = "no"
    if webrtc:
        endpoint["webrtc"] = "yes"
    else:
        endpoint["dtmf_mode"] = "auto"
    aor = {
        # One phone at a time: the newest registration takes over, so a reloaded page needs no time-out.
        "max_contacts": "1",
        "remove_existing": "yes",
        "qualify_frequency": "0" if webrtc else "30",
        "minimum_expiration": "30",
        "maximum_expiration": "3600",
        "default_expiration": "120",
    }
    auth = {"auth_type": "userpass", "username": extension, "password": password}
    return [
        PhoneObject("auth", extension, auth),
        PhoneObject("aor", extension, aor),
        PhoneObject("endpoint", extension, endpoint),
    ]
