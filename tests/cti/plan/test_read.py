"""A plan that cannot work is refused before anything uses it, and the refusal says where and how to mend it."""

import json
import tomllib
from pathlib import Path

import pytest

import config
from cti.plan.lines import line_of
from cti.plan.read import PlanError, read_file, read_text, read_values, values_of

SEED = Path(config.__file__).parent / "plan.toml"
TEXT = (Path(__file__).parent / "plan.toml").read_text(encoding="utf-8")
FLOWS = {"main", "vip", "complaint", "telecom", "power", "insurance", "securities", "emergency"}


def refusal(old: str, new: str) -> PlanError:
    assert old in TEXT
    with pytest.raises(PlanError) as refused:
        read_text(TEXT.replace(old, new, 1), "plan.toml", FLOWS)
    return refused.value


def test_the_seed_has_what_the_demo_needs() -> None:
    plan = read_file(SEED, FLOWS)
    assert list(plan.access_numbers) == [f"9500{digit}" for digit in range(7)]
    assert list(plan.tiers) == ["standard", "silver", "gold", "vip"]
    assert list(plan.queues) == ["service", "billing", "repair", "vip", "complaint"]
    assert len(plan.agents) == len(plan.phones) - len(plan.browser_phones) >= 10
    assert plan.queues["service"].label.of("zh-CN") == "综合服务"
    assert plan.queues["service"].label.of("en") == "Service"


@pytest.mark.parametrize(
    ("old", "new", "key", "what", "mend"),
    [
        ("ring_s = 15", "rings = 15", "queues.service.rings", "unknown key 'rings'", "did you mean 'ring_s'?"),
        ('queue = "vip"', 'queue = "vipp"', "access_numbers.95001.queue", "no queue 'vipp'", "did you mean 'vip'?"),
        ('flow = "vip"', 'flow = "vap"', "access_numbers.95001.flow", "no flow 'vap'", "did you mean 'vip'?"),
        ('tier = "vip"', 'tier = "gould"', "access_numbers.95001.tier", "no tier 'gould'", "did you mean 'gold'?"),
        ("billing = 4", "biling = 4", "agents.1002.skills.biling", "no skill 'biling'", "did you mean 'billing'?"),
        ("repair = 3", "repare = 3", "queues.repair.skills.repare", "no skill 'repare'", "did you mean 'repair'?"),
        ("repair = 4", "repair = 40", "agents.1003.skills.repair", "40 does not fit", "less than or equal to 10"),
        ("wrap_up_s = 90", 'wrap_up_s = "90"', "queues.complaint.wrap_up_s", "'90' is not a number", "write a number"),
        ("pop_ms = 150", "pop_ms = 1.5", "pop_ms", "1.5 is not a whole number", "write a whole number"),
        ("share = 0.3", "", "sampling.share", "'share' is missing", "add it"),
        ('"8002"', '"8001"', "phones", "'8001' stands here twice", "keep one"),
        (
            'browser_phones = ["8012"',
            'browser_phones = ["8201"',
            "browser_phones.8201",
            "no phone",
            "list it in phones",
        ),
        ('"8002"', '"95000"', "access_numbers.95000", "an access number and a phone", "another extension"),
        ('en = "Silver"', 'english = "Silver"', "tiers.silver.label.en", "'en' is missing", "add it"),
        ("[tiers.gold]", "[tiers.Gold]", "tiers.Gold", "not written as it must be", "must match"),
        (
            '["longest_idle"]',
            '["longest"]',
            "agent_order.longest",
            "no order 'longest'",
            "did you mean 'longest_idle'?",
        ),
        ("1004 = 0.6", "1404 = 0.6", "sampling.agents.1404", "no agent '1404'", "did you mean '1004'?"),
        ('primary = "repair"', 'primary = "vip"', "agents.1007.primary", "none of the agent's skills", "repair"),
        ('primary = "repair"', "terms.vp = {}", "agents.1007.terms.vp", "no queue 'vp'", "did you mean 'vip'?"),
        ("ring_s = 12", "any_of = [{ vp = 1 }]", "queues.repair.any_of.0.vp", "no skill 'vp'", "did you mean 'vip'?"),
        ("pop_ms = 150", 'certified = ["vp"]', "certified.vp", "no skill 'vp'", "did you mean 'vip'?"),
        (
            'primary = "repair"',
            "certificates = { repair = 2027-01-31T23:59:59 }",
            "agents.1007.certificates.repair",
            "does not fit",
            "timezone",
        ),
        ('primary = "repair"', 'queues = ["vp"]', "agents.1007.queues.vp", "no queue 'vp'", "did you mean 'vip'?"),
        (
            "ring_s = 12",
            'callback = { hours = "night" }',
            "queues.repair.callback.hours.night",
            "no hours table 'night'",
            "known: none",
        ),
        (
            "ring_s = 10",
            'keys = { "9" = "callback" }',
            "queues.vip.keys.9",
            "offers no callback",
            "[queues.vip.callback]",
        ),
        (
            "ring_s = 12",
            'relaxation = "easy"',
            "queues.repair.relaxation.easy",
            "no relaxation 'easy'",
            "known: none",
        ),
        (
            "ring_s = 12",
            'prefer = [{ who = ["1107"] }]',
            "queues.repair.prefer.0.who.1107",
            "no agent or group '1107'",
            "did you mean '1007'?",
        ),
        (
            "ring_s = 12",
            'prefer = [{ who = ["last_agent"] }]',
            "queues.repair.prefer.0.who",
            "how long ago is not said",
            "add within_s",
        ),
        ("pop_ms = 150", "relaxations.easy.steps = []", "relaxations.easy.steps", "is empty", "at least one"),
        (
            "pop_ms = 150",
            "relaxations.easy.steps = [{ after_s = 3 }]",
            "relaxations.easy.steps.0",
            "changes nothing",
            "add skills, drop, any_of, queues or agents",
        ),
        (
            "pop_ms = 150",
            'relaxations.easy.steps = [{ after_s = 3, drop = ["vp"] }]',
            "relaxations.easy.steps.0.drop.vp",
            "no skill 'vp'",
            "did you mean 'vip'?",
        ),
        (
            "pop_ms = 150",
            'relaxations.easy.steps = [{ after_s = 3, drop = ["vip"], skills = { vip = 2 } }]',
            "relaxations.easy.steps.0.drop",
            "dropped and asked for",
            "keep one",
        ),
        (
            "pop_ms = 150",
            'groups.last_agent = { label = { zh-CN = "组", en = "Group" }, agents = [] }',
            "groups.last_agent",
            "means something else",
            "name the group otherwise",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_key_and_mend(old: str, new: str, key: str, what: str, mend: str) -> None:
    problem = next(one for one in refusal(old, new).problems if one.place.endswith(f" {key}"))
    file, line, _ = problem.place.split(":")
    assert file == "plan.toml"
    assert what in problem.what
    assert mend in problem.mend
    if new and old != '"8002"':
        assert new in TEXT.replace(old, new, 1).splitlines()[int(line) - 1]


def test_every_mistake_is_reported_at_once() -> None:
    text = TEXT.replace('queue = "vip"', 'queue = "nowhere"').replace("1004 = 0.6", "1404 = 0.6")
    with pytest.raises(PlanError) as refused:
        read_text(text, "plan.toml")
    assert [problem.place.split(" ")[-1] for problem in refused.value.problems] == [
        "access_numbers.95001.queue",
        "sampling.agents.1404",
    ]


def test_text_that_is_no_toml_says_where() -> None:
    with pytest.raises(PlanError, match=r"plan.toml: not TOML: .*line 1"):
        read_text("= 1", "plan.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"absent.toml: cannot be read: No such file"):
        read_file(tmp_path / "absent.toml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlanError, match="is not UTF-8 text"):
        read_file(tmp_path / "plan.toml")


def test_the_plan_goes_through_json_and_back() -> None:
    plan = read_text(TEXT, "plan.toml")
    assert read_values(json.loads(json.dumps(values_of(plan))), "the database") == plan


def test_json_is_refused_with_the_key_but_without_a_line() -> None:
    values = tomllib.loads(TEXT)
    values["queues"]["service"]["rings"] = 15
    with pytest.raises(PlanError, match=r"^request: queues\.service\.rings: unknown key"):
        read_values(values, "request")


def test_outcomes_have_two_levels() -> None:
    plan = read_text(TEXT, "plan.toml")
    assert "enquiry.bill" in plan.outcome_codes()
    assert plan.outcome_label("enquiry.bill", "zh-CN") == "咨询 / 账单与缴费"
    assert plan.outcome_label("enquiry.bill", "en") == "Enquiry / Bill and payment"
    assert plan.outcome_label("gone.long_ago", "en") == "gone.long_ago"


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("a",), 1),
        (("t", "x"), 4),
        (("t", "y z", "w"), 5),
        (("t", "x", "inside"), 4),
        (("t", "absent"), 3),
        (("list", 1, "k"), 9),
        (("nowhere",), None),
    ],
)
def test_lines_are_found(key: tuple[str | int, ...], line: int | None) -> None:
    text = 'a = 1\n\n[t] # heading\nx = {inside = 1}\n"y z".w = 2\n[[list]]\nk = 1\n[[ list ]]\nk = 2\n'
    assert line_of(text, key) == line
