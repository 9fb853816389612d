"""Blocks of ports for labs that start at the same time."""

import socket

import pytest

from config.asterisk.spec import Ports
from config.lab import LabError
from config.lab.ports import block, claimed

HOST = "127.0.0.1"


def test_a_block_is_one_lab_wide() -> None:
    ports = block(20000)
    assert (ports.sip, ports.http, ports.ami, ports.agi) == (20000, 20001, 20002, 20003)
    assert (ports.rtp_first, ports.rtp_last) == (20010, 20999)


def test_two_labs_of_one_name_get_different_blocks_at_once() -> None:
    with claimed("lab", HOST) as one, claimed("lab", HOST) as two:
        assert one.sip != two.sip


def test_a_claim_ends_with_its_context() -> None:
    with claimed("claim", HOST) as one:
        pass
    with claimed("claim", HOST) as two:
        assert one == two


def test_the_block_of_an_earlier_run_is_taken_again() -> None:
    with claimed("first", HOST) as before:
        pass
    with claimed("another-name", HOST, before) as again:
        assert again == before


def test_a_lab_that_was_killed_comes_back_to_its_block_while_its_hotline_still_listens() -> None:
    with claimed("killed", HOST) as before:
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as hotline:
        hotline.bind((HOST, before.agi))
        hotline.listen()
        with claimed("killed", HOST, before) as again:
            assert again == before
        with claimed("killed", HOST) as other:
            assert other != before


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_block_whose_sip_port_is_held_is_passed_over(kind: int) -> None:
    with claimed("held", HOST) as free:
        pass
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((HOST, free.sip))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        with claimed("held", HOST) as other:
            assert other != free


def test_when_all_are_taken_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.lab.ports._is_free", lambda ports, address, again: False)
    with pytest.raises(LabError, match=r"ports 10000 to 31999: all 22 blocks are taken: end a lab"), claimed("x", HOST):
        pass


def test_ports_stay_below_those_of_outgoing_connections() -> None:
    assert all(block(base).rtp_last < 32768 for base in range(10_000, 32_000, 1000))
    assert isinstance(block(10_000), Ports)
