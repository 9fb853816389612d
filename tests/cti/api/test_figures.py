"""Health and figures: what monitors read, valid by Prometheus' own rules, and true."""

import asyncio
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from acd import events as e
from cti.api.health import Check, Live, ask
from tests.cti.api.hotline import Hotline


async def figures(hotline: Hotline) -> dict[str, float]:
    """Every sample of /metrics by `name{labels}`."""
    answer = await hotline.client().get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def test_the_text_keeps_prometheus_rules(hotline: Hotline) -> None:
    hotline.on_duty()
    hotline.talk()
    text = (await hotline.client().get("/metrics")).text
    families = list(text_string_to_metric_families(text))
    assert len(families) > 25
    for family in families:
        assert re.fullmatch(r"hotline_[a-z][a-z0-9_]*", family.name), family.name
        assert family.documentation, family.name
        assert family.type != "untyped", family.name
        if family.type == "counter":
            assert all(sample.name.endswith(("_total", "_created")) for sample in family.samples), family.name
        elif family.type != "histogram":
            assert not family.name.endswith(("_total", "_count", "_sum", "_bucket")), family.name
        if family.type == "histogram":
            assert family.name.endswith("_seconds"), family.name
        assert not re.search(r"_(ms|milliseconds|minutes|hours|percent)(_|$)", family.name), family.name
        for sample in family.samples:
            assert all(re.fullmatch(r"[a-z_]+", label) for label in sample.labels), sample
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# HELP")]
    assert len(names) == len(set(names))


async def test_a_call_is_counted_from_ring_to_end(hotline: Hotline) -> None:
    hotline.on_duty()
    hotline.talk()
    during = await figures(hotline)
    assert during["hotline_contacts_started_total"] == 1
    assert during["hotline_contacts{state=talking}"] == 1
    assert during["hotline_agents{state=talking}"] == 1
    assert during["hotline_queue_talking{queue=service}"] == 1
    assert during["hotline_offers_made_total{queue=service}"] == 1
    assert during["hotline_rings_total{pop=no_desk}"] == 1
    assert during["hotline_offers_ended_total{end=answered}"] == 1
    assert during["hotline_wait_seconds_count{queue=service,tier=standard}"] == 1
    assert during["hotline_answer_connected_seconds_count"] == 1
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    after = await figures(hotline)
    assert after["hotline_contacts_ended_total{end=ended_after_visits}"] == 1
    assert after["hotline_visits_ended_total{end=answered,queue=service}"] == 1
    assert after["hotline_ledger_imbalance"] == 0
    assert after["hotline_agents{state=wrap_up}"] == 1


async def test_those_who_wait_and_give_up_are_counted(hotline: Hotline) -> None:
    hotline.call()
    hotline.queue("pbx1-1.1", "vip")
    waiting = await figures(hotline)
    assert waiting["hotline_queue_waiting{queue=vip}"] == 1
    assert waiting["hotline_queue_oldest_wait_seconds{queue=vip}"] >= 0
    hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact="pbx1-1.1", cause=e.EndCause.HUNG_UP))
    after = await figures(hotline)
    assert after["hotline_queue_waiting{queue=vip}"] == 0
    assert after["hotline_visits_ended_total{end=abandoned,queue=vip}"] == 1


async def test_pops_in_time_and_late_are_told_apart(hotline: Hotline) -> None:
    hotline.on_duty()
    hotline.loop.tell(e.DeskOpened(at=hotline.now(), agent="1001"))
    hotline.call()
    hotline.queue("pbx1-1.1")
    until = hotline.loop.floor.offers[hotline.offer_of()].pop_until
    assert until is not None
    hotline.loop.tell(e.TimePassed(at=until))
    late = await figures(hotline)
    assert late["hotline_rings_total{pop=late}"] == 1
    assert late["hotline_ring_ordered_seconds_sum"] == pytest.approx(0.15, abs=0.005)
    assert late["hotline_desks_open"] == 1


async def test_an_offer_counts_once_however_often_its_end_is_told(hotline: Hotline) -> None:
    hotline.on_duty()
    hotline.call()
    hotline.queue("pbx1-1.1")
    offer = hotline.offer_of()
    for _ in range(2):
        hotline.loop.tell(e.OfferFailed(at=hotline.now(), offer=offer, cause=e.OfferFailure.BUSY))
    assert (await figures(hotline))["hotline_offers_ended_total{end=busy}"] == 1


async def test_lost_legs_and_rejoins_are_counted(hotline: Hotline) -> None:
    hotline.on_duty()
    offer = hotline.talk()
    hotline.loop.tell(e.AgentLegLost(at=hotline.now(), offer=offer))
    hotline.loop.tell(e.RejoinAsked(at=hotline.now(), offer=offer))
    leg = hotline.loop.floor.offers[offer].rejoin
    assert leg is not None
    hotline.loop.tell(e.RejoinFailed(at=hotline.now(), offer=offer, leg=leg))
    until = hotline.loop.floor.offers[offer].rejoin_until
    assert until is not None
    hotline.loop.tell(e.TimePassed(at=until))
    found = await figures(hotline)
    assert found["hotline_legs_lost_total"] == 1
    assert found["hotline_rejoins_total{end=failed}"] == found["hotline_rejoins_total{end=given_up}"] == 1


async def test_other_parts_export_theirs(hotline: Hotline) -> None:
    metrics = hotline.parts.metrics
    metrics.add_link("ari:pbx1", lambda: {"up": 1, "events": 5, "reconnects": 2})
    metrics.add_link("ami:pbx1", lambda: {"up": 0, "reconnects": 1})
    metrics.add_gauge("records_lag", "Facts not in the tables yet.", lambda: 3)
    metrics.add_repairs(lambda: {("pbx1", "its channel was gone when we looked"): 4})
    metrics.journal_synced(0.002)
    found = await figures(hotline)
    assert (found["hotline_link_up{link=ari:pbx1}"], found["hotline_link_up{link=ami:pbx1}"]) == (1, 0)
    assert found["hotline_link_events_total{link=ari:pbx1}"] == 5
    assert found["hotline_link_reconnects_total{link=ami:pbx1}"] == 1
    assert found["hotline_records_lag"] == 3
    assert found["hotline_repairs_total{asterisk=pbx1,why=its channel was gone when we looked}"] == 4
    assert found["hotline_journal_sync_seconds_count"] == 1


async def test_no_figure_tells_of_a_caller(hotline: Hotline) -> None:
    hotline.on_duty()
    hotline.talk()
    text = (await hotline.client().get("/metrics")).text
    assert "5678" not in text
    assert "pbx1-1.1" not in text


async def test_alive_needs_nothing(hotline: Hotline) -> None:
    answer = await hotline.client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"state": "up"})


@pytest.mark.parametrize(
    ("states", "status", "worst"),
    [
        ((Live.UP, Live.UP), 200, "up"),
        ((Live.UP, Live.DEGRADED), 200, "degraded"),
        ((Live.DOWN, Live.DEGRADED), 503, "down"),
    ],
)
async def test_ready_is_as_bad_as_its_worst_part(
    hotline: Hotline, states: tuple[Live, Live], status: int, worst: str
) -> None:
    hotline.checks.clear()
    for name, state in zip(("database", "ami pbx1"), states, strict=True):

        async def check(state: Live = state) -> Check:
            return Check(state, "" if state is Live.UP else "pausing a recording is refused")

        hotline.checks[name] = check
    answer = await hotline.client().get("/readyz")
    assert (answer.status_code, answer.json()["state"]) == (status, worst)
    assert [line["name"] for line in answer.json()["checks"]] == ["database", "ami pbx1"]


async def test_a_part_that_fails_or_stays_silent_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti.api.health.CHECK_S", 0.01)

    async def fails() -> Check:
        raise RuntimeError("no connection")

    async def silent() -> Check:
        await asyncio.Event().wait()
        raise AssertionError

    health = await ask({"one": fails, "two": silent})
    assert [(line.state, line.detail) for line in health.checks] == [
        (Live.DOWN, "no connection"),
        (Live.DOWN, "no answer in 0.01 s"),
    ]


async def test_how_often_the_expected_wait_held_is_counted_by_the_waits_that_ended_in_an_answer(
    hotline: Hotline,
) -> None:
    facts: list[e.Fact] = []
    hotline.loop.subscribe(lambda number, fact: facts.append(fact))
    hotline.on_duty()

    def save(contact: str) -> None:
        hotline.loop.tell(e.ContactEnded(at=hotline.now(), contact=contact, cause=e.EndCause.HUNG_UP))
        hotline.loop.tell(e.OutcomeSaved(at=hotline.now(), contact=contact, agent="1001", outcome="done"))

    def answer(contact: str) -> None:
        offer = hotline.offer_of()
        hotline.loop.tell(e.OfferAnswered(at=hotline.now(), offer=offer))
        hotline.loop.tell(e.TalkConnected(at=hotline.now(), offer=offer))

    for number in range(12):
        hotline.talk(f"pbx1-{number}")
        save(f"pbx1-{number}")
    before = await figures(hotline)
    hotline.talk("pbx1-talks")
    hotline.call("pbx1-waits")
    hotline.queue("pbx1-waits")
    estimated = next(fact for fact in facts if isinstance(fact, e.WaitEstimated) and fact.contact == "pbx1-waits")
    save("pbx1-talks")
    answer("pbx1-waits")
    after = await figures(hotline)
    answered = next(fact for fact in reversed(facts) if isinstance(fact, e.OfferAnswered))
    low, high = estimated.at + estimated.low_ms, estimated.at + estimated.high_ms
    result = "inside" if low <= answered.at <= high else "sooner" if answered.at < low else "later"
    name = f"hotline_wait_estimates_total{{queue=service,result={result}}}"
    talks = sum(isinstance(fact, e.WaitEstimated) for fact in facts) - 1
    every = sum(value for key, value in after.items() if key.startswith("hotline_wait_estimates_total"))
    assert after[name] >= before.get(name, 0) + 1
    assert every == talks + 1
    assert after["hotline_wait_estimate_error_seconds_count{queue=service}"] == every
    off = max(0, low - answered.at, answered.at - high) / 1000
    assert after["hotline_wait_estimate_error_seconds_sum{queue=service}"] >= off
