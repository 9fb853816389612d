"""What the plan says of the fallback, as global variables of the dialplan, and the messages that were left there."""

import asyncio
from pathlib import Path

import structlog

from acd.events import InFallback
from cti.plan.document import PlanDocument
from cti.plan.in_force import PlanInForce
from ivr.gateway.fallback_log import FallbackCall
from recordings.raw import BadWav, read_head

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


async def message_left(call: FallbackCall, *, plan: PlanInForce, folder: Path) -> InFallback | None:
    """A message left in the fallback; None when he said nothing or it cannot be read."""
    name = f"message-{call.contact}.wav"
    access = plan().access_numbers.get(call.access)
    mend = "hear the file, call back by hand"
    if access is None:
        log.error("a message of the fallback is no item", file=name, error=f"no access number {call.access}", mend=mend)
        return None
    try:
        head = await asyncio.to_thread(read_head, folder / name)
    except (BadWav, OSError) as error:
        log.error("a message of the fallback is no item", file=name, error=str(error), mend=mend)
        return None
    seconds = round(head.frames / head.rate, 1)
    if seconds < LEAST_S:
        return None
    return InFallback(file=name, seconds=seconds, queue=access.queue, language=access.language)
