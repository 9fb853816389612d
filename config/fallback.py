"""What the plan says of the fallback, as global variables of the dialplan, and the messages that were left there."""

import asyncio
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cti.flows.items import ItemKind, Items, NewItem
from cti.plan.document import PlanDocument
from cti.plan.in_force import PlanInForce
from cti.problems import Refused
from ivr.gateway.fallback import FallbackCall
from recordings.raw import BadWav, read_head

DUE_MS = 2 * 3_600_000
LEAST_S = 1.0
"""A shorter recording is no message."""

log = structlog.get_logger()


def fallback_variables(plan: PlanDocument) -> dict[str, str]:
    """What `config.asterisk.dialplan` reads; a number is `in-EXTENSION` or `out-NUMBER`."""
    part = plan.fallback
    way = "in" if part.number in plan.phones else "out"
    return {
        "HOTLINE_QUEUE_S": str(part.queue_s),
        "HOTLINE_ELSEWHERE": f"{way}-{part.number}" if part.number else "",
        "HOTLINE_MESSAGE_S": str(part.message_s),
    }


async def keep_message(call: FallbackCall, *, items: Items, plan: PlanInForce, folder: Path) -> None:
    """Make an item of a message left in the fallback; nothing, when he said nothing or a part of it is not there."""
    name = f"message-{call.contact}.wav"
    access = plan().access_numbers.get(call.access)
    if access is None:
        return
    try:
        head = await asyncio.to_thread(read_head, folder / name)
        seconds = head.frames / head.rate
        if seconds < LEAST_S:
            return
        item = NewItem(
            kind=ItemKind.MESSAGE,
            contact=call.contact,
            number=call.caller,
            customer=None,
            queue=access.queue,
            language=access.language,
            at=call.ended_at // 1000,
            due=call.ended_at // 1000 + DUE_MS,
            file=name,
            seconds=round(seconds, 1),
        )
        await items.add(item)
    except (BadWav, OSError, SQLAlchemyError, Refused) as error:
        mend = "hear the file, call back by hand"
        log.error("a message of the fallback is no item", contact=call.contact, file=name, error=str(error), mend=mend)
