"""What an Asterisk may not be told, and the message for it."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest

from config.asterisk import AsteriskSpec, Folders, Login, Ports, SpecError, Timings, Trunk
from config.asterisk.spec import Phones, Tls
from config.asterisk.spec_file import parse, template

SECRET = "0123456789abcdef"
TLS = Tls(certificate=PurePosixPath("/c.pem"), key=PurePosixPath("/k.pem"))
TEMPLATE = template(version=(22, 10), modules=PurePosixPath("/m"), program=PurePosixPath("/p"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Ports(sip=0), "ports.sip: 0 is no port"),
        (lambda: Ports(rtp_first=2000, rtp_last=2002), "ports.rtp_last: 2002 leaves no room"),
        (lambda: Login(user="a b", secret=SECRET), "login.user: 'a b' is no name"),
        (lambda: Login(user="a", secret="short"), "login a: secret: use 16 to 128"),
        (lambda: Login(user="a", secret=SECRET + ";"), "login a: secret: use 16 to 128"),
        (lambda: Trunk(name="t"), "trunk t: give `match`"),
        (lambda: Trunk(name="t", match=("carrier.example",)), "'carrier.example' is no IP address"),
        (lambda: Trunk(name="t", host="a;b"), "'a;b' is no host"),
        (lambda: Trunk(name="t", match=("192.0.2.1",), register=True), "registering needs `host` and `login`"),
        (lambda: Trunk(name="t", match=("192.0.2.1",), codecs=()), "name at least one codec"),
        (
            lambda: Trunk(name="t", match=("192.0.2.1",), media_encryption="sdes"),
            'trunk t: media_encryption: the keys would travel in clear text: set transport = "tls"',
        ),
        (lambda: Timings(dead_man=0), "timings.dead_man: 0 is too small"),
    ],
)
def test_a_part_that_cannot_be_followed_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(SpecError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "pbx 1"}, "name: 'pbx 1' is no name"),
        ({"version": (18, 9)}, "version: Asterisk 18.9 is too old"),
        ({"address": "here"}, "address: 'here' is no IP address"),
        ({"control_address": "::g"}, "control_address: '::g' is no IP address"),
        ({"hotline_host": "a,b"}, "hotline_host: 'a,b' is no host"),
        ({"trunks": ()}, "trunks: give at least one"),
        ({"phones": Phones(media_encryption="sdes")}, "phones.media_encryption: sdes needs SIP over TLS: give [tls]"),
        ({"trunks": (Trunk(match=("192.0.2.1",), transport="tls"),)}, "trunk trunk: transport: give [tls]"),
        (
            {"trunks": (Trunk(host="sip.carrier.example", transport="tls"),), "tls": TLS},
            "tls.authorities: trunk trunk is reached over TLS: name the file of those who sign for it",
        ),
        ({"apology": ("a&b",)}, "apology: 'a&b' is no sound"),
    ],
)
def test_an_asterisk_that_cannot_be_is_refused(spec: AsteriskSpec, change: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=re.escape(message)):
        dataclasses.replace(spec, **change)


@pytest.mark.parametrize("path", ["relative", "/a;b", "/a)b", "/a,b", "/a\nb", "/${x}"])
def test_a_folder_that_would_change_a_files_meaning_is_refused(folders: Folders, path: str) -> None:
    with pytest.raises(SpecError, match=r"folders\.recordings"):
        dataclasses.replace(folders, recordings=PurePosixPath(path))


@pytest.mark.parametrize(
    ("version", "websocket"),
    [((20, 13), False), ((20, 14), True), ((21, 8), False), ((21, 9), True), ((22, 3), False), ((22, 4), True)],
)
def test_a_release_tells_what_it_can(spec: AsteriskSpec, version: tuple[int, int], websocket: bool) -> None:
    assert dataclasses.replace(spec, version=version).knows_ari_websocket_requests is websocket


def test_the_first_description_is_whole_and_has_fresh_secrets() -> None:
    spec = parse(TEMPLATE)
    assert (spec.version, spec.address, spec.trunks[0].match) == ((22, 10), "127.0.0.1", ("127.0.0.1/32",))
    other = parse(template(version=(22, 10), modules=PurePosixPath("/m"), program=PurePosixPath("/p")))
    assert len({spec.ari.secret, spec.ami.secret, other.ari.secret, other.ami.secret}) == 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sip = 5060", "spi = 5060", "ports.spi: is no key here: known: sip, sips, http"),
        ("sip = 5060", "sip = 99999", "ports.sip: 99999 is no port"),
        ("sip = 5060", 'sip = "x"', "ports.sip: Expected `int`, got `str`"),
        ('name = "pbx1"', "", "missing required field `name`"),
        ('name = "trunk"', 'nam = "trunk"', "trunks.nam: is no key here"),
        ('media_encryption = "no"', 'media_encryption = "sdes"', "phones.media_encryption: sdes needs SIP over TLS"),
        ('media_encryption = "no"', 'media_encryption = "zrtp"', "phones.media_encryption: Invalid enum value 'zrtp'"),
        ("[ports]", "[ports", "it is no TOML"),
    ],
)
def test_a_wrong_description_is_refused_with_its_key(old: str, new: str, message: str) -> None:
    with pytest.raises(SpecError, match=re.escape(message)):
        parse(TEMPLATE.replace(old, new, 1))
