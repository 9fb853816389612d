"""The flows that new calls run, and the way to change them: check, publish, roll back. Each call keeps its own."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from cti.flows.store import Draft, FlowChange, FlowConflict, FlowStore, FlowText
from cti.people.audit import AuditEntry, AuditTrail
from cti.problems import Problem
from ivr.flow.check import Names
from ivr.flow.document import FlowRefused
from ivr.flow.lint.rule import Finding
from ivr.flow.load import SUFFIX, Flows, load_folder, load_texts
from ivr.flow.model import Flow

log = structlog.get_logger()


class FlowsInForce:
    """Holds the newest version of every flow. A change replaces all at once; a call goes on with what it began with."""

    def __init__(
        self,
        store: FlowStore,
        audit: AuditTrail,
        names: Callable[[], Names],
        lint: Callable[[Flows, Collection[str]], Sequence[Finding]],
        now: Callable[[], int],
    ) -> None:
        """`names`: what flows may name, by the plan in force; `lint`: rules that some break; `now`: ms."""
        self.store = store
        self._audit = audit
        self._names = names
        self._lint = lint
        self.now = now
        self._flows = Flows()
        self._newest: Mapping[str, FlowText] = {}

    async def start(self, folder: Path) -> None:
        """Take in the flows of a folder that have no version yet, then read what is in force.

        What cannot be used is logged and not used. Raises FlowRefused when the folder holds no flow.
        """
        files = load_folder(folder, self._names())
        texts = {name: document.text for name, document in files.documents.items()}
        await self.store.seed(texts, at=self.now())
        await self.read()
        for problem in (*files.problems, *self._flows.problems):
            log.error("a flow cannot be used", place=problem.place, what=problem.what, mend=problem.mend)
        for name, text in texts.items():
            if text != self._newest[name].text:
                version = self._newest[name].change.version
                mend = f"hotline ivr diff {name}; to put the file in force: hotline ivr publish"
                log.warning("a flow's file is not what is in force", flow=name, version=version, mend=mend)

    async def read(self) -> None:
        """Read what is in force from the database."""
        newest = await self.store.newest()
        flows = load_texts({one.place: (name, one.text) for name, one in newest.items()}, self._names())
        self._newest, self._flows = newest, flows

    def get(self, name: str) -> Flow | None:
        """The flow of this name, when it can be used."""
        return self._flows.flows.get(name)

    def all(self) -> Mapping[str, Flow]:
        """Every flow that can be used, as they are now: a change replaces the mapping and never changes it."""
        return self._flows.flows

    def names(self) -> set[str]:
        """Every flow that has a version."""
        return set(self._newest)

    def newest(self, name: str) -> FlowText | None:
        """The version in force of a flow."""
        return self._newest.get(name)

    def lacking(self, names: Names) -> list[Problem]:
        """What the flows name that `names`, those of another plan, do not have."""
        return self._flows.lacking(names)

    def check(self, texts: Mapping[str, str]) -> list[Problem]:
        """What would be wrong if these texts, by flow, were in force beside the others: unusable, or against a rule."""
        kept = {one.place: (name, one.text) for name, one in self._newest.items() if name not in texts}
        wanted = {f"{name}{SUFFIX}": (name, text) for name, text in texts.items()}
        loaded = load_texts(kept | wanted, self._names())
        before = set(self._flows.problems)
        problems = [one for one in loaded.problems if one not in before]
        return problems or [one.problem for one in self._lint(replace(loaded, problems=()), texts.keys())]

    async def publish(self, drafts: Iterable[Draft], *, who: str, what: str) -> list[FlowChange]:
        """Put texts in force, all or none; returns the new versions. What is in force already makes none.

        Raises FlowRefused when one cannot be used, FlowConflict when one was not made from what is in force.
        """
        drafts = list(drafts)
        if problems := self.check({draft.flow: draft.text for draft in drafts}):
            raise FlowRefused(*problems)
        added = await self.store.publish(drafts, who=who, at=self.now(), what=what)
        await self.read()
        for one in added:
            change = one.change
            await self._audit.add(
                AuditEntry(change.at, who, "publish_flow", change.flow, f"version {change.version}: {what}")
            )
        return [one.change for one in added]

    async def roll_back(self, flow: str, version: int, *, who: str, what: str = "") -> FlowChange | None:
        """Put an older version in force again, as a new one; None when it is in force as it is.

        Raises FlowConflict when there is no such version, FlowRefused when it cannot be used any more.
        """
        old = await self.store.version(flow, version)
        current = self._newest.get(flow)
        if old is None or current is None:
            last = current.change.version if current else 0
            mend = f"name one of 1 to {last}" if last else "hotline ivr list"
            raise FlowConflict(Problem(f"flow {flow}", f"there is no version {version}", mend))
        note = f"back to version {version}" + (f": {what}" if what else "")
        draft = Draft(flow, current.change.version, old.text)
        return next(iter(await self.publish([draft], who=who, what=note)), None)
