"""Rows as they begin, and text as rows take it."""

from cti.database.models import Contact


def clean(text: str) -> str:
    """Text from outside as every database takes it: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def new_contact(contact: str, asterisk: str, access: str, caller: str, at: int, sip_call_id: str = "") -> Contact:
    """The row of a contact that begins."""
    return Contact(
        contact=contact,
        asterisk=clean(asterisk),
        channel="",
        sip_call_id=clean(sip_call_id),
        access=clean(access),
        caller=clean(caller),
        started_at=at,
        ended_at=None,
        end=None,
        end_detail="",
        attempts=0,
        visits=0,
        customer=None,
        language="",
        learned={},
    )
