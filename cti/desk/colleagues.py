"""Whom agents could consult: who is on a phone and what he does, pushed to each list while it is open."""

from collections.abc import Callable

from cti.desk.desks import name_of
from cti.desk.frames import ColleaguesFrame
from cti.desk.onlookers import Onlookers
from cti.desk.views import ColleagueView, FloorViews
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument


class Colleagues(Onlookers):
    """All open lists of colleagues."""

    def __init__(self, loop: FloorLoop, plan: Callable[[], PlanDocument]) -> None:
        """`plan` gives the whole plan in force."""
        super().__init__(loop)
        self._views = FloorViews(loop.floor, lambda agent: name_of(plan(), agent))
        self._shown: dict[str, ColleagueView] = {}

    def _begin(self) -> None:
        self._shown = {view.agent: view for view in self._views.colleagues()}

    def _everything(self) -> ColleaguesFrame:
        return self._frame(self._views.colleagues(), [], whole=True)

    def _changes(self) -> ColleaguesFrame | None:
        shown = self._shown
        self._begin()
        changed = [view for view in self._shown.values() if shown.get(view.agent) != view]
        gone = [agent for agent in shown if agent not in self._shown]
        return self._frame(changed, gone, whole=False) if changed or gone else None

    def _frame(self, colleagues: list[ColleagueView], gone: list[str], *, whole: bool) -> ColleaguesFrame:
        return ColleaguesFrame(
            seq=self._loop.floor.number, at=self._loop.now(), whole=whole, colleagues=colleagues, gone=gone
        )
