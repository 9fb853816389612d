"""SIP: transports, trunks, and where phones' objects are kept.

Phones are not in a file. hotline pushes them through ARI (`ivr.phones`), and Asterisk keeps them in memory: a new
agent's phone works at once, and goes on working while hotline is down. After a restart of Asterisk they must be pushed
again: its database, `astdb`, would keep them, but it logs a warning at every look-up.
"""

from config.asterisk.ini import document, section
from config.asterisk.spec import AsteriskSpec, Tls, Trunk

_CIPHERS = ",".join(
    f"ECDHE-{signed}-{cipher}"
    for cipher in ("AES256-GCM-SHA384", "CHACHA20-POLY1305", "AES128-GCM-SHA256")
    for signed in ("ECDSA", "RSA")
)
"""Of TLS 1.2, with forward secrecy and authenticated encryption alone (RFC 9325), by OpenSSL's names."""


def render_pjsip(spec: AsteriskSpec) -> dict[str, str]:
    """`pjsip.conf` and `sorcery.conf`."""
    bind = f"[{spec.address}]" if ":" in spec.address else spec.address
    parts = [
        # By user name first: a trunk matched by address would swallow the REGISTER of a phone behind the same address.
        section(
            "global",
            {
                "type": "global",
                "user_agent": "hotline",
                "endpoint_identifier_order": "username,ip,anonymous",
                # After a restart the phones it remembers are asked within so many seconds whether they are there.
                "max_initial_qualify_time": 2,
                "keep_alive_interval": 30,
            },
        ),
        section("system", {"type": "system", "disable_tcp_switch": "yes"}),
        section("udp", {"type": "transport", "protocol": "udp", "bind": f"{bind}:{spec.ports.sip}"}),
        section("tcp", {"type": "transport", "protocol": "tcp", "bind": f"{bind}:{spec.ports.sip}"}),
        # The WebSocket's listener is the HTTP server; `bind` only has to be there.
        section("ws", {"type": "transport", "protocol": "ws", "bind": f"{bind}:{spec.ports.sip}"}),
    ]
    if spec.tls is not None:
        parts.append(section("tls", _tls(spec.tls, f"{bind}:{spec.ports.sips}")))
    for trunk in spec.trunks:
        parts += _trunk(trunk)
    return {"pjsip.conf": document("SIP", *parts), "sorcery.conf": _sorcery()}


def _tls(tls: Tls, bind: str) -> dict[str, str | int]:
    transport: dict[str, str | int] = {
        "type": "transport",
        "protocol": "tls",
        "bind": bind,
        "cert_file": str(tls.certificate),
        "priv_key_file": str(tls.key),
        "method": "tlsv1_2",
        "cipher": _CIPHERS,
    }
    if tls.authorities is not None:
        # Of the side we connect to: phones connect to us and have no certificate.
        transport |= {"ca_list_file": str(tls.authorities), "verify_server": "yes"}
    return transport


def _trunk(trunk: Trunk) -> list[str]:
    name = trunk.name
    uri = f"sip:{trunk.host}\\;transport=tls" if trunk.transport == "tls" else f"sip:{trunk.host}"
    endpoint: dict[str, str | int] = {
        "type": "endpoint",
        "transport": trunk.transport,
        "media_encryption": trunk.media_encryption,
        "context": "hotline-in",
        "allow": ",".join(("!all", *trunk.codecs)),
        "identify_by": "ip",
        # RFC 4733 where the carrier offers it, else tones in the audio; INFO is understood either way.
        "dtmf_mode": "auto",
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        "rtp_timeout": 60,
        "rtp_timeout_hold": 600,
        "trust_id_inbound": "yes",
        "allow_transfer": "no",
        "allow_subscribe": "no",
        "inband_progress": "no",
        "timers": "yes",
        "timers_sess_expires": 1800,
        "language": "en",
    }
    parts = []
    if trunk.host is not None:
        endpoint["aors"] = name
        parts.append(section(name, {"type": "aor", "contact": uri, "qualify_frequency": 30, "qualify_timeout": "3.0"}))
    if trunk.login is not None:
        endpoint["outbound_auth"] = name
        endpoint["from_user"] = trunk.login.user
        auth = {"type": "auth", "auth_type": "userpass", "username": trunk.login.user, "password": trunk.login.secret}
        parts.append(section(name, auth))
        if trunk.register:
            registration: dict[str, str | int] = {
                "type": "registration",
                "transport": trunk.transport,
                "outbound_auth": name,
                "server_uri": uri,
                "client_uri": f"sip:{trunk.login.user}@{trunk.host}",
                "contact_user": trunk.login.user,
                "retry_interval": 30,
                "forbidden_retry_interval": 300,
                "max_retries": 1000000,
                "expiration": 600,
                "line": "yes",
                "endpoint": name,
            }
            parts.append(section(name, registration))
    if trunk.match:
        parts.append(section(f"{name}-addresses", {"type": "identify", "endpoint": name, "match": trunk.match}))
    return [section(name, endpoint), *parts]


def _sorcery() -> str:
    return document(
        "Where SIP objects live: files first, then what hotline pushed through ARI",
        section(
            "res_pjsip",
            {kind: (f"config,pjsip.conf,criteria=type={kind}", "memory") for kind in ("endpoint", "auth", "aor")},
        ),
    )
