"""A free port for a SIP stack, which needs the same number on UDP and TCP."""

import socket


def free_sip_port() -> int:
    """A port of 127.0.0.1 that is free on UDP and TCP now; another program may take it before it is used."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        ):
            udp.bind(("127.0.0.1", 0))
            port: int = udp.getsockname()[1]
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
