"""Flows' versions in the database: of each flow the newest is in force, none is ever changed or lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.database.connection import Database
from cti.database.models import FlowDraft, FlowVersion
from cti.problems import Conflict, Problem


class FlowConflict(Conflict):
    """Somebody else published or wrote this flow in the meantime."""


@dataclass(frozen=True, slots=True)
class FlowChange:
    """One line of a flow's history: who put which version in force when (ms), and the note he left."""

    flow: str
    version: int
    at: int
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class FlowText:
    """A published version whole."""

    change: FlowChange
    text: str

    @property
    def place(self) -> str:
        """What problems name it by."""
        return f"{self.change.flow}.yaml (version {self.change.version})"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that calls do not run yet; `made_from` is the version it was begun with, 0 for a new flow."""

    flow: str
    made_from: int
    text: str
    at: int = 0
    who: str = ""


class FlowStore:
    """Reads and adds versions and drafts. It checks no text: whoever publishes has done that."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> dict[str, FlowText]:
        """The versions in force, by flow."""
        async with self._database.reading() as session:
            last = select(FlowVersion.flow, func.max(FlowVersion.version)).group_by(FlowVersion.flow)
            rows = await session.scalars(
                select(FlowVersion)
                .where(tuple_(FlowVersion.flow, FlowVersion.version).in_(last))
                .order_by(FlowVersion.flow)
            )
            return {row.flow: _text(row) for row in rows}

    async def version(self, flow: str, version: int) -> FlowText | None:
        """A flow as it was in that version."""
        async with self._database.reading() as session:
            row = await session.get(FlowVersion, (flow, version))
            return _text(row) if row else None

    async def history(self, flow: str, limit: int = 100) -> Sequence[FlowChange]:
        """Who published what and when, newest first."""
        async with self._database.reading() as session:
            rows = await session.scalars(
                select(FlowVersion).where(FlowVersion.flow == flow).order_by(FlowVersion.version.desc()).limit(limit)
            )
            return [_text(row).change for row in rows]

    async def seed(self, texts: Mapping[str, str], *, at: int) -> None:
        """Put in a first version of each flow that has none."""
        async with self._database.writing() as session:
            known = set(await session.scalars(select(FlowVersion.flow).distinct()))
            for flow, text in texts.items():
                if flow not in known:
                    session.add(FlowVersion(flow=flow, version=1, at=at, who="seed", what="first version", text=text))

    async def publish(self, drafts: Iterable[Draft], *, who: str, at: int, what: str) -> list[FlowText]:
        """Put new versions of several flows in, all or none, and end their drafts; returns those that are new.

        A text equal to the one in force makes no version. Raises FlowConflict when a flow's newest version is not the
        one that its draft was made from.
        """
        added = []
        async with self._database.writing() as session:
            for draft in drafts:
                newest = await _newest(session, draft.flow)
                version = newest.version if newest else 0
                if draft.made_from != version:
                    raise _conflict(draft, version)
                await session.execute(delete(FlowDraft).where(FlowDraft.flow == draft.flow))
                if newest is None or newest.text != draft.text:
                    row = FlowVersion(flow=draft.flow, version=version + 1, at=at, who=who, what=what, text=draft.text)
                    session.add(row)
                    added.append(_text(row))
                    try:
                        await session.flush()
                    except IntegrityError:
                        raise _conflict(draft, version + 1) from None
        return added

    async def draft(self, flow: str) -> Draft | None:
        """What somebody is writing of this flow."""
        async with self._database.reading() as session:
            row = await session.get(FlowDraft, flow)
            return _draft(row) if row else None

    async def drafts(self) -> list[Draft]:
        """All drafts, by name."""
        async with self._database.reading() as session:
            return [_draft(row) for row in await session.scalars(select(FlowDraft).order_by(FlowDraft.flow))]

    async def keep_draft(self, draft: Draft) -> None:
        """Keep a draft in place of the one before it. Raises FlowConflict when that is somebody else's."""
        async with self._database.writing() as session:
            row = await session.get(FlowDraft, draft.flow)
            if row is not None and row.who != draft.who:
                mend = f"let {row.who} publish or discard it first"
                raise FlowConflict(Problem(f"flow {draft.flow}", f"{row.who} is writing a draft of it", mend))
            await session.merge(
                FlowDraft(flow=draft.flow, made_from=draft.made_from, at=draft.at, who=draft.who, text=draft.text)
            )

    async def discard_draft(self, flow: str) -> bool:
        """Throw a draft away; False when there was none."""
        async with self._database.writing() as session:
            found = await session.get(FlowDraft, flow)
            if found is not None:
                await session.delete(found)
            return found is not None


async def _newest(session: AsyncSession, flow: str) -> FlowVersion | None:
    return await session.scalar(
        select(FlowVersion).where(FlowVersion.flow == flow).order_by(FlowVersion.version.desc()).limit(1)
    )


def _text(row: FlowVersion) -> FlowText:
    return FlowText(FlowChange(row.flow, row.version, row.at, row.who, row.what), row.text)


def _draft(row: FlowDraft) -> Draft:
    return Draft(flow=row.flow, made_from=row.made_from, text=row.text, at=row.at, who=row.who)


def _conflict(draft: Draft, newest: int) -> FlowConflict:
    what = f"made from version {draft.made_from}, but version {newest} is in force"
    return FlowConflict(Problem(f"flow {draft.flow}", what, "take the newest version and repeat the change"))
