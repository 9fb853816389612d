"""A right set of records is accounted for; whatever single thing is damaged, the checker names it."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.lab.check import Fate, Kind, check_talks
from config.lab.check.verdict import Text
from config.lab.peers.tones import caller_tone
from tests.config.lab.check.scene import NOON, Scene, name, scene

FATES = ["answered", "abandoned", "answered", "ivr", "answered", "fallback", "answered"]


@given(
    fates=st.lists(st.sampled_from(["answered", "called_back", "abandoned", "ivr", "fallback"]), max_size=8),
    agents=st.integers(1, 4),
)
@settings(max_examples=15)
def test_whatever_happened_right_records_agree(fates: list[str], agents: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        verdict = scene(fates, agents).judge(Path(folder))
    assert [d.text() for d in verdict.disagreements] == []
    assert verdict.exit_status == 0
    told = {
        "answered": Fate.ANSWERED,
        "called_back": Fate.ANSWERED,
        "abandoned": Fate.ABANDONED,
        "ivr": Fate.IVR_ONLY,
        "fallback": Fate.FALLBACK,
    }
    assert [row.fate for row in verdict.rows] == [told[fate] for fate in fates]
    assert all(row.agrees for row in verdict.rows)


def test_a_row_tells_the_call(tmp_path: Path) -> None:
    row = scene(["answered"]).judge(tmp_path).rows[0]
    assert (row.contact, row.peer, row.number, row.agents) == (name(0), "caller-0", "95000", ("8001",))
    assert row.records == ("peers", "Asterisk", "ledger")
    assert row.talk_s == pytest.approx(1.5, abs=0.01)
    assert row.recording_s == pytest.approx(1.47, abs=0.01)


def test_a_call_the_fallback_answered_needs_two_records_only(tmp_path: Path) -> None:
    row = scene(["fallback"]).judge(tmp_path).rows[0]
    assert (row.fate, row.records, row.agrees) == (Fate.FALLBACK, ("peers", "Asterisk"), True)


def test_who_is_called_back_is_one_contact_with_the_call_in_which_he_asked(tmp_path: Path) -> None:
    row = scene(["called_back"]).judge(tmp_path).rows[0]
    assert (row.contact, row.peer, row.agents, row.agrees) == (name(0), "caller-0", ("8001",), True)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        pytest.param({"tones": []}, Kind.NOT_HEARD, id="he never heard the agent"),
        pytest.param({"event": "remote_hung_up"}, Kind.TALK_CUT, id="nobody hung up"),
    ],
)
def test_the_leg_of_who_is_called_back_is_judged_like_any_other(
    change: dict[str, Any], kind: Kind, tmp_path: Path
) -> None:
    damaged = scene(["called_back"])
    leg = next(each for each in damaged.peers if each["peer"].startswith("customer-") and each["event"] == "hung_up")
    leg.update(change)
    assert kind in {found.kind for found in damaged.judge(tmp_path, rules=(check_talks,)).disagreements}


def test_a_talk_that_is_over_before_a_tone_is_made_out_need_not_be_heard(tmp_path: Path) -> None:
    brief = scene(["answered"], talk_ms=200)
    deaf_agent(brief)
    deaf_caller(brief)
    assert Kind.NOT_HEARD not in {found.kind for found in brief.judge(tmp_path).disagreements}


def drop_contact(s: Scene) -> None:
    s.ledger["contacts"].remove(s.contact(0))


def drop_unanswered_contact(s: Scene) -> None:
    s.ledger["contacts"].remove(s.contact(1))


def drop_ivr_contact(s: Scene) -> None:
    s.ledger["contacts"].remove(s.contact(3))


def drop_talk(s: Scene) -> None:
    s.contact(0)["talks"] = []


def drop_visit(s: Scene) -> None:
    s.contact(1)["visits"] = []


def lose_call(s: Scene) -> None:
    drop_contact(s)
    s.switch = [
        row for row in s.switch if name(0) not in (row["uniqueid"], *json.loads(row.get("extra", "{}")).values())
    ]
    s.switch = [
        row for row in s.switch if row["uniqueid"] != "phone-0" and not row.get("extra", "").count(name(0) + " ")
    ]


def lose_in_asterisk(s: Scene) -> None:
    s.switch = [row for row in s.switch if row["uniqueid"] != name(0)]


def lose_in_peers(s: Scene) -> None:
    s.peers = [event for event in s.peers if event["peer"] != "caller-0"]


def swap_files(s: Scene) -> None:
    one, two = s.contact(0)["recordings"], s.contact(2)["recordings"]
    one[0]["file"], two[0]["file"] = two[0]["file"], one[0]["file"]


def swap_channels(s: Scene) -> None:
    file = s.contact(0)["recordings"][0]["file"]
    caller, agent, seconds = s.audio[file]
    s.audio[file] = (agent, caller, seconds)


def silence(channel: int) -> Callable[[Scene], None]:
    def damage(s: Scene) -> None:
        file = s.contact(0)["recordings"][0]["file"]
        caller, agent, seconds = s.audio[file]
        s.audio[file] = (0, agent, seconds) if channel == 0 else (caller, 0, seconds)

    return damage


def foreign_voice(s: Scene) -> None:
    file = s.contact(0)["recordings"][0]["file"]
    _, agent, seconds = s.audio[file]
    s.audio[file] = (caller_tone(1), agent, seconds)


def cut_recording(s: Scene) -> None:
    recording = s.contact(0)["recordings"][0]
    caller, agent, seconds = s.audio[recording["file"]]
    s.audio[recording["file"]] = (caller, agent, seconds - 0.3)
    recording["seconds"] = seconds - 0.3


def delete_file(s: Scene) -> None:
    del s.audio[s.contact(0)["recordings"][0]["file"]]


def forget_recording(s: Scene) -> None:
    s.contact(0).update(recordings=[], gaps=[{"cause": "disk full", "seconds": 1.5}])


def stray_file(s: Scene) -> None:
    s.audio["stray.wav"] = (1000, 1000, 1.0)


def share_file(s: Scene) -> None:
    s.contact(2)["recordings"] = s.contact(0)["recordings"]


def record_nobody(s: Scene) -> None:
    s.contact(1)["recordings"] = [{"file": "b.wav", "channels": 2, "seconds": 1.0}]
    s.audio["b.wav"] = (1000, 1000, 1.0)


def misstate_length(s: Scene) -> None:
    s.contact(0)["recordings"][0]["seconds"] += 1


def other_agent(s: Scene) -> None:
    s.contact(0)["talks"][0]["extension"] = "8002"


def other_agent_rang(s: Scene) -> None:
    for event in s.peers:
        if event.get("contact") == name(0):
            event["contact"] = name(2)


def longer_talk(s: Scene) -> None:
    s.contact(0)["talks"][0]["to"] += 1000


def deaf_agent(s: Scene) -> None:
    for event in s.peers:
        if event.get("contact") == name(0) and event["event"] == "remote_hung_up":
            event["tones"] = []


def deaf_caller(s: Scene) -> None:
    for event in s.peers:
        if event["peer"] == "caller-0" and event["event"] == "hung_up":
            event["tones"] = []


def hung_up_on(s: Scene) -> None:
    for event in s.peers:
        if event["peer"] == "caller-1" and event["event"] == "hung_up":
            event["event"] = "remote_hung_up"


def strange_contact(s: Scene) -> None:
    s.peers.append(
        {
            "at": NOON,
            "event": "ringing",
            "peer": "agent-8009",
            "call_id": "x",
            "contact": "lab-7.7",
            "number": "",
            "tone_hz": 0,
        }
    )


def two_ids(s: Scene) -> None:
    s.contact(1)["contact"] = "lab-9.9"


def counted_twice(s: Scene) -> None:
    s.ledger["contacts"].append({**s.contact(1), "contact": "lab-9.9"})


def still_live(s: Scene) -> None:
    s.contact(1).update(ended_at=None, end=None)


def miscount(s: Scene) -> None:
    s.ledger["balance"]["visits"]["main"]["entered"] += 1


def unbalanced(s: Scene) -> None:
    s.ledger["balance"]["visits"]["main"].update(abandoned=0, difference=1)


def miscount_contacts(s: Scene) -> None:
    s.ledger["balance"]["contacts"]["ended_in_ivr"] -= 1


def never_ends_in_asterisk(s: Scene) -> None:
    s.switch = [row for row in s.switch if not (row["type"] == "CHAN_END" and row["uniqueid"] == name(1))]


def never_ends_at_peer(s: Scene) -> None:
    s.peers = [event for event in s.peers if not (event["peer"] == "caller-1" and event["event"] == "hung_up")]


def one_channel(s: Scene) -> None:
    file = s.contact(0)["recordings"][0]["file"]
    caller, _, seconds = s.audio[file]
    s.audio[file] = (caller, -1, seconds)


def two_at_once(s: Scene) -> None:
    # In the ledger alone: the others still know when it began.
    s.contact(4)["talks"][0]["from"] = s.contact(0)["talks"][0]["to"] - 300


DAMAGES: list[tuple[Callable[[Scene], None], Kind, int]] = [
    (drop_contact, Kind.NOT_IN_LEDGER, 0),
    (drop_unanswered_contact, Kind.NOT_IN_LEDGER, 1),
    (drop_ivr_contact, Kind.NOT_IN_LEDGER, 3),
    (drop_talk, Kind.TALK_MISSING, 0),
    (drop_talk, Kind.OTHER_AGENTS, 0),
    (drop_visit, Kind.OTHER_FATE, 1),
    (lose_in_asterisk, Kind.NOT_IN_SWITCH, 0),
    (lose_in_peers, Kind.NOT_IN_PEERS, 0),
    (swap_files, Kind.TONE_MISSING, 0),
    (swap_files, Kind.FOREIGN_TONE, 2),
    (swap_channels, Kind.SWAPPED_CHANNELS, 0),
    (silence(0), Kind.TONE_MISSING, 0),
    (silence(1), Kind.TONE_MISSING, 0),
    (foreign_voice, Kind.FOREIGN_TONE, 0),
    (cut_recording, Kind.RECORDING_LENGTH, 0),
    (delete_file, Kind.FILE_MISSING, 0),
    (forget_recording, Kind.NO_RECORDING, 0),
    (share_file, Kind.SHARED_RECORDING, 0),
    (record_nobody, Kind.UNEXPECTED_RECORDING, 1),
    (misstate_length, Kind.LEDGER_LENGTH, 0),
    (other_agent, Kind.OTHER_AGENTS, 0),
    (other_agent_rang, Kind.OTHER_AGENTS, 0),
    (longer_talk, Kind.TALK_LENGTH, 0),
    (deaf_agent, Kind.NOT_HEARD, 0),
    (deaf_caller, Kind.NOT_HEARD, 0),
    (hung_up_on, Kind.OTHER_FATE, 1),
    (still_live, Kind.NOT_ENDED, 1),
    (never_ends_in_asterisk, Kind.NOT_ENDED, 1),
    (never_ends_at_peer, Kind.NOT_ENDED, 1),
    (one_channel, Kind.CHANNELS, 0),
    (two_at_once, Kind.AGENT_TWICE, 4),
]


@pytest.mark.parametrize(
    ("damage", "kind", "call"), DAMAGES, ids=[f"{d.__name__}-{k.name.lower()}" for d, k, _ in DAMAGES]
)
def test_one_damaged_thing_is_named_with_its_contact(
    tmp_path: Path, damage: Callable[[Scene], None], kind: Kind, call: int
) -> None:
    damaged = scene(FATES)
    damage(damaged)
    verdict = damaged.judge(tmp_path)
    assert verdict.exit_status == 1
    named = [d for d in verdict.disagreements if d.kind is kind and d.contact == name(call)]
    assert named, [d.text() for d in verdict.disagreements]
    assert not next(row for row in verdict.rows if row.contact == name(call)).agrees


@pytest.mark.parametrize(("late_ms", "is_known"), [(-5, True), (3, True), (2000, False)])
def test_a_ring_of_the_fallback_may_reach_the_phone_when_the_caller_has_just_left(
    tmp_path: Path, late_ms: int, is_known: bool
) -> None:
    made = scene(["fallback"])
    left = max(event["at"] for event in made.peers)
    ring = {"event": "ringing", "peer": "agent-8009", "call_id": "x", "contact": "", "number": "", "tone_hz": 0}
    made.peers.append({"at": left + late_ms, **ring})
    named = [one.kind for one in made.judge(tmp_path).disagreements]
    assert named == ([] if is_known else [Kind.UNKNOWN_CONTACT])


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (stray_file, Kind.ORPHAN_RECORDING),
        (strange_contact, Kind.UNKNOWN_CONTACT),
        (two_ids, Kind.OTHER_CONTACT),
        (counted_twice, Kind.TWICE_IN_LEDGER),
        (miscount, Kind.BALANCE),
        (miscount_contacts, Kind.BALANCE),
        (unbalanced, Kind.BALANCE),
    ],
)
def test_what_belongs_to_no_single_contact_is_named_too(
    tmp_path: Path, damage: Callable[[Scene], None], kind: Kind
) -> None:
    damaged = scene(FATES)
    damage(damaged)
    verdict = damaged.judge(tmp_path)
    assert kind in {d.kind for d in verdict.disagreements}, [d.text() for d in verdict.disagreements]


def test_a_call_that_only_its_caller_remembers_is_lost(tmp_path: Path) -> None:
    damaged = scene(FATES)
    lose_call(damaged)
    verdict = damaged.judge(tmp_path)
    lost = [d for d in verdict.disagreements if d.call_id == "c000000000000000"]
    assert {d.kind for d in lost} == {Kind.NOT_IN_SWITCH, Kind.NOT_IN_LEDGER}
    assert "caller-0 dialled 95000" in lost[0].text()


@pytest.mark.parametrize("damage", [drop_contact, drop_talk, swap_files, swap_channels, lose_in_asterisk])
@given(data=st.data())
@settings(max_examples=5)
def test_no_fault_hides_among_other_calls(damage: Callable[[Scene], None], data: st.DataObject) -> None:
    others = data.draw(st.lists(st.sampled_from(["answered", "abandoned", "ivr"]), max_size=6))
    damaged = scene(["answered", "abandoned", "answered", *others], agents=data.draw(st.integers(1, 3)))
    damage(damaged)
    with tempfile.TemporaryDirectory() as folder:
        verdict = damaged.judge(Path(folder))
    assert name(0) in {d.contact for d in verdict.disagreements}


def test_a_disagreement_says_what_each_record_says_in_both_languages(tmp_path: Path) -> None:
    damaged = scene(["answered"])
    other_agent(damaged)
    (disagreement,) = damaged.judge(tmp_path).disagreements
    assert disagreement.text() == (
        "lab-1800000000.0: the records disagree on who answered [peers: caller-0 dialled 95000, answered by 8001, "
        "the caller hung up; Asterisk: bridged with 8001 for 1.5 s; ledger: answered, queue main, by 8002 (1.5 s)]"
    )
    assert disagreement.text("zh") == (
        "lab-1800000000.0: 各记录的应答坐席不一致 [对端: caller-0 拨打 95000,8001 应答,客户挂机; "
        "Asterisk: 与 8001 桥接 1.5 秒; 台账: 已接通,技能组 main,坐席 8002 (1.5 s)]"
    )


def test_every_kind_says_the_same_values_in_both_languages() -> None:
    for kind in Kind:
        fields = [sorted(_fields(text)) for text in (kind.value.en, kind.value.zh)]
        assert fields[0] == fields[1], kind
    assert all(isinstance(fate.value, Text) for fate in Fate)


def _fields(text: str) -> list[str]:
    return [piece.split("}")[0] for piece in text.split("{")[1:]]
