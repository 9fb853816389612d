"""The adaptation over the API: what it did, why, and a supervisor's word on it."""

from tests.cti.api.hotline import Hotline

PATH = "/api/v1/adaptation"


async def test_off_it_says_so(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    found = (await boss.get(PATH)).json()
    assert (found["on"], found["frozen"], found["leans"]) == (False, False, [])


async def test_it_tells_its_bounds_and_each_target_in_the_reader_s_language(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    plan = (await boss.get("/api/v1/plan")).json()
    plan["adaptation"] = {"on": True, "every_s": 60, "reach_s": 30, "step_s": 5}
    plan["queues"]["service"]["targets"] = {"vip": {"within_s": 10, "share": 0.9, "priority": 2}}
    assert (await boss.put("/api/v1/plan", json=plan)).status_code == 200
    found = (await boss.get(PATH)).json()
    assert (found["on"], found["every_ms"], found["reach_ms"], found["step_ms"]) == (True, 60_000, 30_000, 5_000)
    vip = next(one for one in found["leans"] if (one["queue"], one["tier"]) == ("service", "vip"))
    assert (vip["within_ms"], vip["target"], vip["ahead_ms"], vip["share"]) == (10_000, 0.9, 0, None)
    assert vip["text"] == "Too few contacts yet to say."
    chinese = (await boss.get(PATH, headers={"accept-language": "zh-CN"})).json()
    assert chinese["leans"][0]["text"] == "联系太少，尚无结论。"


async def test_a_supervisor_freezes_it_lets_it_go_on_and_undoes_it(hotline: Hotline) -> None:
    boss = await hotline.signed_in("boss")
    for order, frozen in (("freeze", True), ("go_on", False), ("undo", True)):
        assert (await boss.put(PATH, json={"order": order})).json()["frozen"] is frozen
    assert (await boss.put(PATH, json={"order": "dance"})).status_code == 422
