"""The supervisors' boards: queues and agents pushed when something changed, at most every quarter of a second."""

import asyncio
from collections.abc import Callable

from acd import events as e
from cti.desk.callbacks import CallbackView, pending_callbacks
from cti.desk.desks import name_of
from cti.desk.frames import BoardFrame
from cti.desk.outbox import Sink
from cti.desk.views import AgentView, FloorViews
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument

COALESCE_S = 0.25

UNSEEN: frozenset[type[e.Fact]] = frozenset({e.TimePassed, e.PopAcknowledged, e.PhoneRinging})
"""Facts that change nothing on a board."""


class Boards:
    """All open boards. `start` subscribes them to the floor's loop."""

    def __init__(self, loop: FloorLoop, plan: Callable[[], PlanDocument]) -> None:
        """`plan` gives the whole plan in force."""
        self._loop = loop
        self._views = FloorViews(loop.floor, lambda agent: name_of(plan(), agent))
        self._sinks: dict[object, Sink] = {}
        self._shown: dict[str, AgentView] = {}
        self._callbacks: list[CallbackView] = []
        self._due: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin reading facts."""
        self._loop.subscribe(self.read)

    def stop(self) -> None:
        """Push no more."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def open(self, sink: Sink) -> object:
        """A board opened: it gets everything now, then what changes. Returns what `close` wants."""
        if not self._sinks:
            self._shown = {view.agent: view for view in self._views.agents()}
            self._callbacks = pending_callbacks(self._loop.floor)
        key = object()
        callbacks = pending_callbacks(self._loop.floor)
        sink(self._frame(self._views.agents(), callbacks, whole=True).model_dump_json())
        self._sinks[key] = sink
        return key

    def close(self, key: object) -> None:
        """That board is gone."""
        self._sinks.pop(key, None)

    def read(self, number: int, fact: e.Fact) -> None:
        """Take one fact: boards will show it within the quarter second."""
        if isinstance(fact, e.PlanChanged):
            self._shown = {}
        if self._sinks and self._due is None and type(fact) not in UNSEEN:
            self._due = asyncio.get_running_loop().call_later(COALESCE_S, self._push)

    def _push(self) -> None:
        self._due = None
        if not self._sinks:
            return
        agents = self._views.agents()
        whole = not self._shown
        changed = [view for view in agents if self._shown.get(view.agent) != view]
        self._shown = {view.agent: view for view in agents}
        callbacks = pending_callbacks(self._loop.floor)
        news = callbacks if whole or callbacks != self._callbacks else None
        self._callbacks = callbacks
        text = self._frame(changed, news, whole=whole).model_dump_json()
        for sink in list(self._sinks.values()):
            sink(text)

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
