"""Asterisk's own settings and its doors for programs: HTTP, ARI and AMI, RTP, music, tones and the log."""

from config.asterisk.dialplan import CONTEXT_FALLBACK_TALK, LAST_QUEUE
from config.asterisk.ini import document, section
from config.asterisk.spec import AsteriskSpec
from ivr.prompts.book import MUSIC


def render_services(spec: AsteriskSpec) -> dict[str, str]:
    """Every file that is not the dialplan, SIP, modules or the call event log."""
    return {
        "asterisk.conf": _asterisk(spec),
        "http.conf": _http(spec),
        "ari.conf": _ari(spec),
        "manager.conf": _ami(spec),
        "rtp.conf": document(
            "Audio ports",
            section(
                "general",
                {
                    "rtpstart": spec.ports.rtp_first,
                    "rtpend": spec.ports.rtp_last,
                    "strictrtp": "yes",
                    "icesupport": "yes",
                },
            ),
        ),
        "musiconhold.conf": document(
            "Music",
            section("default", {"mode": "files", "directory": str(MUSIC), "sort": "random"}),
        ),
        "logger.conf": document(
            "Log",
            section("general", {"dateformat": "%F %T.%3q"}),
            section("logfiles", {"messages.log": "notice,warning,error,security", "verbose.log": "verbose"}),
        ),
        "indications.conf": document(
            "Tones",
            section("general", {"country": "cn"}),
            section(
                "cn",
                {
                    "description": "China",
                    "ringcadence": "1000,4000",
                    "dial": "450",
                    "busy": "450/350,0/350",
                    "ring": "450/1000,0/4000",
                    "congestion": "450/700,0/700",
                    "callwaiting": "450/400,0/4000",
                },
            ),
        ),
        "cdr.conf": document(
            "Call detail records: the call event log is used instead", section("general", {"enable": "no"})
        ),
        "queues.conf": document(
            "The queue of last resort; the dialplan gives it its phones",
            section("general", {"persistentmembers": "no", "autofill": "yes"}),
            section(
                LAST_QUEUE,
                {
                    "strategy": "rrmemory",
                    "musicclass": "default",
                    "ringinuse": "no",
                    "timeout": 15,
                    "retry": 1,
                    "wrapuptime": 5,
                    # MEMBERINTERFACE tells who answered.
                    "setinterfacevar": "yes",
                    # Tells when.
                    "membergosub": CONTEXT_FALLBACK_TALK,
                },
            ),
        ),
        "features.conf": document("No feature codes: agents use their desk", section("general", {"pickupexten": ""})),
        "udptl.conf": document("No fax", section("general", {})),
        "acl.conf": document("No named access lists"),
        "ccss.conf": document("No call completion", section("general", {})),
        "stasis.conf": document("Stasis keeps its own defaults"),
        "codecs.conf": document("Codecs keep their own defaults"),
        "queuerules.conf": document("No queue rules"),
        "websocket_client.conf": document("No outgoing WebSockets"),
        "pjproject.conf": document("SIP stack's log", section("startup", {"log_level": 2})),
    }


def _asterisk(spec: AsteriskSpec) -> str:
    folders = spec.folders
    return document(
        "Folders and options",
        section(
            "directories",
            {
                "astetcdir": str(folders.etc),
                "astmoddir": str(folders.modules),
                "astvarlibdir": str(folders.var),
                "astdbdir": str(folders.var),
                "astkeydir": str(folders.var),
                "astdatadir": str(folders.program),
                "astagidir": str(folders.program / "agi-bin"),
                "astspooldir": str(folders.spool),
                "astrundir": str(folders.run),
                "astlogdir": str(folders.log),
                "astsbindir": "/usr/sbin",
            },
        ),
        section(
            "options",
            {
                # The system name starts every UNIQUEID, so ids differ between the Asterisks of one floor.
                "systemname": spec.name,
                "autosystemname": "no",
                "live_dangerously": "no",
                "nocolor": "yes",
                "verbose": 0,
                "debug": 0,
                "sendfullybooted": "yes",
                "hideconnect": "yes",
                "defaultlanguage": "en",
            },
        ),
    )


def _http(spec: AsteriskSpec) -> str:
    tls: dict[str, str | int] = {}
    if spec.tls is not None:
        address = f"[{spec.address}]" if ":" in spec.address else spec.address
        tls = {
            "tlsenable": "yes",
            "tlsbindaddr": f"{address}:{spec.ports.https}",
            "tlscertfile": str(spec.tls.certificate),
            "tlsprivatekey": str(spec.tls.key),
        }
    return document(
        "HTTP, for ARI and browsers' phones",
        section(
            "general",
            {
                "servername": "",
                "enabled": "yes",
                "bindaddr": spec.control_address,
                "bindport": spec.ports.http,
                "enable_static": "no",
                "enable_status": "no",
                # Each browser's phone holds one session for as long as it is open.
                "sessionlimit": 4096,
                "session_inactivity": 30000,
                "session_keep_alive": 15000,
                **tls,
            },
        ),
    )


def _ari(spec: AsteriskSpec) -> str:
    return document(
        "ARI",
        # The default write time-out of 100 ms drops a reader that was slow once. No channelvars: every event would pay.
        section("general", {"enabled": "yes", "pretty": "no", "websocket_write_timeout": 1000}),
        section(
            spec.ari.user, {"type": "user", "read_only": "no", "password_format": "plain", "password": spec.ari.secret}
        ),
    )


def _ami(spec: AsteriskSpec) -> str:
    return document(
        "AMI: what ARI cannot do, and no events",
        section(
            "general",
            {
                "enabled": "yes",
                "webenabled": "no",
                "bindaddr": spec.control_address,
                "port": spec.ports.ami,
                "displayconnects": "no",
                "allowmultiplelogin": "yes",
            },
        ),
        section(
            spec.ami.user,
            {"secret": spec.ami.secret, "read": "", "write": "call,system", "writetimeout": 5000},
        ),
    )
