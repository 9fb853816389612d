"""A block of ports for one lab, chosen so that any number of labs may start at once on one machine.

A block is 1,000 ports from a multiple of 1,000 below the range that the system gives to outgoing connections. Its first
port is the SIP port, which a running Asterisk holds for as long as it lives: a block is taken while that port is.
Between choosing and Asterisk's bind the block is claimed by a socket in the abstract namespace, which ends with its
process whatever happens.
"""

import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from config.asterisk.spec import Ports
from config.lab.errors import LabError

_SIZE = 1000
_BASES = range(10_000, 32_000, _SIZE)
_FIRST_RTP = 10
_PORTS_A_LEG = 2
_SPARE = 200
"""Asterisk tries ports at random: with every one taken but a few it would try for long."""


def carrier(ports: Ports) -> int:
    """The port of a lab's block where the carrier of its trunk listens: peers that stand for customers' phones."""
    return ports.sip + 6


def block(base: int) -> Ports:
    """The ports of the block that starts at `base`: room for 247 calls of two legs."""
    return Ports(
        sip=base,
        http=base + 1,
        ami=base + 2,
        agi=base + 3,
        # The engine of the demo's stage takes 4; the peers at `carrier` take the port after it too, for TLS.
        sips=base + 8,
        https=base + 5,
        rtp_first=base + _FIRST_RTP,
        rtp_last=base + _SIZE - 1,
    )


def with_room(ports: Ports, legs: int) -> Ports:
    """The same with room for the audio of so many legs, into the blocks that follow where one is not enough.

    Asterisk goes on to another port where one is taken, so the labs that have those blocks lose nothing by it.
    """
    return replace(ports, rtp_last=max(ports.rtp_last, ports.rtp_first + _PORTS_A_LEG * legs + _SPARE))


def _is_free(ports: Ports, address: str, *, again: bool) -> bool:
    """Whether all may be bound; `again`: by the lab that had them, whose hotline and peers may still listen."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    wanted = [
        (socket.SOCK_DGRAM, ports.sip),
        *((socket.SOCK_STREAM, port) for port in (ports.sip, ports.sips, ports.http, ports.ami, ports.https)),
        *([] if again else [(socket.SOCK_STREAM, ports.agi), (socket.SOCK_DGRAM, carrier(ports))]),
    ]
    for kind, port in wanted:
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


@contextmanager
def claimed(name: str, address: str, before: Ports | None = None) -> Iterator[Ports]:
    """A free block, claimed until the context ends; the block of an earlier run, `before`, is taken again if free.

    `name` only spreads labs over the blocks. Raises LabError when all blocks are taken.
    """
    start = zlib.crc32(name.encode()) % len(_BASES)
    bases = [*_BASES[start:], *_BASES[:start]]
    if before is not None:
        bases.insert(0, before.sip)
    for base in bases:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as claim, suppress(OSError):
            claim.bind(f"\0hotline-lab-{base}")
            ports = block(base)
            if not _is_free(ports, address, again=before is not None and base == before.sip):
                continue
            yield ports
            return
    raise LabError(
        f"ports {_BASES.start} to {_BASES.stop - 1}",
        f"all {len(_BASES)} blocks are taken: end a lab (hotline lab down NAME)",
    )
