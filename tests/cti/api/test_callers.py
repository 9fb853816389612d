"""Lists, broadcasts and items to call back through the API."""

from pathlib import Path

from cti.flows.broadcasts import Broadcasts
from cti.flows.items import ItemKind, Items, NewItem
from tests.cti.api.hotline import Hotline

PREFIX = "/api/v1"


def item(queue: str, file: str = "") -> NewItem:
    return NewItem(
        kind=ItemKind.MESSAGE if file else ItemKind.CALLBACK,
        contact="pbx1-1.1",
        number="+8613800000001",
        customer=None,
        queue=queue,
        language="zh-CN",
        at=1,
        due=2,
        file=file,
    )


async def test_one_call_switches_a_broadcast_on_and_off(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    body = {"on": True, "prompts": ["emergency-notice"], "areas": ["east"]}
    answer = await boss.put(f"{PREFIX}/broadcasts/storm", json=body)
    assert (answer.status_code, answer.json()["who"]) == (200, "boss")
    assert list(await Broadcasts(hotline.parts.database).on("east", 5)) == ["emergency-notice"]
    await boss.put(f"{PREFIX}/broadcasts/storm", json=body | {"on": False})
    assert list(await Broadcasts(hotline.parts.database).on("east", 5)) == []
    assert [one["name"] for one in (await boss.get(f"{PREFIX}/broadcasts")).json()] == ["storm"]


async def test_a_broadcast_that_nobody_could_hear_is_refused(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    answer = await boss.put(f"{PREFIX}/broadcasts/storm", json={"on": True, "prompts": ["unrecorded"]})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["what"] == "the prompt 'unrecorded' has no sound"


async def test_a_caller_is_listed_by_whoever_approves_it(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    body = {"colour": "black", "match": "number", "pattern": "+8613800000001", "reason": "threats"}
    answer = await boss.post(f"{PREFIX}/lists", json=body)
    entry = answer.json()
    assert (answer.status_code, entry["approver"], entry["pattern"]) == (201, "boss", "138****0001")
    assert [one["id"] for one in (await boss.get(f"{PREFIX}/lists")).json()] == [entry["id"]]
    assert (await boss.delete(f"{PREFIX}/lists/{entry['id']}")).status_code == 204
    assert (await boss.delete(f"{PREFIX}/lists/{entry['id']}")).status_code == 404
    wrong = await boss.post(f"{PREFIX}/lists", json=body | {"match": "region"})
    assert (wrong.status_code, wrong.json()["problems"][0]["place"]) == (422, "pattern")


async def test_an_agent_sees_the_items_of_his_queues_takes_and_finishes_them(hotline: Hotline) -> None:
    items = Items(hotline.parts.database)
    mine, others = int(await items.add(item("billing"))), int(await items.add(item("vip")))
    agent, boss = await hotline.signed_in("1001"), await hotline.signed_in("boss")
    assert [one["id"] for one in (await agent.get(f"{PREFIX}/items")).json()] == [mine]
    assert [one["id"] for one in (await boss.get(f"{PREFIX}/items")).json()] == [mine, others]
    taken = await agent.put(f"{PREFIX}/items/{mine}/owner", json={"mine": True})
    assert (taken.json()["owner"], taken.json()["late"]) == ("1001", True)
    other = await hotline.signed_in("1002")
    assert (await other.put(f"{PREFIX}/items/{mine}/owner", json={"mine": True})).status_code == 409
    assert (await agent.post(f"{PREFIX}/items/{mine}/finish")).status_code == 200
    assert (await agent.get(f"{PREFIX}/items")).json() == []


async def test_a_message_is_heard_and_nothing_else(hotline: Hotline, tmp_path: Path) -> None:
    (tmp_path / "message-1.wav").write_bytes(b"RIFF")
    items = Items(hotline.parts.database)
    heard = int(await items.add(item("service", "message-1.wav")))
    gone = int(await items.add(item("service", "message-2.wav")))
    outside = int(await items.add(item("service", "../../secret.wav")))
    none = int(await items.add(item("service")))
    agent = await hotline.signed_in("1001")
    answer = await agent.get(f"{PREFIX}/items/{heard}/message")
    assert (answer.status_code, answer.content) == (200, b"RIFF")
    for number in (gone, outside, none, 999):
        assert (await agent.get(f"{PREFIX}/items/{number}/message")).status_code == 404


async def test_items_of_queues_he_does_not_serve_are_out_of_an_agents_reach_though_their_numbers_are_guessed(
    hotline: Hotline, tmp_path: Path
) -> None:
    (tmp_path / "message-1.wav").write_bytes(b"RIFF")
    items = Items(hotline.parts.database)
    others = int(await items.add(item("vip", "message-1.wav")))
    agent, boss = await hotline.signed_in("1001"), await hotline.signed_in("boss")
    for method, path, body in (
        ("GET", "message", None),
        ("PUT", "owner", {"mine": True}),
        ("PUT", "owner", {"mine": False}),
        ("POST", "finish", None),
    ):
        answer = await agent.request(method, f"{PREFIX}/items/{others}/{path}", json=body)
        assert (answer.status_code, "no item" in answer.json()["detail"]) == (404, True), (method, path)
    assert (await boss.get(f"{PREFIX}/items/{others}/message")).status_code == 200


async def test_what_a_colleague_has_taken_on_is_his_until_a_supervisor_frees_it(hotline: Hotline) -> None:
    number = int(await Items(hotline.parts.database).add(item("billing")))
    one, other, boss = [await hotline.signed_in(login) for login in ("1001", "1002", "boss")]
    assert (await one.put(f"{PREFIX}/items/{number}/owner", json={"mine": True})).status_code == 200
    assert (await other.put(f"{PREFIX}/items/{number}/owner", json={"mine": False})).status_code == 409
    assert (await other.post(f"{PREFIX}/items/{number}/finish")).status_code == 409
    freed = await boss.put(f"{PREFIX}/items/{number}/owner", json={"mine": False})
    assert (freed.status_code, freed.json()["owner"]) == (200, None)
