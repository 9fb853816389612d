"""A made-up afternoon of calls, told alike by three records and by the audio; tests then damage one thing."""

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from config.asterisk.cel import COLUMNS
from config.lab.check import Verdict, check, read_ledger, read_peers, read_switch
from config.lab.check.compare import Rule
from config.lab.peers.tones import agent_tone, caller_tone

NOON = 1_800_000_000_000
RATE = 8000


@dataclass
class Scene:
    """Peers' events, Asterisk's rows, the ledger, and the recordings as (caller's tone, agent's tone, seconds)."""

    peers: list[dict[str, Any]] = field(default_factory=list)
    switch: list[dict[str, str]] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)
    audio: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def contact(self, number: int) -> dict[str, Any]:
        """The ledger's entry for the n-th call."""
        return next(c for c in self.ledger["contacts"] if c["contact"] == name(number))

    def copy(self) -> "Scene":
        """One that may be damaged."""
        return copy.deepcopy(self)

    def judge(self, folder: Path, rules: Iterable[Rule] = ()) -> Verdict:
        """Write it all down under `folder` and check it."""
        recordings = folder / "recordings"
        recordings.mkdir(parents=True)
        (folder / "peers.jsonl").write_text("".join(json.dumps(event) + "\n" for event in self.peers))
        rows = [",".join('"' + row.get(c, "").replace('"', '""') + '"' for c in COLUMNS) + "\n" for row in self.switch]
        (folder / "cel.csv").write_text("".join(rows))
        (folder / "ledger.json").write_text(json.dumps(self.ledger))
        for file, (left, right, seconds) in self.audio.items():
            write_wav(recordings / file, left, right, seconds)
        return check(
            read_peers([folder / "peers.jsonl"]),
            read_switch(folder / "cel.csv"),
            read_ledger(folder / "ledger.json"),
            recordings,
            rules=rules,
        )


def write_wav(path: Path, left: int, right: int, seconds: float) -> None:
    """Two channels, a tone each (0: silence); one channel when `right` is negative."""
    times = np.arange(int(seconds * RATE)) / RATE
    sides = [3000 * np.sin(2 * np.pi * tone * times) for tone in (left, right) if tone >= 0]
    soundfile.write(path, np.stack(sides, axis=1).astype(np.int16), RATE, subtype="PCM_16")


def name(number: int) -> str:
    """The n-th call's contact id."""
    return f"lab-1800000000.{number}"


def scene(fates: list[str], agents: int = 2, talk_ms: int = 1500) -> Scene:
    """Calls a tenth of a second apart; the n-th answer is agent n's.

    Fates: answered, called_back, abandoned, ivr, fallback.
    """
    made = Scene(ledger={"contacts": [], "balance": {}})
    free = [NOON] * agents
    answers = 0
    for number, fate in enumerate(fates):
        start = NOON + 100 * number
        if fate in ("answered", "called_back"):
            agent = answers % agents
            answers += 1
            begin = max(start + 500, free[agent] + 500)
            free[agent] = begin + talk_ms
            tell = _answered if fate == "answered" else _called_back
            tell(made, number, agent, start, begin, begin + talk_ms)
        else:
            _unanswered(made, number, fate, start, start + 2000)
    made.peers.sort(key=lambda event: event["at"])
    made.switch.sort(key=lambda row: row["time"])
    contacts = made.ledger["contacts"]
    ends = [visit["end"] for contact in contacts for visit in contact["visits"]]
    made.ledger["balance"] = {
        "visits": {
            "main": {"entered": len(ends), **{end: ends.count(end) for end in set(ends)}, "open": 0, "difference": 0}
        },
        "contacts": {
            "started": len(contacts),
            "ended_in_ivr": sum(not c["visits"] for c in contacts),
            "ended_after_visits": sum(bool(c["visits"]) for c in contacts),
            "difference": 0,
        },
    }
    return made


def _row(made: Scene, at: int, kind: str, channel: str, uniqueid: str, **more: str) -> None:
    seconds = f"{at // 1000}.{at % 1000:03}000"
    made.switch.append({"type": kind, "time": seconds, "channel": channel, "uniqueid": uniqueid, **more})


def _start(made: Scene, number: int, start: int) -> tuple[str, str, str]:
    peer, call_id, channel = f"caller-{number}", f"c{number:015}", f"PJSIP/trunk-{number:08x}"
    made.peers.append(
        {
            "at": start, "peer": peer, "event": "dialled", "call_id": call_id, "number": "95000",
            "caller": f"1380000{number:04}", "name": "", "tone_hz": caller_tone(number),
        }
    )  # fmt: skip
    _row(made, start + 1, "CHAN_START", channel, name(number))
    extra = json.dumps({"extra": f"{name(number)} {call_id}"})
    _row(made, start + 2, "HOTLINE_CONTACT", channel, name(number), extra=extra)
    return peer, call_id, channel


def _answered(made: Scene, number: int, agent: int, start: int, begin: int, end: int) -> None:
    peer, call_id, channel = _start(made, number, start)
    made.peers.append({"at": start + 10, "event": "answered", "peer": peer, "call_id": call_id})
    _row(made, start + 5, "ANSWER", channel, name(number))
    _row(made, start + 20, "APP_START", channel, name(number), application="Stasis")
    here = {"peer": peer, "call_id": call_id, "answered_at": start + 10}
    _talk(made, number, agent, here, caller_tone(number), (channel, name(number)), begin, end)
    _row(made, end + 1, "CHAN_END", channel, name(number))
    visit = {"entered_at": start + 20, "ended_at": begin, "end": "answered"}
    _entry(made, number, agent, call_id, start, visit, begin, end)


def _called_back(made: Scene, number: int, agent: int, start: int, begin: int, end: int) -> None:
    peer, call_id, channel = _start(made, number, start)
    let_go = start + 300
    made.peers += [
        {"at": start + 10, "event": "answered", "peer": peer, "call_id": call_id},
        {
            "at": let_go, "event": "remote_hung_up", "answered_at": start + 10, "reason": "", "tones": [],
            "peer": peer, "call_id": call_id,
        },
    ]  # fmt: skip
    _row(made, start + 5, "ANSWER", channel, name(number))
    _row(made, start + 20, "APP_START", channel, name(number), application="Stasis")
    _row(made, let_go, "APP_END", channel, name(number), application="Stasis")
    _row(made, let_go + 5, "CHAN_END", channel, name(number))
    # The leg to him: its own Call-ID, and a tone of his phone's.
    customer = {"peer": f"customer-+861380000{number:04}", "call_id": f"b{number:015}"}
    tone = caller_tone(number + 30)
    leg = (f"PJSIP/trunk-{number + 8192:08x}", f"customer-lab-{number}")
    made.peers += [
        {"at": begin - 150, "event": "ringing", "number": "sip:95000", "tone_hz": tone, **customer},
        {"at": begin - 40, "event": "answered", **customer},
    ]
    extra = json.dumps({"extra": f"{name(number)} {customer['call_id']}"})
    _row(made, begin - 30, "HOTLINE_CALLBACK", *leg, extra=extra)
    _talk(made, number, agent, {**customer, "answered_at": begin - 40}, tone, leg, begin, end)
    _row(made, end + 1, "CHAN_END", *leg)
    visit = {"entered_at": start + 20, "ended_at": begin, "end": "callback_done"}
    _entry(made, number, agent, call_id, start, visit, begin, end)
    made.audio[f"{name(number)}.wav"] = (tone, agent_tone(agent), (end - begin - 30) / 1000)


def _talk(
    made: Scene,
    number: int,
    agent: int,
    here: dict[str, Any],
    theirs: int,
    channel: tuple[str, str],
    begin: int,
    end: int,
) -> None:
    """`here` is the customer's end, which hangs up; `theirs` is its tone."""
    extension = f"{8001 + agent}"
    leg = {"peer": f"agent-{extension}", "call_id": f"a{number:015}", "contact": name(number)}
    who = {"peer": here["peer"], "call_id": here["call_id"]}
    ours = agent_tone(agent)
    made.peers += [
        {"at": begin - 200, "event": "ringing", "number": "sip:x", "tone_hz": ours, **leg},
        {"at": begin - 5, "event": "answered", **leg},
        {"at": begin + 150, "event": "heard", "tone_hz": ours, "since": begin + 10, **who},
        {"at": begin + 150, "event": "heard", "tone_hz": theirs, "since": begin + 10, **leg},
        {"at": end, "event": "hung_up", "reason": "", "tones": [[ours, begin + 10, end - 40]], **here},
        {
            "at": end + 20, "event": "remote_hung_up", "answered_at": begin - 5, "reason": "",
            "tones": [[theirs, begin + 10, end - 20]], **leg,
        },
    ]  # fmt: skip
    bridge = json.dumps({"bridge_id": f"b{number}", "bridge_technology": "simple_bridge"})
    phone, phone_id = f"PJSIP/{extension}-{number + 4096:08x}", f"phone-{number}"
    _row(made, begin, "BRIDGE_ENTER", *channel, extra=bridge)
    _row(made, begin + 1, "BRIDGE_ENTER", phone, phone_id, extra=bridge)
    _row(made, end, "BRIDGE_EXIT", *channel, extra=bridge)
    _row(made, end + 5, "BRIDGE_EXIT", phone, phone_id, extra=bridge)
    _row(made, end + 6, "CHAN_END", phone, phone_id)


def _entry(
    made: Scene, number: int, agent: int, call_id: str, start: int, visit: dict[str, Any], begin: int, end: int
) -> None:
    """What the ledger has of it, and the audio."""
    file, seconds = f"{name(number)}.wav", (end - begin - 30) / 1000
    made.audio[file] = (caller_tone(number), agent_tone(agent), seconds)
    made.ledger["contacts"].append(
        {
            "contact": name(number), "sip_call_id": call_id, "caller": f"1380000{number:04}", "access": "95000",
            "started_at": start, "ended_at": end, "end": "hung_up", "outcome": "done",
            "visits": [{"queue": "main", "tier": "gold", "agent": f"10{agent:02}", "answered_at": begin, **visit}],
            "talks": [{"agent": f"10{agent:02}", "extension": f"{8001 + agent}", "from": begin, "to": end}],
            "recordings": [{"file": file, "channels": 2, "seconds": seconds}],
        }
    )  # fmt: skip


def _unanswered(made: Scene, number: int, fate: str, start: int, end: int) -> None:
    peer, call_id, channel = _start(made, number, start)
    ending = "hung_up" if fate == "abandoned" else "remote_hung_up"
    here = {"peer": peer, "call_id": call_id}
    made.peers += [
        {"at": start + 10, "event": "answered", **here},
        {"at": end, "event": ending, "answered_at": start + 10, "reason": "", "tones": [], **here},
    ]
    _row(made, start + 5, "ANSWER", channel, name(number))
    if fate == "abandoned":
        _row(made, start + 20, "APP_START", channel, name(number), application="Stasis")
    if fate == "fallback":
        _row(made, start + 20, "HOTLINE_FALLBACK", channel, name(number))
    _row(made, end, "CHAN_END", channel, name(number))
    if fate == "fallback":
        return
    visit = {"queue": "main", "tier": "", "entered_at": start + 20, "ended_at": end, "end": "abandoned"}
    made.ledger["contacts"].append(
        {
            "contact": name(number), "sip_call_id": call_id, "caller": f"1380000{number:04}", "access": "95000",
            "started_at": start, "ended_at": end, "end": "hung_up" if fate == "abandoned" else "flow",
            "visits": [visit] if fate == "abandoned" else [], "talks": [], "recordings": [], "outcome": None,
        }
    )  # fmt: skip
