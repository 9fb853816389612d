"""What the process says: one structured line an event on standard error, numbers masked, line breaks made visible.

The standard library's and Twisted's logs go the same way.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from config.sections import LogSettings
from cti.masking import mask_text

Event = MutableMapping[str, Any]
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_QUIET = ("uvicorn", "websockets", "aiosqlite", "asyncio", "alembic")
"""Libraries whose lines below warning help nobody."""


def set_up(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send all logs of this process to `stream` (None: standard error), as the settings say."""
    stream = stream if stream is not None else sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        clean,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler(stream)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(settings, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(settings.level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    _take_in_twisted()


def _renderer(settings: LogSettings, stream: TextIO) -> structlog.typing.Processor:
    if settings.format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0)


def clean(_logger: Any, _method: str, event: Event) -> Event:
    """Mask telephone numbers and make control characters visible in every text of an event."""
    for key, value in event.items():
        event[key] = value if key == "timestamp" else _cleaned(value, breaks=key == "exception")
    return event


def _cleaned(value: Any, *, breaks: bool = False) -> Any:
    if isinstance(value, str):
        kept = value if breaks else _CONTROL.sub(_visible, value)
        return mask_text(kept)
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    if isinstance(value, bytes):
        return _cleaned(value.decode("utf-8", "backslashreplace"))
    return value


def _visible(found: re.Match[str]) -> str:
    """The picture of a control character: U+240A for a line feed, and so on."""
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\u2424"


def _take_in_twisted() -> None:
    from twisted.logger import STDLibLogObserver, globalLogBeginner

    # A process begins Twisted's log once; a second set-up finds it begun and going the same way.
    if not getattr(_take_in_twisted, "done", False):
        globalLogBeginner.beginLoggingTo([STDLibLogObserver("twisted")], redirectStandardIO=False)
        _take_in_twisted.done = True  # type: ignore[attr-defined]
