"""The tables of the settings' file: each key, its default, and what it means.

`docs/configuration.md` and `config/hotline.toml` are printed from the descriptions here by `hotline reference`.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from cti.people.roles import Role

HERE = Path(__file__).parent
NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"

Name = Annotated[str, StringConstraints(pattern=NAME)]
Port = Annotated[int, Field(ge=0, le=65535)]


def key(default: Any = ..., *, en: str, zh: str, **limits: Any) -> Any:
    """One setting: its default and what it means, in both languages."""
    return Field(default, description=en, json_schema_extra={"zh": zh}, **limits)


def _http_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("an http:// or https:// address is needed")
    return url.rstrip("/")


def _ws_url(url: str) -> str:
    if url and not url.startswith(("ws://", "wss://")):
        raise ValueError("a ws:// or wss:// address is needed")
    return url


def _origin(url: str) -> str:
    url = _http_url(url)
    if url.count("/") > 2:
        raise ValueError("an origin has no path: https://host or https://host:port")
    return url


class Section(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class EngineSettings(Section):
    """This process."""

    name: Name = key(
        "hotline",
        en="Name of this node; it makes ids unique where several nodes work together.",
        zh="本节点的名称；多个节点协同工作时用来保证编号唯一。",
    )
    var: Path = key(
        Path("var"),
        en="Folder for everything written at run time: journal, database, recordings, session key.",
        zh="运行时产生的全部文件所在的目录：事实日志、数据库、录音、会话。",
    )


class AsteriskSettings(Section):
    """One Asterisk and the links to it."""

    name: Name = key(
        en="Name of this Asterisk; contact ids begin with it.", zh="该 Asterisk 的名称；联系编号以它开头。"
    )
    ari_url: Annotated[str, AfterValidator(_http_url)] = key(
        "http://127.0.0.1:8088", en="Address of its HTTP server, without /ari.", zh="其 HTTP 服务地址，不含 /ari。"
    )
    ari_user: str = key("hotline", en="ARI user (ari.conf).", zh="ARI 用户名（ari.conf）。")
    ari_password: SecretStr = key(SecretStr(""), en="ARI password.", zh="ARI 密码。")
    ari_password_file: Path | None = key(None, en="File that holds the ARI password.", zh="存放 ARI 密码的文件。")
    ari_app: Name = key(
        "hotline",
        en="Name of the Stasis application; the dialplan names it too.",
        zh="Stasis 应用名，须与拨号方案一致。",
    )
    ari_rest: Literal["auto", "websocket", "http"] = key(
        "auto",
        en="How requests travel: over the event WebSocket (Asterisk >= 22.4), over HTTP, or as the version allows.",
        zh="请求的传送方式：websocket（Asterisk >= 22.4）、http，或 auto 按版本选择。",
    )
    ami_host: str = key("127.0.0.1", en="Host of the manager interface (AMI).", zh="管理接口（AMI）的主机。")
    ami_port: Port = key(5038, en="Port of the manager interface.", zh="管理接口的端口。")
    ami_user: str = key("hotline", en="AMI user (manager.conf).", zh="AMI 用户名（manager.conf）。")
    ami_secret: SecretStr = key(SecretStr(""), en="AMI secret.", zh="AMI 密码。")
    ami_secret_file: Path | None = key(None, en="File that holds the AMI secret.", zh="存放 AMI 密码的文件。")
    phones_url: Annotated[str, AfterValidator(_ws_url)] = key(
        "",
        en="Address at which browsers' phones reach its SIP WebSocket, such as wss://pbx.example.cn/ws; "
        "empty: that of `ari_url`, with /ws.",
        zh="浏览器话机访问其 SIP WebSocket 的地址，如 wss://pbx.example.cn/ws；空则取 `ari_url` 的地址加 /ws。",
    )
    trunk: Name = key(
        "trunk",
        en="Its endpoint through which agents' numbers outside are rung.",
        zh="呼叫坐席外线号码所用的中继端点。",
    )
    recordings_dir: Path = key(
        Path("/var/spool/asterisk/monitor"),
        en="Folder into which this Asterisk records; this process must be able to read it and delete from it.",
        zh="该 Asterisk 写录音的目录；本进程须有读取和删除权限。",
    )
    call_log: Path | None = key(
        None,
        en="Its call event log, …/cel-custom/hotline.csv: calls that the fallback answered, and talks that began and "
        "ended while hotline was away, are read back from it. None: they are not.",
        zh="其呼叫事件日志 …/cel-custom/hotline.csv，兜底应答的来电及 hotline 不在期间的通话由此读回；不写则不读回。",
    )

    @property
    def phone_socket(self) -> str:
        """Where browsers' phones register."""
        return self.phones_url or f"ws{self.ari_url.removeprefix('http')}/ws"

    @model_validator(mode="after")
    def _has_secrets(self) -> Self:
        for name in ("ari_password", "ami_secret"):
            inline, file = getattr(self, name).get_secret_value(), getattr(self, f"{name}_file")
            if not inline and file is None:
                raise ValueError(f"{name} is missing: give {name} or {name}_file")
            if inline and file is not None:
                raise ValueError(f"both {name} and {name}_file: keep one")
        return self


class AgiSettings(Section):
    """The FastAGI server that Asterisk's dialplan calls."""

    host: str = key("127.0.0.1", en="Address to listen on.", zh="监听地址。")
    port: Port = key(4573, en="Port to listen on; 0: any free one.", zh="监听端口；0 表示任取一个空闲端口。")


class ApiSettings(Section):
    """The HTTP and WebSocket API, the pages, the metrics."""

    host: str = key("127.0.0.1", en="Address to listen on.", zh="监听地址。")
    port: Port = key(8090, en="Port to listen on; 0: any free one.", zh="监听端口；0 表示任取一个空闲端口。")
    tls_certificate: Path | None = key(
        None,
        en="Certificate chain (PEM) for https; none: http, for this machine or behind a proxy. See `hotline certs`.",
        zh="https 所用的证书链（PEM）；缺省为 http，仅供本机或反向代理之后使用。参见 `hotline certs`。",
    )
    tls_key: Path | None = key(None, en="Private key (PEM) of the certificate.", zh="该证书的私钥（PEM）。")
    allowed_origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = key(
        (),
        en="Origins (https://desk.example.cn) whose pages may use the API, besides the address it is served on itself.",
        zh="除本服务自身地址外，允许其页面调用 API 的来源（如 https://desk.example.cn）。",
    )
    session_hours: int = key(
        12,
        en="Hours after which a person must sign in again.",
        zh="登录会话的有效小时数，超过须重新登录。",
        ge=1,
        le=168,
    )
    session_idle_minutes: int = key(
        30,
        en="Minutes without a request and without an open page after which a person must sign in again.",
        zh="既无请求、也无打开的页面达到该分钟数后，须重新登录。",
        ge=1,
        le=1440,
    )
    second_factor: tuple[Role, ...] = key(
        (),
        en="Roles that sign in with a second factor, such as admin and supervisor; others may have one.",
        zh="必须使用两步验证登录的角色，如 admin、supervisor；其他角色可自愿启用。",
    )

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key go together: give both or neither")
        return self


class DatabaseSettings(Section):
    """Where people, customers and records are kept."""

    url: SecretStr = key(
        SecretStr(""),
        en="SQLAlchemy address, sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME; "
        "empty: hotline.db under `engine.var`.",
        zh="SQLAlchemy 地址，sqlite+aiosqlite:///文件 或 postgresql+asyncpg://用户:密码@主机/库名；"
        "空则用 engine.var 下的 hotline.db。",
    )
    url_file: Path | None = key(None, en="File that holds the address.", zh="存放该地址的文件。")

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        url = self.url.get_secret_value()
        if url and self.url_file is not None:
            raise ValueError("both url and url_file: keep one")
        if url and not url.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("the address must begin with sqlite+aiosqlite:// or postgresql+asyncpg://")
        return self


class PlanSettings(Section):
    """What calls are routed and played by."""

    seed: Path = key(
        HERE / "plan.toml",
        en="Plan that fills an empty database; later changes go through the API.",
        zh="初次启动（数据库为空）时导入的方案；之后的修改经由 API。",
    )
    flows: Path = key(HERE / "flows", en="Folder of the IVR flows (YAML).", zh="IVR 流程（YAML）所在目录。")
    prompts: tuple[Path, ...] = key(
        (),
        en="Folders with recordings of your own that replace the supplied prompts, first match wins.",
        zh="用于替换自带提示音的自录语音目录，先匹配者优先。",
    )
    speaker: str = key(
        "female",
        en="Voice of the prompts: female, male, or the name of another that is in a folder of prompts.",
        zh="提示音的声音：female（女声）、male（男声），或提示音目录中另一个声音的名称。",
    )
    voice: Path | None = key(
        None,
        en="Folder of model weights that speak texts known only at run time, names and addresses (docs/prompts.md); "
        "none: flows say their alternatives.",
        zh="用于播报运行时文字（姓名、地址）的模型权重目录（见 docs/prompts.md）；缺省则流程改说备选内容。",
    )


DEMO_VIEWS = ("bills", "outages", "claims", "orders", "tickets")
"""What the supplied flows ask. The demo fills these views; where there are none, callers go on to a person."""


class LookUpSettings(Section):
    """A source that flows may ask (look-up). Give one of `view`, `url`, `plugin`."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = key(
        en="What flows call it.", zh="流程中使用的名称。"
    )
    view: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")] | None = key(
        None,
        en="View or table of hotline's database: the one row whose columns hold what is asked.",
        zh="hotline 数据库中的视图或表：返回各列与所问相符的唯一一行。",
    )
    url: Annotated[str, AfterValidator(_http_url)] | None = key(
        None,
        en="HTTP address: gets a JSON object by POST, answers one; 404 when there is nothing.",
        zh="HTTP 地址：以 POST 接收 JSON 对象并返回 JSON 对象；没有结果时返回 404。",
    )
    plugin: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")] | None = key(
        None,
        en="Python function, package.module:function: takes a mapping, gives one or None.",
        zh="Python 函数 package.module:function：参数为映射，返回映射或 None。",
    )
    timeout_s: float = key(
        2.0,
        gt=0,
        le=30,
        en="Seconds a caller waits for it; of an HTTP address, for each try.",
        zh="来电者等待的秒数；HTTP 地址为每次尝试的秒数。",
    )
    retries: int = key(1, ge=0, le=5, en="Further tries of an HTTP address.", zh="HTTP 地址的重试次数。")
    token: SecretStr = key(SecretStr(""), en="Bearer token for the HTTP address.", zh="HTTP 地址的 Bearer 令牌。")
    token_file: Path | None = key(None, en="File that holds the token.", zh="存放该令牌的文件。")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if [self.view, self.url, self.plugin].count(None) != 2:
            raise ValueError("give one of view, url, plugin")
        return self


class RecordingsSettings(Section):
    """Where finished recordings are kept."""

    folder: Path | None = key(
        None,
        en="Folder of the finished recordings; none: recordings under `engine.var`.",
        zh="成品录音目录；缺省为 engine.var 下的 recordings。",
    )


class LogSettings(Section):
    """What the process says on standard error."""

    level: Literal["debug", "info", "warning", "error"] = key(
        "info", en="Least level that is written.", zh="写出的最低级别。"
    )
    format: Literal["console", "json"] = key(
        "console",
        en="For people, or one JSON object a line for a log collector.",
        zh="供人阅读，或每行一个 JSON 对象供日志系统采集。",
    )
