"""Decides whether every call is accounted for, by three records that know nothing of each other.

The records: the SIP peers' logs, Asterisk's call event log (CEL), and hotline's ledger; a fourth witness is the audio.
Nothing here imports `acd`, `cti`, `ivr` or `recordings` (an import contract says so): no fault can excuse itself.
"""

from config.lab.check.compare import check
from config.lab.check.cut import check_talks
from config.lab.check.errors import CheckError
from config.lab.check.gone import check_fallback, check_lost
from config.lab.check.ledger import LedgerExport, read_ledger
from config.lab.check.order import check_order
from config.lab.check.outcome import check_outcomes
from config.lab.check.peers import PeersRecord, read_peers
from config.lab.check.switch import SwitchRecord, read_switch
from config.lab.check.tolerances import Tolerances
from config.lab.check.verdict import Disagreement, Fate, Kind, Row, Verdict

__all__ = [
    "CheckError",
    "Disagreement",
    "Fate",
    "Kind",
    "LedgerExport",
    "PeersRecord",
    "Row",
    "SwitchRecord",
    "Tolerances",
    "Verdict",
    "check",
    "check_fallback",
    "check_lost",
    "check_order",
    "check_outcomes",
    "check_talks",
    "read_ledger",
    "read_peers",
    "read_switch",
]
