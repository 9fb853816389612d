"""The emergency switch while hotline is away: it goes into the journal; what Asterisk does of it, into its variables.

A hotline that is down moves nobody; its next start finds the fact and moves everybody. Until then the fallback of the
dialplan rings the mobile phones, or plays the announcement, for the access numbers of the queue.
"""

from collections.abc import Callable, Mapping, Sequence

import aiohttp
from yarl import URL

from acd import events as e
from acd.floor import Floor
from acd.fold import FoldedFloor
from config.settings import Settings
from cti.desk.crews import numbers_in_turn
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.line import write_line
from cti.plan.document import PlanDocument
from ivr.ari.errors import http_failure
from ivr.gateway.acceptance import ACCEPT_PROMPT, TAKEN_PROMPT

MOBILES, NOTICE, INVITE = "HOTLINE_MOBILES_", "HOTLINE_NOTICE_", "HOTLINE_INVITE_"
"""Global variables of the dialplan, by the digits of an access number: phones to ring, sound files to play, `yes` where
a message is taken after them. Phones that ring together stand between `&`, others between `-`."""
CLOSED = "prompt:closed-meeting"
"""Played for an announcement that is a flow: it needs hotline."""
SAID = {"HOTLINE_ACCEPT_": ACCEPT_PROMPT, "HOTLINE_TAKEN_": TAKEN_PROMPT}
"""What whoever picks up a mobile phone is told, in the language of the access number."""
TIMEOUT = aiohttp.ClientTimeout(total=3)

Say = Callable[[str, str, Mapping[str, object] | None], Sequence[str]]


def fallback_of_emergencies(floor: FoldedFloor, plan: PlanDocument, say: Say) -> dict[str, str]:
    """The variables of every access number whose queue has an emergency plan; empty where it is not switched over."""
    variables: dict[str, str] = {}
    for number, access in plan.access_numbers.items():
        prepared, switched = plan.queues[access.queue].emergency, floor.state.emergencies.get(access.queue)
        if prepared is None:
            continue
        digits = number.removeprefix("+")
        phones: Sequence[str] = ()
        files: Sequence[str] = ()
        invited = False
        if switched is not None and switched.to is e.EmergencyWay.MOBILES:
            phones = ["&".join(together) for together in numbers_in_turn(floor, plan, access.queue)]
        elif switched is not None and switched.to is e.EmergencyWay.ANNOUNCEMENT:
            by_flow = (prepared.announcement or "").startswith("flow:")
            files = _files(CLOSED if by_flow else prepared.announcement or "", access.language, say)
            invited = by_flow and plan.fallback.message_s > 0
        variables |= {
            MOBILES + digits: "-".join(phones),
            NOTICE + digits: "&".join(files),
            INVITE + digits: "yes" if invited else "",
        }
        for name, prompt in SAID.items():
            variables[name + digits] = "&".join(_files(f"prompt:{prompt}", access.language, say)) if phones else ""
    return variables


def _files(announcement: str, language: str, say: Say) -> Sequence[str]:
    """The files of a prompt; none where it has no sound."""
    try:
        return say(announcement.partition(":")[2], language, None)
    except LookupError:
        return ()


def switch_in_journal(
    settings: Settings, made: Callable[[FoldedFloor, int], e.EmergencySwitchedOn | e.EmergencySwitchedOff]
) -> Floor:
    """Let a hotline that is down find the switch at its next start; `made` gives the event for a time, ms.

    Every Asterisk is out of reach for it, so that nothing but the switch is decided. Raises JournalError while another
    process has the journal, IllegalEvent when the switch does not fit.
    """
    journal = JournalFiles(settings.journal_folder)
    try:
        floor = journal.open().floor
        at = Clock(not_before=floor.at).now()
        for asterisk in sorted({one.asterisk for one in floor.contacts.values()}):
            _apply(journal, floor, e.LinkDown(at=at, asterisk=asterisk))
        _apply(journal, floor, made(floor, at))
        return floor
    finally:
        journal.close()


def _apply(journal: JournalFiles, floor: Floor, event: e.Event) -> None:
    first = floor.number + 1
    floor.apply(event)
    journal.append(first, [write_line(number, fact) for number, fact in enumerate(floor.facts, start=first)])


async def tell_asterisks(settings: Settings, variables: Mapping[str, str]) -> Mapping[str, str]:
    """Set the variables on every Asterisk of the settings; name = why it could not be told."""
    failed: dict[str, str] = {}
    async with aiohttp.ClientSession(timeout=TIMEOUT) as client:
        for one in settings.asterisk:
            auth = aiohttp.encode_basic_auth(one.ari_user, one.ari_password.get_secret_value())
            try:
                for name, value in variables.items():
                    url = URL(f"{one.ari_url}/ari/asterisk/variable").with_query(variable=name, value=value)
                    async with client.post(url, headers={"Authorization": auth}) as answer:
                        answer.raise_for_status()
            except (aiohttp.ClientError, TimeoutError) as error:
                failed[one.name] = http_failure(error)
    return failed
