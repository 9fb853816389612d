"""Hang-up causes (ITU-T Q.850, as Asterisk reports them) in the floor's words."""

from acd.events import OfferFailure

_FAILURE: dict[int, OfferFailure] = {
    1: OfferFailure.UNREACHABLE,  # unallocated number
    3: OfferFailure.UNREACHABLE,  # no route to destination
    16: OfferFailure.REJECTED,  # normal clearing before an answer
    17: OfferFailure.BUSY,  # user busy (486)
    18: OfferFailure.UNREACHABLE,  # no user responding (408)
    19: OfferFailure.REJECTED,  # no answer from the user (480: do not disturb)
    20: OfferFailure.UNREACHABLE,  # subscriber absent
    21: OfferFailure.REJECTED,  # call rejected (603)
    22: OfferFailure.UNREACHABLE,  # number changed (410)
    23: OfferFailure.REJECTED,  # redirected (302): never followed, or a mailbox would answer the caller
    27: OfferFailure.UNREACHABLE,  # destination out of order
    34: OfferFailure.UNREACHABLE,  # no circuit (503)
    38: OfferFailure.UNREACHABLE,  # network out of order
}


_BROKE_OFF = frozenset({18, 20, 27, 38, 41, 44, 102, 127})
"""No answer to our messages, absent, out of order, no audio (44, Asterisk's own `rtp_timeout`), timer, unknown."""


def broke_off(cause: int) -> bool:
    """Whether a leg of a talk ended without anybody hanging up."""
    return cause in _BROKE_OFF


def caller_broke_off(cause: int) -> bool:
    """Whether a caller's leg ended without anybody hanging up; 127 is a CANCEL, which is his own wish."""
    return broke_off(cause) and cause != 127


def offer_failure(cause: int) -> OfferFailure:
    """Why an agent's leg ended before it was answered; a cause we do not know is a fault."""
    return _FAILURE.get(cause, OfferFailure.FAULT)
