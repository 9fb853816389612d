"""The tables, one file a subject. Import them from here, so that all are known together."""

from cti.database.models.agents import AgentInterval, AgentNow
from cti.database.models.base import Base, Ms
from cti.database.models.callers import Broadcast, Item, ListEntry, SurveyScore
from cti.database.models.contacts import Contact, Hold, Offer, PartyTalk, Talk, Visit
from cti.database.models.customers import Customer, CustomerNumber, CustomerPin
from cti.database.models.flows import FlowDraft, FlowVersion
from cti.database.models.outcomes import Draft, MissingOutcome, Note, Outcome
from cti.database.models.people import AuditEntry, PhoneSecret, SecondFactor, User
from cti.database.models.plans import PlanVersion
from cti.database.models.reader import Applied
from cti.database.models.recordings import Recording, RecordingGap, Sample

__all__ = [
    "AgentInterval",
    "AgentNow",
    "Applied",
    "AuditEntry",
    "Base",
    "Broadcast",
    "Contact",
    "Customer",
    "CustomerNumber",
    "CustomerPin",
    "Draft",
    "FlowDraft",
    "FlowVersion",
    "Hold",
    "Item",
    "ListEntry",
    "MissingOutcome",
    "Ms",
    "Note",
    "Offer",
    "Outcome",
    "PartyTalk",
    "PhoneSecret",
    "PlanVersion",
    "Recording",
    "RecordingGap",
    "Sample",
    "SecondFactor",
    "SurveyScore",
    "Talk",
    "User",
    "Visit",
]
