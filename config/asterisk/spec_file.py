"""The operator's own description of an Asterisk: one TOML file with the fields of `AsteriskSpec`, secrets included."""

import dataclasses
from pathlib import PurePosixPath
from typing import Any

import msgspec

from config.asterisk.spec import AsteriskSpec, Folders, Login, Phones, Ports, SpecError, Timings, Tls, Trunk
from cti.toml import TomlWrong, read_toml

_TABLES: dict[str, type[Any]] = {
    "ports": Ports,
    "folders": Folders,
    "timings": Timings,
    "tls": Tls,
    "phones": Phones,
    "ari": Login,
    "ami": Login,
    "login": Login,
    "trunks": Trunk,
}


def parse(text: str) -> AsteriskSpec:
    """The description in `text`. Raises SpecError naming the key and the mend."""
    try:
        document = read_toml(text)
    except TomlWrong as error:
        raise SpecError("the file", f"it is no TOML ({error}): mend that line") from None
    _refuse_strangers("", document, AsteriskSpec)
    try:
        return msgspec.convert(document, AsteriskSpec, dec_hook=_decode)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, SpecError):
            raise error.__cause__ from None
        what, _, where = str(error).partition(" - at ")
        raise SpecError(where.strip("`").removeprefix("$.") or "the file", what) from None


def _refuse_strangers(place: str, table: dict[str, Any], kind: type[Any]) -> None:
    known = [field.name for field in dataclasses.fields(kind)]
    for key, value in table.items():
        if key not in known:
            raise SpecError(f"{place}{key}", f"is no key here: known: {', '.join(known)}")
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict) and key in _TABLES:
                _refuse_strangers(f"{place}{key}.", inner, _TABLES[key])


def _decode(kind: type, value: object) -> object:
    if kind is PurePosixPath and isinstance(value, str):
        return PurePosixPath(value)
    raise NotImplementedError(kind)


def template(*, version: tuple[int, int], modules: PurePosixPath, program: PurePosixPath) -> str:
    """A description to begin with: loopback only, fresh secrets, one trunk that takes calls from this machine."""
    return f"""\
# One Asterisk, for `hotline asterisk-config`. It holds secrets: keep it readable by its owner only.
# 一台 Asterisk 的描述，供 `hotline asterisk-config` 使用。含有密码，仅所有者可读。

# Starts every contact id; different for each Asterisk. 联系编号的开头，每台 Asterisk 各不相同。
name = "pbx1"
# What runs here, [major, minor]. 此处运行的版本。
version = [{version[0]}, {version[1]}]
# Where SIP and audio listen: the address your trunk and phones reach. SIP 与语音的监听地址，中继与话机由此接入。
address = "127.0.0.1"
# Where HTTP (ARI, browsers' phones) and AMI listen. They speak plain text: leave them on loopback, and let browsers in
# by [tls] or a TLS proxy. HTTP（ARI、网页话机）与 AMI 的监听地址，均为明文，请保持本机；浏览器经 [tls] 或反向代理接入。
control_address = "127.0.0.1"
# Where hotline's FastAGI server listens, seen from here. hotline 的 FastAGI 所在主机。
hotline_host = "127.0.0.1"
# Where flows run: "agi", or "stasis", over ARI. 流程经 FastAGI（agi）或 ARI（stasis）运行。
flow_in = "agi"
# Played when hotline is away: sounds of Asterisk or absolute paths, without ending. hotline 不在时播放的语音。
apology = ["im-sorry", "please-try-call-later", "goodbye"]

[ports]
sip = 5060
sips = 5061
http = 8088
https = 8089
ami = 5038
agi = 4573
rtp_first = 10000
rtp_last = 20000

[folders]
modules = "{modules}"
program = "{program}"
etc = "/etc/asterisk"
var = "/var/lib/asterisk"
spool = "/var/spool/asterisk"
run = "/var/run/asterisk"
log = "/var/log/asterisk"
recordings = "/var/spool/asterisk/monitor"

# Seconds. flow: longest time in the menu; dead_man: renewed by hotline while a caller waits; tries, pause: of the flow.
# 秒。flow：菜单中最长时间；dead_man：排队时由 hotline 续期；tries、pause：流程的尝试次数与间隔。
[timings]
flow = 600
dead_man = 30
tries = 5
pause = 1.0

# Browsers' phones on other machines need wss, on port https of `address`; SIP over TLS is on port sips. hotline certs
# makes the two files. authorities: who may sign for a carrier that is reached over TLS.
# 其他机器上的浏览器话机需要 wss，使用 address 的 https 端口；SIP over TLS 使用 sips 端口。
# 两个文件由 hotline certs 生成。authorities：以 TLS 连接运营商时，可为其签发证书的机构。
# [tls]
# certificate = "/etc/hotline/certs/hotline.pem"
# key = "/etc/hotline/certs/hotline-key.pem"
# authorities = "/etc/ssl/certs/ca-certificates.crt"

# sdes: SIP phones only over TLS and only with encrypted audio (SRTP); needs [tls].
# sdes：SIP 话机只可经 TLS 接入且语音必须加密（SRTP）；需要 [tls]。
[phones]
media_encryption = "no"

[ari]
user = "hotline"
secret = "{Login.new("hotline").secret}"

[ami]
user = "hotline"
secret = "{Login.new("hotline").secret}"

# A carrier's line. match: its addresses; host: where calls and keep-alives go, if we send any there;
# login and register: if it asks for them. Codecs in order of preference.
# transport, media_encryption: SIP over TLS and encrypted audio (SRTP), if it offers them; both need [tls].
# 运营商中继。match：对方地址；host：呼出与保活的目的地；login、register：对方要求认证或注册时填写。
# transport、media_encryption：对方支持时，SIP over TLS 与语音加密（SRTP），均需 [tls]。
[[trunks]]
name = "trunk"
match = ["127.0.0.1/32"]
# host = "sip.carrier.example:5060"
# login = {{ user = "8001", secret = "…" }}
# register = true
# transport = "tls"
# media_encryption = "sdes"
codecs = ["alaw", "ulaw"]
"""
