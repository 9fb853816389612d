"""Actions that find out: identify, look-up, lists."""

from typing import Literal

from pydantic import Field

from ivr.flow.part import AskingDigits, Expression, Name, OnError, OnUnknown, Onward, Part


class Account(AskingDigits):
    """Ask for account digits when the number is not known; the ending key alone says that there are none."""


class Pin(AskingDigits):
    """Ask for the customer's PIN; too many wrong ones, in this call or others, lock it for a while."""


class OnIdentify(OnUnknown):
    """Where a caller goes who is not known, or has not proved who he is."""

    refused: Onward | None = Field(default=None, description="the step for a caller without the right PIN")
    locked: Onward | None = Field(default=None, description="the step for a caller whose PIN is locked")


class Identify(Part):
    """Find the customer by the number he calls from, then by account digits; with `pin`, let him prove it.

    Afterwards `customer` is `known` or `unknown`, `customer.NAME` what is kept of him, `customer.proved` whether the
    PIN was right.
    """

    action: Literal["identify"]
    number: bool = Field(default=True, description="true or false: whether the number he calls from will do")
    account: Account | None = Field(default=None, description="prompts, digits, tries, timeout_s, retry")
    pin: Pin | None = Field(default=None, description="prompts, digits, tries, timeout_s, retry")
    next: Onward = Field(description="the name of a step")
    on: OnIdentify = Field(description="unknown: a step; with pin, also refused and locked")


class OnLookUp(OnError):
    """Where a look-up goes that found nothing, or took too long."""

    none: Onward = Field(description="the step for a look-up that finds nothing")
    timeout: Onward | None = Field(
        default=None, description="the step for a source that does not answer in time; without it, that for a failure"
    )


class LookUp(Part):
    """Ask a source of the settings (SQL view, HTTP, Python plug-in); its answer becomes `INTO.NAME`."""

    action: Literal["look-up"]
    source: Name = Field(description="a source of the settings' [look_ups]")
    ask: dict[Name, Expression] = Field(
        default_factory=dict,
        description="an expression for each value that the source wants: {account: customer.account}",
    )
    into: Name = Field(description="a name that the answer's values begin with: bill gives bill.due")
    next: Onward = Field(description="the name of a step")
    on: OnLookUp = Field(description="none: a step; timeout and error if there is a way")


class Lists(Part):
    """Go by the list that the caller's number is on: black, grey (self-service only), white.

    Afterwards `list` and `list.reason` say which and why.
    """

    action: Literal["lists"]
    black: Onward | None = Field(default=None, description="the step for callers on the black list")
    grey: Onward | None = Field(default=None, description="the step for callers on the grey list")
    white: Onward | None = Field(default=None, description="the step for callers on the white list")
    next: Onward = Field(description="the step for everybody else")
    on: OnError = Field(default=OnError(), description="error: a step")
