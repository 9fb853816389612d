"""A free port for a SIP stack, which needs the same number on UDP and TCP and the next one for TLS."""

import random
import socket
from contextlib import ExitStack

_PORTS = range(4_000, 10_000, 2)
"""Below those that labs take, and those that the system gives to outgoing connections at any moment."""
_random = random.SystemRandom()


def free_sip_port() -> int:
    """A port of 127.0.0.1 that is free now on UDP and TCP, like the next one; another program may take them first."""
    while True:
        port = _random.choice(_PORTS)
        if _is_free(port) and _is_free(port + 1):
            return port


def _is_free(port: int) -> bool:
    with ExitStack() as stack:
        try:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                stack.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
