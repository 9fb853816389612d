"""The checker on the records of real calls: a bare ARI loop stands in for hotline and writes the ledger by hand."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import soundfile

from config.lab import Installation, Lab, start
from config.lab.check import Fate, Kind, Verdict, check, read_ledger, read_peers, read_switch
from config.lab.peers.process import PeersProcess
from ivr.phones import phone_objects

PASSWORD = "not-a-secret-here"
EXTENSIONS = ("8801", "8802")


@dataclass
class Ledger:
    """What the loop saw: the contacts, and who waits for whom."""

    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    free: list[str] = field(default_factory=lambda: list(EXTENSIONS))


def now() -> int:
    return int(time.time() * 1000)


async def flow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An AGI server that answers and sends every call to the queue."""
    while (await reader.readline()).strip():
        pass
    for command in (b"ANSWER\n", b"SET VARIABLE HOTLINE_NEXT queue\n"):
        writer.write(command)
        await reader.readline()
    writer.close()


async def route(ari: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, ledger: Ledger) -> None:
    """Give each waiting call to the next free phone; end the phone's leg when the caller leaves."""
    async for message in socket:
        event = json.loads(message.data)
        channel = event.get("channel", {}).get("id", "")
        match event["type"], event.get("args"):
            case "StasisStart", ["queue", contact, *_]:
                ledger.contacts[channel] = {
                    "contact": contact, "sip_call_id": "", "started_at": now(), "end": "hung_up", "talks": [],
                    "visits": [{"queue": "main", "entered_at": now()}], "recordings": [],
                }  # fmt: skip
                if not ledger.free:
                    continue
                phone = ledger.free.pop(0)
                place = {"endpoint": f"PJSIP/{phone}", "app": "hotline", "appArgs": f"offer,{channel},{phone}"}
                header = {"variables": {"PJSIP_HEADER(add,X-Hotline-Contact)": contact}}
                await ari.post(f"channels/phone-{channel}", params=place, json=header)
            case "StasisStart", ["offer", caller, phone]:
                ledger.contacts[caller]["visits"][0].update(end="answered", agent=phone, answered_at=now())
                ledger.contacts[caller]["talks"].append({"agent": phone, "extension": phone, "from": now(), "to": None})
                await ari.post(f"bridges/with-{caller}", params={"type": "mixing"})
                await ari.post(f"bridges/with-{caller}/addChannel", params={"channel": f"{caller},{channel}"})
            case "StasisEnd", _ if channel in ledger.contacts:
                contact = ledger.contacts[channel]
                contact["ended_at"] = now()
                contact["visits"][0].setdefault("end", "abandoned")
                for talk in contact["talks"]:
                    talk["to"] = now()
                await ari.delete(f"channels/phone-{channel}")


@asynccontextmanager
async def routed(lab: Lab) -> AsyncIterator[Ledger]:
    login = {"Authorization": aiohttp.encode_basic_auth(lab.spec.ari.user, lab.spec.ari.secret)}
    ledger = Ledger()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{lab.spec.ports.http}/ari/", headers=login) as ari:
        for kind, name, fields in (phone for each in EXTENSIONS for phone in phone_objects(each, PASSWORD)):
            body = {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}
            await ari.put(f"asterisk/config/dynamic/res_pjsip/{kind}/{name}", json=body)
        async with ari.ws_connect("events?app=hotline") as socket:
            server = await asyncio.start_server(flow, "127.0.0.1", lab.spec.ports.agi)
            routing = asyncio.create_task(route(ari, socket, ledger))
            try:
                yield ledger
            finally:
                routing.cancel()
                with suppress(asyncio.CancelledError):
                    await routing
                server.close()


def judge(lab: Lab, folder: Path, ledger: Ledger) -> Verdict:
    """Put each contact's two sides into one file, export the ledger, check."""
    switch = read_switch(Path(lab.spec.folders.cel))
    recordings = folder / "recordings"
    recordings.mkdir(exist_ok=True)
    for contact in ledger.contacts.values():
        contact["sip_call_id"] = switch.contacts[contact["contact"]].call_id
        if contact["talks"] and not contact["recordings"]:
            sides = [
                soundfile.read(lab.recordings / f"{contact['contact']}.{who}.wav")[0] for who in ("caller", "agent")
            ]
            length = min(len(side) for side in sides)
            file = f"{contact['contact']}.wav"
            soundfile.write(recordings / file, np.stack([side[:length] for side in sides], axis=1), 8000)
            contact["recordings"] = [{"file": file, "channels": 2, "seconds": length / 8000}]
    export = json.dumps({"contacts": list(ledger.contacts.values())}).encode()
    return check(read_peers([folder / "peers.jsonl"]), switch, read_ledger(export), recordings)


async def test_real_calls_are_accounted_for_and_a_fault_is_named(installation: Installation, tmp_path: Path) -> None:
    async with (
        await start(tmp_path / "checked", installation=installation) as lab,
        routed(lab) as ledger,
        PeersProcess(log=tmp_path / "peers.jsonl") as peers,
    ):
        server = f"127.0.0.1:{lab.spec.ports.sip}"
        for extension in EXTENSIONS:
            await peers.plug_in(extension, password=PASSWORD, server=server)
        answered = [await peers.dial("95000", caller=f"1380000123{n}", server=server, talk_s=2.0) for n in range(2)]
        for call in answered:
            await call.wait_for("heard", deadline_s=10)
        waiting = await peers.dial("95000", caller="13800001239", server=server, patience_s=1.5)
        for call in (*answered, waiting):
            await call.wait_for("hung_up", deadline_s=10)
        for extension in EXTENSIONS:
            await peers.wait_for("remote_hung_up", peer=f"agent-{extension}", deadline_s=5)
    verdict = judge(lab, tmp_path, ledger)
    assert [d.text() for d in verdict.disagreements] == []
    assert verdict.fates() == {Fate.ANSWERED: 2, Fate.ABANDONED: 1}
    assert {row.agents for row in verdict.rows} == {("8801",), ("8802",), ()}

    one, two = (contact for contact in ledger.contacts.values() if contact["talks"])
    one["recordings"], two["recordings"] = two["recordings"], one["recordings"]
    swapped = judge(lab, tmp_path, ledger)
    named = {d.contact for d in swapped.disagreements if d.kind in (Kind.TONE_MISSING, Kind.FOREIGN_TONE)}
    assert named == {one["contact"], two["contact"]}
