"""What one Asterisk is told: its ports, folders, logins, trunks and times. Pure values, checked when they are made."""

import ipaddress
import re
import secrets
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

# A `;` starts a comment, a line break ends a line, and the others mean something to the dialplan.
_UNSAFE = re.compile(r'[;\r\n\x00"|\\,()\[\]{}$<>]')
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}\Z")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}\Z")
_HOST = re.compile(r"[A-Za-z0-9_.:\[\]-]{1,253}\Z")
_CODEC = re.compile(r"[a-z0-9]{2,16}\Z")


Encryption = Literal["no", "sdes"]
"""Of audio: none, or SRTP with keys that travel in the signalling (RFC 4568)."""


class SpecError(ValueError):
    """A description no Asterisk could follow safely. `place` is the field's path, `mend` what to write instead."""

    def __init__(self, place: str, mend: str) -> None:
        self.place = place
        self.mend = mend
        super().__init__(f"{place}: {mend}")


def _check_name(place: str, name: str) -> None:
    if not _NAME.match(name):
        raise SpecError(
            place, f"{name!r} is no name: use 1 to 32 letters, digits, '-' and '_', a letter or digit first"
        )


def _check_path(place: str, path: PurePosixPath) -> None:
    if not path.is_absolute():
        raise SpecError(place, f"{str(path)!r} must be an absolute path")
    if found := _UNSAFE.search(str(path)):
        raise SpecError(
            place,
            f"{str(path)!r} contains {found.group()!r}, which Asterisk's files cannot hold: choose another folder",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Port numbers. `sip` is UDP and TCP, `sips` SIP over TLS; `agi` is where hotline listens.

    RTP takes `rtp_first` up to `rtp_last`.
    """

    sip: int = 5060
    sips: int = 5061
    http: int = 8088
    https: int = 8089
    ami: int = 5038
    agi: int = 4573
    rtp_first: int = 10000
    rtp_last: int = 20000

    def __post_init__(self) -> None:
        """Refuse what Asterisk could not follow."""
        for name in ("sip", "sips", "http", "https", "ami", "agi", "rtp_first", "rtp_last"):
            port = getattr(self, name)
            if not 1 <= port <= 65535:
                raise SpecError(f"ports.{name}", f"{port} is no port: use 1 to 65535")
        if self.rtp_last < self.rtp_first + 3:
            raise SpecError(
                "ports.rtp_last", f"{self.rtp_last} leaves no room: one call needs 4 ports from {self.rtp_first}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where Asterisk reads and writes; absolute paths. The last six belong to this instance alone.

    `modules` holds the `.so` files, `program` holds `sounds/` and `rest-api/`.
    """

    modules: PurePosixPath
    program: PurePosixPath
    etc: PurePosixPath
    var: PurePosixPath
    spool: PurePosixPath
    run: PurePosixPath
    log: PurePosixPath
    recordings: PurePosixPath

    def __post_init__(self) -> None:
        """Refuse what Asterisk's files cannot hold."""
        for name in ("modules", "program", "etc", "var", "spool", "run", "log", "recordings"):
            _check_path(f"folders.{name}", getattr(self, name))

    @property
    def cel(self) -> PurePosixPath:
        """The CSV file of call events; its columns are `config.asterisk.cel.COLUMNS`."""
        return self.log / "cel-custom" / "hotline.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user of ARI or AMI. The secret is never shown by `repr` and has no default."""

    user: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what Asterisk could not follow."""
        _check_name("login.user", self.user)
        if not _SECRET.match(self.secret):
            raise SpecError(
                f"login {self.user}: secret", "use 16 to 128 letters, digits, '-' and '_' (Login.new makes one)"
            )

    @classmethod
    def new(cls, user: str) -> "Login":
        """A login with a fresh random secret of 192 bits."""
        return cls(user=user, secret=secrets.token_urlsafe(24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The certificate chain and its key (PEM, absolute paths) with which phones are answered over wss and SIP over TLS.

    `authorities`: the certificates (PEM) of who may sign for a carrier that is reached over TLS.
    """

    certificate: PurePosixPath
    key: PurePosixPath
    authorities: PurePosixPath | None = None

    def __post_init__(self) -> None:
        """Refuse what Asterisk's files cannot hold."""
        for name in ("certificate", "key", "authorities"):
            if getattr(self, name) is not None:
                _check_path(f"tls.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """The SIP phones on desks. `sdes`: only over TLS, and only with audio that is encrypted (SRTP, RFC 4568)."""

    media_encryption: Encryption = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A line to a carrier (or, in the lab, to the callers' SIP peers).

    `match`: addresses or networks whose requests belong to this trunk. `host`: `name[:port]` we send calls and
    keep-alives to; None for a trunk that only receives. `login`: what the carrier asks of us; with `register` we also
    register there.
    `transport`: how we speak to `host`; over TLS one of `tls.authorities` must have signed for it.
    `media_encryption`: with `sdes` a call without encrypted audio is refused, either way.
    `codecs` in order of preference; only alaw and ulaw keep Asterisk from transcoding towards the carrier.
    """

    name: str = "trunk"
    match: tuple[str, ...] = ()
    host: str | None = None
    login: Login | None = None
    register: bool = False
    transport: Literal["udp", "tls"] = "udp"
    media_encryption: Encryption = "no"
    codecs: tuple[str, ...] = ("alaw", "ulaw")

    def __post_init__(self) -> None:
        """Refuse what Asterisk could not follow."""
        _check_name("trunk.name", self.name)
        if not self.match and self.host is None:
            raise SpecError(f"trunk {self.name}", "give `match`, the carrier's addresses, or `host`, or both")
        for address in self.match:
            try:
                ipaddress.ip_network(address, strict=False)
            except ValueError:
                raise SpecError(
                    f"trunk {self.name}: match", f"{address!r} is no IP address or network (a.b.c.d/nn)"
                ) from None
        if self.host is not None and not _HOST.match(self.host):
            raise SpecError(f"trunk {self.name}: host", f"{self.host!r} is no host[:port]")
        if self.register and (self.host is None or self.login is None):
            raise SpecError(f"trunk {self.name}: register", "registering needs `host` and `login`")
        if self.media_encryption == "sdes" and self.transport != "tls":
            raise SpecError(
                f"trunk {self.name}: media_encryption",
                'the keys would travel in clear text: set transport = "tls" as well',
            )
        if not self.codecs or not all(_CODEC.match(codec) for codec in self.codecs):
            raise SpecError(f"trunk {self.name}: codecs", f"{self.codecs!r}: name at least one codec, e.g. alaw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """How long Asterisk waits for hotline before it helps itself. Seconds.

    `flow`: the longest a caller may be in the flow (a hung server holds the caller, AGI has no read time-out).
    `dead_man`: set when a contact goes to the queue; hotline renews it. `tries`: how often the flow is entered in all.
    `pause`: music before the second try; before the n-th it is (n - 1) times as long.
    """

    flow: int = 600
    dead_man: int = 30
    tries: int = 8
    pause: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what Asterisk could not follow."""
        for name, least in (("flow", 1), ("dead_man", 1), ("tries", 1), ("pause", 0)):
            if getattr(self, name) < least:
                raise SpecError(f"timings.{name}", f"{getattr(self, name)} is too small: at least {least}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSpec:
    """One Asterisk. SIP listens on `address`; HTTP (ARI, browsers' phones) and AMI on `control_address`; both loopback.

    With `tls` HTTP and SIP are also there over TLS, on `address`: what browsers of other machines and encrypted calls
    need.

    `name` starts every channel and contact id, so it must differ between the Asterisks of one floor. `version` is
    (major, minor): what the release can do decides some lines. `hotline_host` is where FastAGI listens, seen from
    Asterisk.
    `flow_in`: whether flows run over FastAGI or in Stasis.
    `apology` is what the fallback plays: sound names or absolute paths without their ending.
    """

    name: str
    version: tuple[int, int]
    ari: Login
    ami: Login
    trunks: tuple[Trunk, ...]
    folders: Folders
    ports: Ports = Ports()
    timings: Timings = Timings()
    tls: Tls | None = None
    phones: Phones = Phones()
    address: str = "127.0.0.1"
    control_address: str = "127.0.0.1"
    hotline_host: str = "127.0.0.1"
    flow_in: Literal["agi", "stasis"] = "agi"
    apology: tuple[str, ...] = ("im-sorry", "please-try-call-later", "goodbye")

    def __post_init__(self) -> None:
        """Refuse what Asterisk could not follow."""
        _check_name("name", self.name)
        if self.version < (20, 0):
            raise SpecError(
                "version", f"Asterisk {self.version[0]}.{self.version[1]} is too old: 20 or newer is needed"
            )
        for name in ("address", "control_address"):
            try:
                ipaddress.ip_address(getattr(self, name))
            except ValueError:
                raise SpecError(name, f"{getattr(self, name)!r} is no IP address to bind to") from None
        if not _HOST.match(self.hotline_host):
            raise SpecError("hotline_host", f"{self.hotline_host!r} is no host name or address")
        if self.flow_in not in ("agi", "stasis"):
            raise SpecError("flow_in", f"{self.flow_in!r} is neither agi nor stasis")
        names = [trunk.name for trunk in self.trunks]
        if not names or len(set(names)) < len(names):
            raise SpecError("trunks", "give at least one trunk, each with a name of its own")
        self._check_encryption()
        for sound in self.apology:
            if not re.fullmatch(r"[A-Za-z0-9_./-]+", sound):
                raise SpecError("apology", f"{sound!r} is no sound: letters, digits, '_', '.', '/' and '-' only")

    def _check_encryption(self) -> None:
        if self.phones.media_encryption == "sdes" and self.tls is None:
            raise SpecError("phones.media_encryption", "sdes needs SIP over TLS: give [tls] with certificate and key")
        for trunk in self.trunks:
            if trunk.transport != "tls":
                continue
            if self.tls is None:
                raise SpecError(f"trunk {trunk.name}: transport", "give [tls] with certificate and key")
            if trunk.host is not None and self.tls.authorities is None:
                raise SpecError(
                    "tls.authorities",
                    f"trunk {trunk.name} is reached over TLS: name the file of those who sign for it, such as "
                    "/etc/ssl/certs/ca-certificates.crt",
                )

    @property
    def knows_ari_websocket_requests(self) -> bool:
        """Whether ARI requests may travel on the events' WebSocket: 20.14, 21.9, 22.4 and newer."""
        return self.version >= {20: (20, 14), 21: (21, 9)}.get(self.version[0], (22, 4))
