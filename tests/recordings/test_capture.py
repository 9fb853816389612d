"""When a contact has ended its recording is made: one file, checked, kept under its day, drawn as a sample or not."""

import asyncio
from typing import Any

import pytest
import soundfile

from acd import events as e
from cti.database.models import Recording, RecordingGap, Sample
from recordings import capture as module
from recordings.raw import RawPair, pair_of
from recordings.shelf import Shelf
from tests.recordings.floor import AGENT_HZ, CALLER_HZ, NOW, Floor, Sampling
from tests.recordings.tones import close_raw, loudest_hertz, tone


async def test_a_talk_becomes_one_checked_two_channel_recording(floor: Floor) -> None:
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    samples, rate = soundfile.read(floor.kept / row.file, dtype="int16")
    assert (loudest_hertz(samples[:, 0]), loudest_hertz(samples[:, 1])) == (CALLER_HZ, AGENT_HZ)
    assert (row.contact, row.seconds, row.channels, row.rate, row.repaired) == ("c1", 5.0, 2, rate, False)
    assert (row.caller_talk, row.agent_talk, row.made_at) == (1.0, 1.0, NOW)
    assert row.checks["agent"]["peak_dbfs"] == -6.0
    assert await floor.rows(RecordingGap) == []
    assert floor.left() == []
    assert (floor.capture.made, floor.capture.gaps, floor.capture.trouble) == (1, 0, None)


async def test_the_file_stands_under_its_day_by_a_name_nobody_can_guess(floor: Floor) -> None:
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert row.file == f"1970/01/01/{row.id}.wav"
    assert len(row.id) == 32
    assert "c1" not in row.id
    elsewhere = Shelf(floor.kept.parent / "other", floor.database)
    assert elsewhere.name_of("c1") != row.id
    assert (floor.kept / ".key").stat().st_mode & 0o777 == 0o600


async def test_samples_are_drawn_for_each_agent_who_talked_by_his_share(floor: Floor) -> None:
    floor.sampling = Sampling(share=0.0, agents={"1001": 1.0})
    agents = {}
    for contact in ("c1", "c2"):
        floor.record(contact)
        agents[contact] = floor.talk(contact)
    await floor.tell()
    assert sorted(agents.values()) == ["1001", "1002"]
    (sample,) = await floor.rows(Sample)
    assert agents[sample.contact] == sample.agent == "1001"
    assert (sample.share, sample.plan_version, sample.at) == (1.0, 7, NOW)
    assert 0 <= sample.value < 1
    recordings = {row.contact: row.id for row in await floor.rows(Recording)}
    assert sample.recording == recordings[sample.contact]


async def test_a_caller_nobody_talked_with_leaves_no_recording_and_no_gap(floor: Floor) -> None:
    floor.record("c1", 0)
    floor.shift.call("c1")
    floor.shift.hang_up("c1")
    await floor.tell()
    assert await floor.rows(Recording) == await floor.rows(RecordingGap) == []
    assert floor.left() == []


async def test_asterisk_is_given_time_to_close_the_files(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSE_S", 30.0)
    looked = asyncio.Event()
    look = module._look

    def watched(pair: RawPair) -> Any:
        loop.call_soon_threadsafe(looked.set)
        return look(pair)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(module, "_look", watched)
    floor.record("c1", 3, closed=False)
    floor.talk("c1")
    telling = asyncio.create_task(floor.tell())
    await looked.wait()
    pair = pair_of(floor.raw, "c1")
    for path, hertz in ((pair.caller, CALLER_HZ), (pair.agent, AGENT_HZ)):
        with path.open("ab") as file:
            file.write(tone(hertz, 2).tobytes())
        close_raw(path)
    await telling
    (row,) = await floor.rows(Recording)
    assert (row.seconds, row.repaired) == (5.0, False)


async def test_an_id_that_would_lead_out_of_the_folder_is_refused_and_others_go_on(floor: Floor) -> None:
    floor.talk("../evil")
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    assert [row.contact for row in await floor.rows(Recording)] == ["c1"]
    assert floor.capture.trouble is None or "../evil" in floor.capture.trouble


async def test_many_contacts_end_at_once(floor: Floor) -> None:
    for i in range(40):
        floor.record(f"c{i}", 1)
        floor.talk(f"c{i}", 1)
    await floor.tell()
    assert len(await floor.rows(Recording)) == 40
    assert floor.left() == []
    assert floor.capture.pending == 0


async def test_a_talk_with_a_party_that_the_flow_dialled_is_recorded_too(floor: Floor) -> None:
    floor.record("c1", seconds=3)
    floor.shift.start("c1")
    floor.shift.tell(e.PartyConnected(at=floor.shift.now, contact="c1", party="8001"))
    floor.shift.wait(5)
    floor.shift.hang_up("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert row.seconds == pytest.approx(3)
    (gap,) = await floor.rows(RecordingGap)
    assert (gap.contact, gap.cause, gap.seconds) == ("c1", "short", 2.0)
    assert await floor.rows(Sample) == []
    assert floor.left() == []


@pytest.mark.parametrize(("phone", "agents"), [("phone-1001", ["1001"]), ("13900000001", [])])
async def test_a_talk_that_the_fallback_had_is_drawn_for_who_was_signed_in_at_the_phone(
    floor: Floor, phone: str, agents: list[str]
) -> None:
    floor.shift.wait(5)
    talked_from = floor.shift.now
    floor.shift.start("c1")
    floor.shift.wait(5)
    floor.shift.tell(e.AgentSignedOut(at=floor.shift.now, agent="1001"))
    floor.record("c1", 5)
    there = e.InFallback(party=phone, talked_from=talked_from)
    cause = e.EndCause.FALLBACK
    floor.shift.tell(e.ContactEnded(at=floor.shift.now, contact="c1", cause=cause, in_fallback=there))
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert (row.contact, row.seconds) == ("c1", 5.0)
    assert [sample.agent for sample in await floor.rows(Sample)] == agents
