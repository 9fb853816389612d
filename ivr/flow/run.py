"""Runs a flow for one caller: step by step, bounded, with one typed ending whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field

import structlog

from ivr.agi.codec import OurMistake
from ivr.agi.pyst2 import AGIError, AGIHangup, SessionOver
from ivr.flow.ending import Broken, CallerLeft, Ending, HungUp, Routed
from ivr.flow.model import Flow, Step
from ivr.flow.part import Prompt, Spoken
from ivr.flow.ports import CallFacts, Customer, CustomerLookup, FlowSession, Observer, PromptFiles
from ivr.flow.route import Route, encode_route
from ivr.flow.steps.asking import Collect, Menu
from ivr.flow.steps.deciding import Branch
from ivr.flow.steps.ending import HangUp
from ivr.flow.steps.knowing import Account, Identify
from ivr.flow.steps.reaching import ToQueue
from ivr.flow.steps.speaking import Answer, Say, SetLanguage
from ivr.flow.values import COLLECTED

LOOK_UP_S = 2.0
"""How long a caller waits for a look-up."""

ROUTE_VARIABLE = "HOTLINE_ROUTE"
NEXT_VARIABLE = "HOTLINE_NEXT"

log = structlog.get_logger()


class LookUpFailed(Exception):
    """A customer could not be looked up; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every run shares."""

    prompts: PromptFiles
    customers: CustomerLookup
    tiers: Callable[[], Collection[str]]
    """The tiers of the plan in force."""


def run(flow: Flow, session: FlowSession, facts: CallFacts, around: Surroundings, observe: Observer) -> Ending:
    """Run `flow` to its end.

    At most `flow.limit` steps are taken; then its `on.limit` step ends the call. A failure of Asterisk or of a look-up
    goes the way that the step, or the flow, has for it. The last acts are `HOTLINE_ROUTE` and then `HOTLINE_NEXT`
    (`queue` or `hangup`), which the dialplan trusts.
    """
    return _Run(flow, session, facts, around, observe).go()


@dataclass(slots=True)
class _Run:
    flow: Flow
    session: FlowSession
    facts: CallFacts
    around: Surroundings
    observe: Observer
    language: str = ""
    chosen: bool = False
    """Whether the caller, or the flow for him, has chosen the language."""
    customer: Customer | None = None
    collected: dict[str, str] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)

    def go(self) -> Ending:
        spoken = self.flow.languages
        self.language = self.facts.language if self.facts.language in spoken else next(iter(spoken))
        name = self.flow.start
        for taken in range(self.flow.limit + 1):
            if taken == self.flow.limit:
                self.observe(name, "limit", f"{taken} steps taken")
                name = self.flow.on.limit
            step = self.flow.steps[name]
            try:
                after = self._act(name, step)
            except AGIHangup:
                self.observe(name, step.action, "caller left")
                return CallerLeft(name)
            except SessionOver as over:
                self.observe(name, step.action, f"session over: {over}")
                return Broken(name, str(over))
            except (AGIError, OurMistake, LookupError, LookUpFailed) as error:
                self.observe(name, step.action, f"error: {error}")
                if taken == self.flow.limit:
                    return Broken(name, f"the flow's last step failed: {error}")
                after = self._error_way(step)
            if not isinstance(after, str):
                return after
            name = after
        return Broken(name, "the flow's last step did not end the call")

    def _error_way(self, step: Step) -> str:
        own = getattr(getattr(step, "on", None), "error", None)
        return own or self.flow.on.error

    def _act(self, name: str, step: Step) -> str | Ending:
        match step:
            case Answer():
                self.session.answer()
                self.observe(name, step.action, "answered")
                return step.next
            case Say():
                for file in self._files(step.prompts):
                    self.session.play(file)
                self.observe(name, step.action, "said")
                return step.next
            case Menu():
                return self._menu(name, step)
            case Collect():
                return self._collect(name, step)
            case SetLanguage():
                self.language, self.chosen = step.language, True
                self.observe(name, step.action, step.language)
                return step.next
            case Identify():
                return self._identify(name, step)
            case Branch():
                value = self._value(step.value or "")
                after = step.cases.get(value, step.otherwise)
                self.observe(name, step.action, f"to {after}")
                return after
            case ToQueue():
                return self._to_queue(name, step)
            case HangUp():
                self.observe(name, step.action, "hung up")
                self.session.set_variable(NEXT_VARIABLE, "hangup")
                return HungUp(name)
            case _:
                raise LookUpFailed(f"{step.action} is not run yet")

    # --- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, step: Menu | Collect | Account, most: int, before: Iterable[Spoken]) -> str:
        """Play `before` and the question; the digits, `#` for # alone, '' for nothing."""
        files = [*self._files(before), *self._files(step.prompts)]
        entered = self.session.collect(files, round(step.timeout_s * 1000), most)
        return entered.digits or ("" if entered.timed_out else "#")

    def _menu(self, name: str, step: Menu) -> str:
        before: tuple[Spoken, ...] = ()
        key = ""
        for _ in range(step.tries):
            key = self._ask(step, 1, before)
            if key in step.keys:
                self.observe(name, step.action, f"key {key}")
                return step.keys[key]
            self.observe(name, step.action, f"invalid key {key}" if key else "no key")
            before = step.retry.invalid if key else step.retry.timeout
        return self._given_up(name, step, pressed=bool(key))

    def _collect(self, name: str, step: Collect) -> str:
        before: tuple[Spoken, ...] = ()
        digits = ""
        for _ in range(step.tries):
            digits = self._ask(step, step.digits.max, before)
            shown = f"{len(digits)} digits" if step.secret else f"digits {digits}"
            if digits.isdecimal() and len(digits) >= step.digits.min:
                self.collected[step.name] = digits
                if step.secret:
                    self.secret.add(step.name)
                self.observe(name, step.action, shown)
                return step.next
            self.observe(name, step.action, f"invalid {shown}" if digits else "no digits")
            before = step.retry.invalid if digits else step.retry.timeout
        return self._given_up(name, step, pressed=bool(digits))

    def _given_up(self, name: str, step: Menu | Collect, *, pressed: bool) -> str:
        self.observe(name, step.action, "invalid" if pressed else "timeout")
        return step.on.invalid if pressed else step.on.timeout

    # --- who it is ---------------------------------------------------------------------------------------------------

    def _identify(self, name: str, step: Identify) -> str:
        customers = self.around.customers
        if self.facts.caller and self._known(name, "number", customers.by_number(self.facts.caller)):
            return step.next
        asked = step.account
        before: tuple[Spoken, ...] = ()
        for _ in range(asked.tries if asked else 0):
            assert asked is not None
            digits = self._ask(asked, asked.digits.max, before)
            if digits == "#":
                self.observe(name, step.action, "no account")
                break
            whole = digits.isdecimal() and len(digits) >= asked.digits.min
            if whole and self._known(name, "account", customers.by_account(digits)):
                return step.next
            self.observe(name, step.action, f"{len(digits)} digits: not known" if digits else "no digits")
            before = asked.retry.invalid if digits else asked.retry.timeout
        self.observe(name, step.action, "unknown")
        return step.on.unknown

    def _known(self, name: str, by: str, found: Awaitable[Customer | None]) -> bool:
        self.customer = self.session.wait(_in_time(found))
        if self.customer is None:
            return False
        if not self.chosen and self.customer.language in self.flow.languages:
            self.language = self.customer.language or self.language
        self.observe(name, "identify", f"known by {by}")
        return True

    # --- where to ----------------------------------------------------------------------------------------------------

    @property
    def _tier(self) -> str:
        """The customer's; the access number's for others, and where the plan has dropped the customer's."""
        if self.customer is None or self.customer.tier not in self.around.tiers():
            return self.facts.tier
        return self.customer.tier

    def _value(self, value: str) -> str:
        known = {
            "access": self.facts.access,
            "tier": self._tier,
            "language": self.language,
            "customer": "unknown" if self.customer is None else "known",
            "try": str(self.facts.entry),
        }
        return known[value] if value in known else self.collected.get(value.removeprefix(COLLECTED), "")

    def _to_queue(self, name: str, step: ToQueue) -> Routed:
        skills = dict(self.flow.languages[self.language])
        for skill, level in step.skills.items():
            skills[skill] = max(level, skills.get(skill, 0))
        route = Route(
            queue=step.queue or self.facts.queue,
            tier=self._tier,
            language=self.language,
            access=self.facts.access,
            caller=self.facts.caller,
            skills=skills,
            urgency=step.urgency_s,
            customer=None if self.customer is None else self.customer.id,
            learned={key: digits for key, digits in self.collected.items() if key not in self.secret},
        )
        if self.customer is not None and route.tier != self.customer.tier:
            log.warning(
                "customer's tier is not in the plan",
                contact=self.facts.contact,
                customer=self.customer.id,
                tier=self.customer.tier,
                taken_as=route.tier,
                mend="give the customer a tier of the plan: hotline customers import",
            )
            self.observe(name, step.action, f"the plan has no tier {self.customer.tier!r}, taken as {route.tier!r}")
        self.observe(name, step.action, f"to {route.queue}")
        self.session.set_variable(ROUTE_VARIABLE, encode_route(route))
        self.session.set_variable(NEXT_VARIABLE, "queue")
        return Routed(name, route)

    def _files(self, prompts: Iterable[Spoken]) -> Iterable[str]:
        for prompt in prompts:
            if not isinstance(prompt, Prompt):
                raise LookUpFailed("only prompts are spoken yet")
            yield from self.around.prompts.files(prompt.prompt, prompt.language or self.language)


async def _in_time(found: Awaitable[Customer | None]) -> Customer | None:
    try:
        async with asyncio.timeout(LOOK_UP_S):
            return await found
    except TimeoutError:
        raise LookUpFailed(f"no answer within {LOOK_UP_S:g} s") from None
    except Exception as error:
        # Whatever a database does, the caller goes on. Its text may hold the number that was looked up.
        raise LookUpFailed(type(error).__name__) from error
