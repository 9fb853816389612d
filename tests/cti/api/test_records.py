"""Call log, contact, ledger, recordings, samples: what each role sees of them, and what is put on record."""

from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from acd import events as e
from cti.database.models import Recording, Sample
from tests.cti.api.hotline import Hotline

CALLER = "13800005678"
MASKED = "138****5678"


@pytest_asyncio.fixture
async def boss(hotline: Hotline) -> httpx.AsyncClient:
    return await hotline.signed_in("boss")


@pytest_asyncio.fixture
async def answered(hotline: Hotline) -> str:
    """A contact that was answered, closed, and is over."""
    hotline.on_duty()
    hotline.talk("pbx1-1.1")
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    saved = e.OutcomeSaved(at=hotline.now(), contact="pbx1-1.1", agent="1001", outcome="enquiry.bill")
    hotline.loop.tell(saved)
    await hotline.written()
    return "pbx1-1.1"


async def recorded(hotline: Hotline, contact: str, *, file: str = "2026/01/02/r.wav") -> str:
    async with hotline.parts.database.writing() as session:
        session.add(
            Recording(
                id="unguessable", contact=contact, file=file, seconds=12.5, channels=2, rate=8000, sha256="0" * 64,
                repaired=False, caller_talk=0.4, agent_talk=0.5, checks={}, made_at=hotline.now(),
            )
        )  # fmt: skip
        session.add(
            Sample(
                contact=contact, agent="1001", recording="unguessable", share=0.2, value=0.1, plan_version=1,
                at=hotline.now(),
            )
        )  # fmt: skip
    _write_audio(hotline.parts.recordings / "2026/01/02/r.wav")
    return "unguessable"


def _write_audio(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(range(256)) * 4)


async def test_the_log_has_a_line_for_each_contact_with_its_number_masked(
    boss: httpx.AsyncClient, answered: str
) -> None:
    page = (await boss.get("/api/v1/contacts")).json()
    (line,) = page["contacts"]
    assert (line["contact"], line["caller"], line["agents"], line["outcome"]) == (
        answered,
        MASKED,
        ["1001"],
        "enquiry.bill",
    )
    assert page["next"] is None


async def test_the_log_is_turned_page_by_page_and_nothing_is_shown_twice(
    hotline: Hotline, boss: httpx.AsyncClient
) -> None:
    for n in range(7):
        hotline.call(f"pbx1-1.{n}")
    await hotline.written()
    seen: list[str] = []
    before: dict[str, str] = {}
    while True:
        page = (await boss.get("/api/v1/contacts", params={"limit": 3, **before})).json()
        seen += [line["contact"] for line in page["contacts"]]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert sorted(seen) == [f"pbx1-1.{n}" for n in range(7)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"caller": CALLER}, 1),
        ({"caller": "13900000000"}, 0),
        ({"agent": "1001"}, 1),
        ({"queue": "vip"}, 0),
        ({"outcome": "enquiry.bill"}, 1),
        ({"live": "true"}, 0),
        ({"end": "hung_up", "access": "95000"}, 1),
    ],
)
@pytest.mark.usefixtures("answered")
async def test_the_log_is_filtered(boss: httpx.AsyncClient, wanted: dict[str, str], found: int) -> None:
    assert len((await boss.get("/api/v1/contacts", params=wanted)).json()["contacts"]) == found


@pytest.mark.parametrize("before", ["x", "~", "12", "²~a", "-1~a", "1~"])
async def test_an_invented_place_in_the_log_is_refused(boss: httpx.AsyncClient, before: str) -> None:
    answer = await boss.get("/api/v1/contacts", params={"before": before})
    assert answer.status_code == 422
    assert "query.before" in answer.json()["detail"]


async def test_one_contact_shows_everything_and_a_look_at_its_number_is_on_record(
    hotline: Hotline, boss: httpx.AsyncClient, answered: str
) -> None:
    whole = (await boss.get(f"/api/v1/contacts/{answered}")).json()
    assert whole["caller"] == CALLER
    assert [visit["end"] for visit in whole["visits"]] == ["answered"]
    assert [offer["pop"] for offer in whole["offers"]] == ["no_desk"]
    assert len(whole["talks"]) == 1
    (entry,) = await hotline.parts.audit.newest(subject=answered)
    assert (entry.who, entry.act) == ("boss", "see_number")


async def test_an_inspector_sees_the_contact_without_its_number(hotline: Hotline, answered: str) -> None:
    ear = await hotline.signed_in("ear")
    assert (await ear.get(f"/api/v1/contacts/{answered}")).json()["caller"] == MASKED
    assert list(await hotline.parts.audit.newest()) == []


async def test_whom_a_caller_was_sent_on_to_is_told_with_his_number_masked_for_an_inspector(
    hotline: Hotline, boss: httpx.AsyncClient
) -> None:
    hotline.call("pbx1-1.1")
    hotline.loop.tell(e.PartyConnected(at=hotline.now(), contact="pbx1-1.1", party="+8613900001234"))
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    await hotline.written()
    ear = await hotline.signed_in("ear")
    for person, party in ((boss, "+8613900001234"), (ear, "139****1234")):
        (talk,) = (await person.get("/api/v1/contacts/pbx1-1.1")).json()["party_talks"]
        (contact,) = (await person.get("/api/v1/ledger")).json()["contacts"]
        assert [talk["party"], contact["party_talks"][0]["party"]] == [party, party]


async def test_a_contact_that_is_not_there(boss: httpx.AsyncClient) -> None:
    assert (await boss.get("/api/v1/contacts/nobody")).status_code == 404


async def test_the_ledger_is_exported_balanced_and_the_export_is_on_record(
    hotline: Hotline, boss: httpx.AsyncClient, answered: str
) -> None:
    ledger = (await boss.get("/api/v1/ledger")).json()
    assert ledger["balance"]["contacts"]["difference"] == 0
    (contact,) = ledger["contacts"]
    assert (contact["contact"], contact["caller"]) == (answered, CALLER)
    assert contact["talks"][0]["agent"] == "1001"
    assert (await hotline.parts.audit.newest())[0].act == "export_ledger"


async def test_who_may_not_see_numbers_gets_the_ledger_masked(hotline: Hotline, answered: str) -> None:
    ear = await hotline.signed_in("ear")
    (contact,) = (await ear.get("/api/v1/ledger")).json()["contacts"]
    assert (contact["contact"], contact["caller"]) == (answered, MASKED)


@pytest.mark.usefixtures("answered")
async def test_figures_of_a_period(boss: httpx.AsyncClient) -> None:
    figures = (await boss.get("/api/v1/figures", params={"since": 0})).json()
    (queue,) = figures["queues"]
    assert (queue["queue"], queue["entered"], queue["ends"]["answered"]) == ("service", 1, 1)
    assert [agent["agent"] for agent in figures["agents"]] == ["1001"]


async def test_a_recording_is_played_and_the_look_is_on_record(hotline: Hotline, answered: str) -> None:
    recording = await recorded(hotline, answered)
    ear = await hotline.signed_in("ear")
    audio = await ear.get(f"/api/v1/recordings/{recording}", headers={"range": "bytes=256-259"})
    assert (audio.status_code, audio.content) == (206, bytes(range(4)))
    (entry,) = await hotline.parts.audit.newest()
    assert (entry.who, entry.act, entry.subject) == ("ear", "hear_recording", answered)


async def test_an_agent_hears_no_recording(hotline: Hotline, answered: str) -> None:
    recording = await recorded(hotline, answered)
    agent = await hotline.signed_in("1001")
    assert (await agent.get(f"/api/v1/recordings/{recording}")).status_code == 403


@pytest.mark.parametrize("file", ["../../secret.wav", "/etc/hostname", "2026/01/02/gone.wav"])
async def test_nothing_outside_the_folder_is_played(hotline: Hotline, answered: str, file: str) -> None:
    recording = await recorded(hotline, answered, file=file)
    (hotline.parts.recordings.parent / "secret.wav").write_bytes(b"secret")
    ear = await hotline.signed_in("ear")
    assert (await ear.get(f"/api/v1/recordings/{recording}")).status_code == 404
    assert list(await hotline.parts.audit.newest()) == []


async def test_samples_are_listed_with_why_they_were_drawn(hotline: Hotline, answered: str) -> None:
    await recorded(hotline, answered)
    ear = await hotline.signed_in("ear")
    (sample,) = (await ear.get("/api/v1/samples")).json()["samples"]
    assert (sample["contact"], sample["agent"], sample["share"], sample["value"]) == (answered, "1001", 0.2, 0.1)
    assert (await ear.get("/api/v1/samples", params={"agent": "1002"})).json()["samples"] == []


async def test_samples_come_in_pages_newest_first(hotline: Hotline, answered: str) -> None:
    recording = await recorded(hotline, answered)
    async with hotline.parts.database.writing() as session:
        for agent in ("1002", "1003"):
            drawn = Sample(contact=answered, agent=agent, recording=recording, share=1.0, value=0.5, plan_version=1)
            drawn.at = hotline.now() + int(agent)
            session.add(drawn)
    ear = await hotline.signed_in("ear")
    agents, place = [], None
    while True:
        wanted = {"limit": 2} | ({"before": place} if place else {})
        page = (await ear.get("/api/v1/samples", params=wanted)).json()
        agents.append([sample["agent"] for sample in page["samples"]])
        place = page["next"]
        if place is None:
            break
    assert agents == [["1003", "1002"], ["1001"]]
    assert (await ear.get("/api/v1/samples", params={"before": "yesterday"})).status_code == 422


async def test_the_audit_trail_is_for_admins(hotline: Hotline, boss: httpx.AsyncClient, answered: str) -> None:
    await boss.get(f"/api/v1/contacts/{answered}")
    admin = await hotline.signed_in("root")
    assert [line["act"] for line in (await admin.get("/api/v1/audit")).json()] == ["see_number"]
    assert (await boss.get("/api/v1/audit")).status_code == 403
