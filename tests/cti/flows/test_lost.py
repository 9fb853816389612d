"""Whoever was cut off while he wanted a person is on the list of those to be called back."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from acd import events as e
from cti.flows import lost
from cti.flows.items import NewItem
from cti.flows.lost import DUE_MS, LostCallers


class Kept:
    """Stands for the items' table; it can be away."""

    def __init__(self) -> None:
        self.items: list[NewItem] = []
        self.away = 0
        self.came = asyncio.Event()

    async def add(self, item: NewItem) -> str:
        if self.away:
            self.away -= 1
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        self.items.append(item)
        self.came.set()
        return "1"


def call(reader: LostCallers, contact: str, caller: str, *, queued: bool = True) -> None:
    reader.read(1, e.ContactStarted(at=1, contact=contact, asterisk="a", channel=contact, access="1", caller=caller))
    if queued:
        wanted = e.ContactQueued(at=2, contact=contact, queue="q", tier="t", since=2, language="en", customer="C1")
        reader.read(2, wanted)


def ended(contact: str, cause: e.EndCause) -> e.ContactEnded:
    return e.ContactEnded(at=10, contact=contact, cause=cause, detail="Asterisk was restarted")


async def test_only_who_wanted_a_person_and_can_be_called_is_on_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost, "RETRY_S", 0.001)
    kept = Kept()
    reader = LostCallers(kept.add, [])
    call(reader, "waits", "+8613900000001")
    call(reader, "in flow", "+8613900000002", queued=False)
    call(reader, "withheld", "")
    call(reader, "hangs up", "+8613900000003")
    kept.away = 2
    for contact in ("in flow", "withheld", "waits"):
        reader.read(3, ended(contact, e.EndCause.LOST))
    reader.read(4, ended("hangs up", e.EndCause.HUNG_UP))
    async with asyncio.timeout(5):
        await kept.came.wait()
    await reader.stop()
    (item,) = kept.items
    assert (item.contact, item.number, item.queue, item.customer) == ("waits", "+8613900000001", "q", "C1")
    assert (item.due, item.carried) == (10 + DUE_MS, {"lost": "Asterisk was restarted"})
