"""The supervisors' boards: queues and agents, pushed when something changed."""

from collections.abc import Callable

from acd import events as e
from cti.desk.callbacks import CallbackView, pending_callbacks
from cti.desk.desks import name_of
from cti.desk.frames import BoardFrame
from cti.desk.onlookers import Onlookers
from cti.desk.views import AgentView, FloorViews
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument


class Boards(Onlookers):
    """All open boards."""

    def __init__(self, loop: FloorLoop, plan: Callable[[], PlanDocument]) -> None:
        """`plan` gives the whole plan in force."""
        super().__init__(loop)
        self._views = FloorViews(loop.floor, lambda agent: name_of(plan(), agent))
        self._shown: dict[str, AgentView] = {}
        self._callbacks: list[CallbackView] = []

    def read(self, number: int, fact: e.Fact) -> None:
        """Take one fact; after a new plan all agents are pushed."""
        if isinstance(fact, e.PlanChanged):
            self._shown = {}
        super().read(number, fact)

    def _begin(self) -> None:
        self._shown = {view.agent: view for view in self._views.agents()}
        self._callbacks = pending_callbacks(self._loop.floor)

    def _everything(self) -> BoardFrame:
        return self._frame(self._views.agents(), pending_callbacks(self._loop.floor), whole=True)

    def _changes(self) -> BoardFrame:
        whole = not self._shown
        shown, callbacks = self._shown, self._callbacks
        self._begin()
        changed = [view for view in self._shown.values() if shown.get(view.agent) != view]
        news = self._callbacks if whole or callbacks != self._callbacks else None
        return self._frame(changed, news, whole=whole)

    def _frame(self, agents: list[AgentView], callbacks: list[CallbackView] | None, *, whole: bool) -> BoardFrame:
        floor = self._views.floor(agents)
        return BoardFrame(
            seq=floor.seq,
            at=self._loop.now(),
            whole=whole,
            queues=floor.queues,
            agents=floor.agents,
            contacts=floor.contacts,
            in_ivr=floor.in_ivr,
            overtaking_ms=floor.overtaking_ms,
            overloads=floor.overloads,
            callbacks=callbacks,
        )
