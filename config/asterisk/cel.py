"""The call event log (CEL): which events Asterisk writes, in which columns, and how to read them back.

The file is CSV without a heading, one event a line, in `Folders.cel`. Times are `seconds.microseconds` since the epoch.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from config.asterisk.ini import document, section
from config.asterisk.spec import AsteriskSpec

EVENTS = (
    "CHAN_START", "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT", "HANGUP", "CHAN_END", "LINKEDID_END",
    "APP_START", "APP_END", "USER_DEFINED",
)  # fmt: skip
"""What is written. A user event appears under its own name, such as `HOTLINE_CONTACT`."""

# The order of the columns, and the expression for each. Only CSV_QUOTE, CALLERID, CHANNEL and the log's own variables
# appear: Asterisk 22 then writes a line without evaluating any dialplan function.
_EXPRESSIONS = {
    "type": "${eventtype}",
    "time": "${eventtime}",
    "channel": "${CHANNEL(channame)}",
    "uniqueid": "${CHANNEL(uniqueid)}",
    "linkedid": "${CHANNEL(linkedid)}",
    "exten": "${CHANNEL(exten)}",
    "context": "${CHANNEL(context)}",
    "number": "${CALLERID(num)}",
    "dialled": "${CALLERID(dnid)}",
    "application": "${CHANNEL(appname)}",
    "arguments": "${CHANNEL(appdata)}",
    "peer": "${BRIDGEPEER}",
    "extra": "${eventextra}",
}
COLUMNS = tuple(_EXPRESSIONS)
"""The columns' names, in the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """One line of the log. `at` is microseconds since the epoch; `extra` is JSON text or empty."""

    type: str
    at: int
    channel: str
    uniqueid: str
    linkedid: str
    exten: str
    context: str
    number: str
    dialled: str
    application: str
    arguments: str
    peer: str
    extra: str


def render_cel(spec: AsteriskSpec) -> dict[str, str]:
    """`cel.conf` and `cel_custom.conf`."""
    line = ",".join(f"${{CSV_QUOTE({expression})}}" for expression in _EXPRESSIONS.values())
    return {
        "cel.conf": document(
            "Call event log",
            section("general", {"enable": "yes", "apps": "agi,stasis", "events": ",".join(EVENTS)}),
        ),
        "cel_custom.conf": document("Call event log as CSV", f"[mappings]\n{spec.folders.cel.name} => {line}\n"),
    }


def read_cel(text: str) -> Iterator[CallEvent]:
    """The events of a log, without a last line that is still being written.

    Raises ValueError with the line number when a line has another shape.
    """
    whole = text[: text.rfind("\n") + 1]
    for number, row in enumerate(csv.reader(StringIO(whole)), start=1):
        if len(row) != len(COLUMNS):
            raise ValueError(f"line {number} has {len(row)} columns, not {len(COLUMNS)}")
        values = dict(zip(COLUMNS, row, strict=True))
        seconds, _, fraction = values.pop("time").partition(".")
        yield CallEvent(at=int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")), **values)
