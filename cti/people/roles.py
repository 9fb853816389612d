"""Roles and what each may do: one table."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is here as."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ADMIN = "admin"


class Right(StrEnum):
    """Something that not everybody may do."""

    WORK = "work"
    """Sign in on a phone, take contacts, save outcomes: an agent's own work."""
    SEE_FLOOR = "see_floor"
    """Queues and agents live."""
    SEE_CONTACTS = "see_contacts"
    """Everybody's contacts, the call log, the ledger."""
    SEE_NUMBERS = "see_numbers"
    """Telephone numbers unmasked."""
    SEE_PLAN = "see_plan"
    """The plan but for the sampling seed."""
    CHANGE_PLAN = "change_plan"
    """Change the plan, and see the sampling seed."""
    SEE_FLOWS = "see_flows"
    """IVR flows, their versions and drafts, and how many callers went which way."""
    CHANGE_FLOWS = "change_flows"
    """Write drafts of flows, put them in force, go back."""
    SEE_CUSTOMERS = "see_customers"
    CHANGE_CUSTOMERS = "change_customers"
    HEAR_RECORDINGS = "hear_recordings"
    SEE_SAMPLES = "see_samples"
    SEE_PEOPLE = "see_people"
    CHANGE_PEOPLE = "change_people"
    SEE_AUDIT = "see_audit"
    CALL_BACK = "call_back"
    """Messages and wishes to be called back, with their numbers whole; callbacks that are pending."""
    LEAD_AGENTS = "lead_agents"
    """Allow breaks beyond the cap, strike them off, prolong and end wrap-ups."""
    ANNOUNCE = "announce"
    """Switch broadcasts on and off."""
    SWITCH_OVER = "switch_over"
    """Move a queue as its emergency plan says, and back."""


R = Right
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({R.WORK, R.CALL_BACK, R.SEE_PLAN}),
    Role.SUPERVISOR: frozenset(
        {
            R.SEE_FLOOR,
            R.SEE_CONTACTS,
            R.SEE_NUMBERS,
            R.SEE_PLAN,
            R.CHANGE_PLAN,
            R.SEE_FLOWS,
            R.CHANGE_FLOWS,
            R.SEE_CUSTOMERS,
            R.CHANGE_CUSTOMERS,
            R.HEAR_RECORDINGS,
            R.SEE_SAMPLES,
            R.SEE_PEOPLE,
            R.CALL_BACK,
            R.LEAD_AGENTS,
            R.ANNOUNCE,
            R.SWITCH_OVER,
        }
    ),
    Role.INSPECTOR: frozenset({R.SEE_CONTACTS, R.SEE_PLAN, R.SEE_FLOWS, R.HEAR_RECORDINGS, R.SEE_SAMPLES}),
    Role.ADMIN: frozenset(Right) - {R.WORK},
}
"""role -> rights. Only an agent works as one: whoever does both has two logins."""


def may(role: Role, right: Right) -> bool:
    """Whether the role has the right."""
    return right in RIGHTS[role]
