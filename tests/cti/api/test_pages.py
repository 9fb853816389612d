"""Desks and boards on real WebSockets: pushed the moment it happens, resumed without a gap, let go when over."""

from collections.abc import Callable

import aiohttp
import pytest

from acd import commands as c
from acd import events as e
from cti.api.operator_pass import FILE, PassRefused, read_pass
from cti.api.serve import ApiServer, PortRefused
from cti.desk import days
from cti.desk.frames import CustomerView, PastContact
from tests.cti.api.hotline import Hotline
from tests.cti.api.pages import Browser, NewBrowser, Page


class TestDesk:
    async def test_it_begins_with_everything_the_page_shows(self, hotline: Hotline, agent: Browser) -> None:
        hotline.on_duty()
        snapshot = await (await agent.open("desk")).next()
        assert snapshot["agent"]["state"] == "idle"
        assert snapshot["pop"] is None
        assert snapshot["missing"] == []
        labels = {reason["code"]: reason["label"] for reason in snapshot["reasons"]}
        assert labels["break"] == {"zh-CN": "小休", "en": "Break"}
        assert snapshot["outcomes"][0] == {
            "code": "enquiry.bill",
            "label": {"zh-CN": "咨询 / 账单与缴费", "en": "Enquiry / Bill and payment"},
        }

    async def test_the_router_knows_whether_it_is_open(self, hotline: Hotline, agent: Browser, desk: Page) -> None:
        assert hotline.loop.floor.agents["1001"].desk
        second = await agent.open("desk")
        await second.next()
        await desk.socket.close()
        await second.say({"ack": 1})
        await second.until("refused")
        assert hotline.loop.floor.agents["1001"].desk
        await second.socket.close()
        await hotline.until(lambda: not hotline.loop.floor.agents["1001"].desk)

    async def test_the_pop_comes_before_the_ring_and_the_acknowledgement_lets_it_ring(
        self, hotline: Hotline, desk: Page
    ) -> None:
        hotline.call()
        hotline.queue("pbx1-1.1", learned={"menu": "billing"}, language="zh-CN")
        pop = (await desk.next())["pop"]
        assert not any(isinstance(one, c.RingAgent) for one in hotline.phones.released)
        assert (pop["contact"], pop["queue"], pop["access"], pop["learned"]) == (
            "pbx1-1.1",
            "service",
            "95000",
            {"menu": "billing"},
        )
        await desk.say({"ack": pop["offer"]})
        ring = await desk.until("ring")
        assert ring["pop"] == "acknowledged"
        assert any(isinstance(one, c.RingAgent) for one in hotline.phones.released)

    async def test_the_pop_is_on_its_way_when_the_decision_returns(self, hotline: Hotline) -> None:
        sent: list[str] = []
        hotline.on_duty()
        hotline.parts.desks.open("1001", sent.append, sees_numbers=True, after=None)
        hotline.call()
        hotline.queue("pbx1-1.1")
        assert '"type":"pop"' in sent[-1]
        assert '"caller":"13800005678"' in sent[-1]

    async def test_the_pop_has_who_is_calling_and_his_number_masked(self, hotline: Hotline, desk: Page) -> None:
        hotline.callers.customers["13800005678"] = CustomerView(customer="C1", name="测试客户甲", tier="gold")
        hotline.callers.past = [PastContact(contact="old", at=1, queue="billing", agent="1002", outcome="enquiry.bill")]
        hotline.call()
        await hotline.looked_up("pbx1-1.1")
        hotline.queue("pbx1-1.1", tier="gold", customer="C1")
        pop = (await desk.until("pop"))["pop"]
        assert pop["caller"] == "138****5678"
        assert (pop["customer"]["name"], pop["tier"], pop["tier_from"]) == ("测试客户甲", "gold", "customer")
        assert pop["last_contacts"][0]["contact"] == "old"

    async def test_what_is_found_out_late_follows_the_pop(self, hotline: Hotline, desk: Page) -> None:
        hotline.callers.customers["13800005678"] = CustomerView(customer="C1", name="测试客户甲", tier="gold")
        hotline.call()
        hotline.queue("pbx1-1.1")
        assert (await desk.next())["pop"]["customer"] is None
        assert (await desk.until("details"))["pop"]["customer"]["name"] == "测试客户甲"

    async def test_a_whole_contact_from_pop_to_outcome(self, hotline: Hotline, desk: Page) -> None:
        hotline.call()
        hotline.queue("pbx1-1.1")
        offer = (await desk.until("pop"))["pop"]["offer"]
        await desk.say({"ack": offer})
        await desk.until("ring")
        tell = hotline.loop.tell
        tell(e.OfferAnswered(at=hotline.now(), offer=offer))
        tell(e.TalkConnected(at=hotline.now(), offer=offer))
        assert (await desk.until("talk_started"))["agent"]["state"] == "talking"
        tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
        ended = await desk.until("talk_ended")
        assert (ended["cause"], ended["agent"]["state"]) == ("hung_up", "wrap_up")
        assert ended["agent"]["wrap_up_until"] > ended["at"]
        assert ended["outcomes"]
        tell(e.OutcomeSaved(at=hotline.now(), contact="pbx1-1.1", agent="1001", outcome="enquiry.bill"))
        assert (await desk.until("outcome_saved"))["outcome"] == "enquiry.bill"
        over = await desk.until("wrap_up_ended")
        assert (over["end"], over["agent"]["state"]) == ("saved", "idle")
        seqs = [frame["seq"] for frame in desk.seen if frame["type"] not in ("details", "refused")]
        assert seqs == sorted(set(seqs))

    async def test_the_agent_who_ends_the_talk_wraps_up_too(self, hotline: Hotline, desk: Page) -> None:
        offer = hotline.talk()
        hotline.loop.tell(e.AgentHungUp(at=hotline.now(), offer=offer))
        hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
        assert (await desk.until("talk_ended"))["cause"] == "agent_hung_up"
        hotline.loop.tell(e.OutcomeSaved(at=hotline.now(), contact="pbx1-1.1", agent="1001", outcome="void.test"))
        await desk.until("wrap_up_ended")
        assert [frame["type"] for frame in desk.seen].count("talk_ended") == 1

    @pytest.mark.parametrize(
        ("end", "why"),
        [
            (lambda at, offer: e.OfferFailed(at=at, offer=offer, cause=e.OfferFailure.BUSY), "busy"),
            (
                lambda at, offer: e.ContactEnded(at=at, contact="pbx1-1.1", cause=e.EndCause.HUNG_UP),
                "withdrawn",
            ),
        ],
    )
    async def test_an_offer_that_comes_to_nothing_says_why(
        self, hotline: Hotline, desk: Page, end: Callable[[int, int], e.Event], why: str
    ) -> None:
        hotline.call()
        hotline.queue("pbx1-1.1")
        offer = (await desk.until("pop"))["pop"]["offer"]
        hotline.loop.tell(end(hotline.now(), offer))
        ended = await desk.until("offer_ended")
        assert (ended["offer"], ended["contact"], ended["why"]) == (offer, "pbx1-1.1", why)

    async def test_an_answer_to_an_offer_that_does_not_ring_starts_no_talk(self, hotline: Hotline, desk: Page) -> None:
        hotline.call()
        hotline.queue("pbx1-1.1")
        offer = (await desk.until("pop"))["pop"]["offer"]
        hotline.loop.tell(e.OfferAnswered(at=hotline.now(), offer=offer))
        hotline.loop.tell(e.AgentHungUp(at=hotline.now(), offer=offer))
        hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
        assert (await desk.next())["type"] == "offer_ended"

    async def test_an_unanswered_offer_expires_and_sets_him_aside(self, hotline: Hotline, desk: Page) -> None:
        hotline.call()
        hotline.queue("pbx1-1.1")
        await desk.say({"ack": (await desk.until("pop"))["pop"]["offer"]})
        expires_at = (await desk.until("ring"))["expires_at"]
        hotline.loop.tell(e.TimePassed(at=expires_at))
        assert (await desk.until("offer_ended"))["why"] == "expired"
        assert (await desk.until("state"))["agent"]["set_aside"] == "no_answer"

    async def test_a_page_that_comes_back_gets_exactly_what_it_missed(
        self, hotline: Hotline, agent: Browser, desk: Page
    ) -> None:
        seq = desk.seen[-1]["seq"]
        await desk.socket.close()
        await hotline.until(lambda: not hotline.loop.floor.agents["1001"].desk)
        hotline.loop.tell(e.IntentChanged(at=hotline.now(), agent="1001", intent=e.Intent.NOT_READY, reason="meal"))
        again = await agent.open(f"desk?after={seq}")
        frames = [await again.next(), await again.next(), await again.next()]
        assert [frame.get("fact") for frame in frames] == ["DeskClosed", "IntentChanged", "DeskOpened"]
        assert frames[1]["agent"]["reason"] == "meal"

    @pytest.mark.parametrize("after", [0, 10**15])
    async def test_a_page_that_missed_too_much_or_knows_another_journal_starts_anew(
        self, agent: Browser, desk: Page, after: int
    ) -> None:
        assert (await (await agent.open(f"desk?after={after}")).next())["type"] == "snapshot"

    async def test_a_page_opened_in_the_middle_shows_the_contact_at_once(
        self, hotline: Hotline, agent: Browser, desk: Page
    ) -> None:
        offer = hotline.talk()
        snapshot = await (await agent.open("desk")).next()
        assert (snapshot["agent"]["state"], snapshot["pop"]["offer"]) == ("talking", offer)

    async def test_two_pages_of_one_agent_see_the_same(self, hotline: Hotline, agent: Browser, desk: Page) -> None:
        second = await agent.open("desk")
        await second.next()
        hotline.call()
        hotline.queue("pbx1-1.1")
        assert (await desk.until("pop"))["pop"] == (await second.until("pop"))["pop"]

    @pytest.mark.parametrize("said", ["{", "[]", '{"ack": "x"}', '{"ack": 1, "more": 2}', '{"ack": 999999}', '"ack"'])
    async def test_what_is_not_understood_is_refused_and_the_page_stays_open(
        self, hotline: Hotline, desk: Page, said: str
    ) -> None:
        await desk.say(said)
        refused = await desk.until("refused")
        assert refused["detail"]
        hotline.loop.tell(e.IntentChanged(at=hotline.now(), agent="1001", intent=e.Intent.READY))
        await desk.until("state")

    async def test_a_new_plan_brings_new_choices(self, hotline: Hotline, desk: Page) -> None:
        plan = hotline.parts.plan()
        reasons = {name: reason for name, reason in plan.reasons.items() if name != "meal"}
        await hotline.parts.plan.change(plan.model_copy(update={"reasons": reasons}), who="boss")
        frame = await desk.until("plan")
        assert "meal" not in [choice["code"] for choice in frame["reasons"]]

    async def test_an_agent_the_plan_lacks_has_no_desk(self, hotline: Hotline, browser: NewBrowser) -> None:
        from cti.people.roles import Role
        from tests.cti.api.hotline import PASSWORD

        await hotline.parts.users.add("7777", name="x", role=Role.AGENT, password=PASSWORD, at=1)
        stranger = browser()
        await stranger.sign_in("7777")
        assert await (await stranger.open("desk")).closed() == 4404


class TestOvertaking:
    async def test_the_floor_says_how_much_later_a_contact_can_have_come_than_one_it_passes(
        self, hotline: Hotline
    ) -> None:
        boss = await hotline.signed_in("boss")
        floor = (await boss.get("/api/v1/floor")).json()
        assert floor["overtaking_ms"] == 120_000
        pairs = {(pair["earlier"], pair["later"]): pair["bound_ms"] for pair in floor["overtaking"]}
        assert pairs["standard", "vip"] == 120_000
        # The head start of 75 s, and the 90 s until the relaxation of billing has taken its last step.
        assert (pairs["gold", "vip"], pairs["vip", "standard"]) == (90_000, 90_000)

    async def test_what_those_who_wait_bring_with_them_counts(self, hotline: Hotline) -> None:
        boss = await hotline.signed_in("boss")
        hotline.call()
        hotline.queue("pbx1-1.1", "repair", urgency_ms=60_000)
        assert (await boss.get("/api/v1/floor")).json()["overtaking_ms"] == 180_000
        hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
        assert (await boss.get("/api/v1/floor")).json()["overtaking_ms"] == 120_000


class TestBoard:
    async def test_it_begins_with_all_queues_and_agents_then_shows_what_changed(
        self, hotline: Hotline, browser: NewBrowser
    ) -> None:
        boss = browser()
        await boss.sign_in("boss")
        board = await boss.open("board")
        first = await board.next()
        assert first["whole"]
        assert {queue["queue"] for queue in first["queues"]} >= {"service", "vip"}
        assert len(first["agents"]) == len(hotline.parts.plan().agents)
        hotline.call()
        hotline.queue("pbx1-1.1", "repair")
        hotline.on_duty("1004")
        frame = await board.next()
        assert [agent["agent"] for agent in frame["agents"]] == ["1004"]
        repair = next(queue for queue in frame["queues"] if queue["queue"] == "repair")
        assert (repair["waiting"], repair["entered"]) == (1, 1)
        assert repair["oldest_since"] is not None

    async def test_a_queue_s_row_tells_how_long_who_came_now_would_wait(self, hotline: Hotline) -> None:
        hotline.on_duty()
        boss = await hotline.signed_in("boss")

        async def row() -> tuple[int | None, int | None]:
            queues = (await boss.get("/api/v1/floor")).json()["queues"]
            (service,) = [queue for queue in queues if queue["queue"] == "service"]
            return service["expected_low_ms"], service["expected_high_ms"]

        assert await row() == (None, None)
        for number in range(12):
            contact = f"pbx1-{number}"
            hotline.talk(contact)
            hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact=contact, cause=e.EndCause.HUNG_UP))
            hotline.loop.tell(e.OutcomeSaved(at=hotline.now(), contact=contact, agent="1001", outcome="done"))
        low, high = await row()
        assert low is not None
        assert high is not None
        assert low <= high

    async def test_a_storm_of_facts_is_one_frame(self, hotline: Hotline, browser: NewBrowser) -> None:
        boss = browser()
        await boss.sign_in("boss")
        board = await boss.open("board")
        await board.next()
        for n in range(200):
            hotline.call(f"pbx1-2.{n}")
        frame = await board.next()
        assert frame["contacts"] == 200

    async def test_it_takes_no_orders(self, browser: NewBrowser) -> None:
        boss = browser()
        await boss.sign_in("boss")
        board = await boss.open("board")
        await board.say({"ack": 1})
        assert (await board.until("refused"))["detail"] == "this socket only sends"


class TestDay:
    async def test_a_visit_is_in_the_day_once_the_records_have_it(
        self, hotline: Hotline, browser: NewBrowser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(days, "GATHER_S", 0.0)
        hotline.on_duty()
        hotline.talk("pbx1-1.1")
        await hotline.written()
        boss = browser()
        await boss.sign_in("boss")
        day = await boss.open("day")
        first = await day.next()
        assert [(one["queue"], one["entered"], one["answered_within"]) for one in first["today"]] == [("service", 1, 1)]
        assert first["lately"] == first["today"]
        assert sum(one["answered"] for one in first["curve"]) == 1
        hotline.call("pbx1-1.2")
        hotline.queue("pbx1-1.2", "repair")
        await hotline.written()
        hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.2", cause=e.EndCause.HUNG_UP))
        while len((frame := await day.next())["today"]) == 1:
            pass
        assert {one["queue"]: one["entered"] for one in frame["today"]} == {"service": 1, "repair": 1}

    async def test_the_board_tells_the_bound_on_overtaking_and_whom_an_agent_talks_with(
        self, hotline: Hotline, browser: NewBrowser
    ) -> None:
        hotline.on_duty()
        hotline.talk("pbx1-1.1")
        boss = browser()
        await boss.sign_in("boss")
        frame = await (await boss.open("board")).next()
        assert frame["overtaking_ms"] == 120_000
        agent = next(one for one in frame["agents"] if one["agent"] == "1001")
        assert (agent["queue"], agent["tier"]) == ("service", "standard")


class TestDoor:
    async def test_a_page_without_a_session_is_turned_away(self, browser: NewBrowser) -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await browser().open("desk")

    @pytest.mark.parametrize(("login", "path"), [("boss", "desk"), ("1001", "board"), ("ear", "board")])
    async def test_a_role_without_the_right_is_turned_away(self, browser: NewBrowser, login: str, path: str) -> None:
        somebody = browser()
        await somebody.sign_in(login)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await somebody.open(path)

    async def test_a_page_of_another_origin_is_turned_away(self, agent: Browser) -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await agent.open("desk", origin="https://evil.test")

    async def test_signing_out_closes_the_open_pages(self, agent: Browser, desk: Page) -> None:
        await agent.sign_out()
        assert await desk.closed() == 4401

    async def test_being_kept_out_closes_the_open_pages(self, hotline: Hotline, agent: Browser, desk: Page) -> None:
        await hotline.parts.users.set_enabled("1001", False, at=hotline.now() + 1)
        await hotline.parts.sessions.settle(hotline.parts.database)
        assert await desk.closed() == 4401


class TestServer:
    async def test_a_taken_port_is_named_with_its_mend(self, hotline: Hotline, server: str) -> None:
        port = int(server.rpartition(":")[2])
        with pytest.raises(PortRefused, match=rf"api 127\.0\.0\.1:{port}: the port is taken: set api\.port to a free"):
            await ApiServer(hotline.app, "127.0.0.1", port).start()

    async def test_an_address_of_another_machine_is_refused(self, hotline: Hotline) -> None:
        with pytest.raises(PortRefused, match=r"api 192\.0\.2\.1:0: cannot listen: "):
            await ApiServer(hotline.app, "192.0.2.1", 0).start()

    async def test_it_leaves_the_operator_a_pass_while_it_is_up(self, hotline: Hotline) -> None:
        served = ApiServer(hotline.app, "127.0.0.1", 0)
        port = await served.start()
        file = hotline.parts.sessions.file.with_name(FILE)
        found = read_pass(file)
        assert (found.url, file.stat().st_mode & 0o777) == (f"http://127.0.0.1:{port}", 0o600)
        cookie = {"Cookie": f"{found.cookie}={found.token}"}
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{found.url}/api/v1/floor", headers=cookie) as answer:
                assert answer.status == 200
            async with session.get(f"{found.url}/api/v1/users", headers=cookie) as answer:
                assert answer.status == 200
        session_of_pass = hotline.parts.sessions.find(found.token)
        assert session_of_pass is not None
        assert session_of_pass.expires_at is None
        await served.stop()
        assert hotline.parts.sessions.find(found.token) is None
        with pytest.raises(PassRefused, match="no hotline runs on these settings: start it: hotline run"):
            read_pass(file)

    async def test_open_pages_are_closed_when_it_stops(self, hotline: Hotline, browser: NewBrowser) -> None:
        served = ApiServer(hotline.app, "127.0.0.1", 0)
        port = await served.start()
        boss = browser()
        boss.base = f"http://127.0.0.1:{port}"
        await boss.sign_in("boss")
        board = await boss.open("board")
        await board.next()
        await served.stop()
        assert await board.closed() == 1012
