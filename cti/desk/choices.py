"""What an agent may choose from: outcomes and reasons, as the plan in force has them, in both languages."""

from cti.desk.frames import OutcomeChoice, ReasonChoice
from cti.plan.document import PlanDocument
from cti.plan.part import Label
from cti.plan.routing import milliseconds


def outcome_choices(plan: PlanDocument) -> list[OutcomeChoice]:
    """Every outcome, `group / outcome`, in the plan's order."""
    return [
        OutcomeChoice(
            code=code, label={"zh-CN": plan.outcome_label(code, "zh-CN"), "en": plan.outcome_label(code, "en")}
        )
        for code in plan.outcome_codes()
    ]


def reason_choices(plan: PlanDocument) -> list[ReasonChoice]:
    """Every reason for not being ready, in the plan's order."""
    return [
        ReasonChoice(
            code=code,
            label=_both(reason.label),
            is_break=reason.is_break,
            longest_ms=None if reason.longest_s is None else milliseconds(reason.longest_s),
        )
        for code, reason in plan.reasons.items()
    ]


def _both(label: Label) -> dict[str, str]:
    return {"zh-CN": label.of("zh-CN"), "en": label.of("en")}
