"""Flows through the API: a draft, the check, the publication, the way back; who did it, and only those who may."""

from typing import Any

import httpx

from ivr.flow.ending import CallerLeft, HungUp
from tests.cti.api.hotline import ROOT, Hotline

PREFIX = "/api/v1/flows"
VIP = (ROOT / "config/flows/vip.yaml").read_text(encoding="utf-8")
QUICK = VIP.replace("[greeting-vip, recorded-notice, to-vip]", "[greeting-vip, to-vip]")


async def publish(client: httpx.AsyncClient, **body: Any) -> Any:
    answer = await client.post(f"{PREFIX}/publication", json=body)
    return answer.status_code, answer.json()


async def text(client: httpx.AsyncClient, flow: str = "vip", **query: Any) -> tuple[int, str]:
    answer = (await client.get(f"{PREFIX}/{flow}", params=query)).json()
    return answer["version"], answer["text"]


async def test_what_is_in_force_is_listed(hotline: Hotline) -> None:
    ear = await hotline.signed_in("ear")
    rows = {row["flow"]: row for row in (await ear.get(PREFIX)).json()}
    assert {"main", "vip", "complaint"} <= rows.keys()
    assert rows["vip"] | {"at": 0} == {
        "flow": "vip",
        "version": 1,
        "at": 0,
        "who": "seed",
        "what": "first version",
        "usable": True,
        "draft_by": None,
    }
    assert await text(ear) == (1, VIP)
    assert (await ear.get(f"{PREFIX}/nothing")).status_code == 404
    assert (await ear.get(f"{PREFIX}/vip", params={"version": 7})).status_code == 404


async def test_a_draft_is_kept_checked_and_published(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    assert (await boss.get(f"{PREFIX}/vip/draft")).status_code == 404
    broken = {"made_from": 1, "text": QUICK.replace("next: to-vip", "next: to-vipp")}
    kept = (await boss.put(f"{PREFIX}/vip/draft", json=broken)).json()
    assert (kept["who"], kept["made_from"]) == ("boss", 1)
    assert [(one["what"], one["mend"]) for one in kept["problems"]] == [
        ("there is no step 'to-vipp'", "did you mean 'to-vip'?")
    ]
    status, refusal = await publish(boss, drafts=["vip"])
    assert (status, refusal["problems"]) == (422, kept["problems"])
    assert await text(boss) == (1, VIP)

    kept = (await boss.put(f"{PREFIX}/vip/draft", json={"made_from": 1, "text": QUICK})).json()
    assert kept["problems"] == []
    assert {row["flow"]: row["draft_by"] for row in (await boss.get(PREFIX)).json()}["vip"] == "boss"
    status, (change,) = await publish(boss, drafts=["vip"], what="shorter greeting")
    assert (status, change["version"], change["who"], change["what"]) == (200, 2, "boss", "shorter greeting")
    assert await text(boss) == (2, QUICK)
    assert (await boss.get(f"{PREFIX}/vip/draft")).status_code == 404


async def test_texts_can_be_published_without_a_draft_but_only_upon_what_is_in_force(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    status, _ = await publish(boss, texts={"vip": {"made_from": 1, "text": QUICK}})
    assert status == 200
    status, refusal = await publish(boss, texts={"vip": {"made_from": 1, "text": VIP}})
    assert (status, refusal["type"]) == (409, "urn:hotline:problem:changed-meanwhile")
    assert await text(boss) == (2, QUICK)


async def test_a_new_flow_and_one_that_changed_come_together_or_not_at_all(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    new = {"made_from": 0, "text": VIP}
    status, _ = await publish(boss, texts={"vip": {"made_from": 1, "text": "version: 2"}, "night": new})
    assert status == 422
    assert (await boss.get(f"{PREFIX}/night")).status_code == 404
    status, changes = await publish(boss, texts={"vip": {"made_from": 1, "text": QUICK}, "night": new})
    assert (status, [(one["flow"], one["version"]) for one in changes]) == (200, [("vip", 2), ("night", 1)])


async def test_the_way_back_is_a_version_too(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    await publish(boss, texts={"vip": {"made_from": 1, "text": QUICK}})
    (change,) = (await boss.post(f"{PREFIX}/vip/return", json={"version": 1, "what": "callers missed it"})).json()
    assert (change["version"], change["what"]) == (3, "back to version 1: callers missed it")
    assert await text(boss) == (3, VIP)
    assert await text(boss, version=2) == (2, QUICK)
    assert (await boss.post(f"{PREFIX}/vip/return", json={"version": 1})).json() == []
    refused = await boss.post(f"{PREFIX}/vip/return", json={"version": 9})
    assert (refused.status_code, refused.json()["problems"][0]["mend"]) == (409, "name one of 1 to 3")
    history = (await boss.get(f"{PREFIX}/vip/history")).json()
    assert [(one["version"], one["who"]) for one in history] == [(3, "boss"), (2, "boss"), (1, "seed")]


async def test_what_changed_is_shown_as_lines(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    await publish(boss, texts={"vip": {"made_from": 1, "text": QUICK}})
    answer = (await boss.get(f"{PREFIX}/vip/difference", params={"since": 1})).json()
    assert [line for line in answer["lines"] if line[0] in "+-"] == [
        "--- 1",
        "+++ 2",
        "-    prompts: [greeting-vip, recorded-notice, to-vip]",
        "+    prompts: [greeting-vip, to-vip]",
    ]


async def test_each_publication_is_in_the_audit_trail(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    await publish(boss, texts={"vip": {"made_from": 1, "text": QUICK}}, what="shorter")
    (entry,) = await hotline.parts.audit.newest(subject="vip")
    assert (entry.who, entry.act, entry.detail) == ("boss", "publish_flow", "version 2: shorter")


async def test_a_draft_can_be_thrown_away(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    await boss.put(f"{PREFIX}/vip/draft", json={"made_from": 1, "text": "half a th"})
    root = await hotline.signed_in("root")
    refused = await root.put(f"{PREFIX}/vip/draft", json={"made_from": 1, "text": QUICK})
    assert refused.status_code == 409
    assert (await root.delete(f"{PREFIX}/vip/draft")).status_code == 204
    assert (await root.delete(f"{PREFIX}/vip/draft")).status_code == 404


async def test_callers_are_counted_by_the_way_they_went(hotline: Hotline) -> None:
    for contact, way in (("c1", ("next",)), ("c2", ("next",)), ("c3", ("on", "error"))):
        hotline.counts.went(contact, "vip", "identify", way)
    hotline.counts.went("c1", "vip", "greet", ())
    hotline.counts.ended("c1", CallerLeft("greet"))
    hotline.counts.went("c2", "vip", "to-vip", ())
    hotline.counts.ended("c2", HungUp("to-vip"))
    ear = await hotline.signed_in("ear")
    found = (await ear.get(f"{PREFIX}/vip/counts")).json()
    assert (found["flow"], found["version"], found["since"] <= found["at"]) == ("vip", 1, True)
    assert found["steps"]["identify"] == {
        "chosen": {"next": 2, "on.unknown": 0},
        "gave_up": 0,
        "failed": 1,
        "ended": 0,
    }
    assert (found["steps"]["greet"]["gave_up"], found["steps"]["to-vip"]["ended"]) == (1, 1)
    picture = await ear.get(f"{PREFIX}/vip/picture", params={"counted": True})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert '<tspan class="lost">&#215; 1</tspan>' in picture.text
    assert 'lost"' not in (await ear.get(f"{PREFIX}/vip/picture")).text.replace(".lost", "")
    metrics = (await hotline.client().get("/metrics")).text
    assert 'hotline_flow_ways_total{flow="vip",step="identify",way="next"} 2.0' in metrics
    assert 'hotline_flow_ways_total{flow="vip",step="greet",way="gave_up"} 1.0' in metrics
    assert (await ear.get(f"{PREFIX}/nothing/counts")).status_code == 404
