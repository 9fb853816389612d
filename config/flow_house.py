"""What flow files are looked at with: the plan, the prompts, the other flows of the settings, or those supplied."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.db_cli import with_database
from config.options import settings_of
from config.prompt_book import prompt_book
from config.sections import LookUpSettings, PlanSettings
from config.settings import Settings
from config.sources import names_of
from cti.database.connection import Database
from cti.database.upgrade import current
from cti.plan.document import PlanDocument
from cti.plan.read import read_file
from cti.plan.store import PlanStore
from cti.problems import Problem, Refused, closest
from ivr.flow.check import Names
from ivr.flow.document import FlowRefused
from ivr.flow.lint.book import Lint
from ivr.flow.lint.rule import Finding
from ivr.flow.load import SUFFIX, Flows, load_file, load_files
from ivr.flow.model import Flow
from ivr.flow.scripts.document import Script, read_script
from ivr.flow.scripts.play import Stage
from ivr.prompts.book import PromptBook
from ivr.prompts.length import prompt_seconds, text_of

SCRIPTS = "tests"
"""The folder of scripts, in that of the flows."""


@dataclass(frozen=True, slots=True)
class FlowHouse:
    """Where flows stand and what they may name."""

    folder: Path
    plan: PlanDocument
    prompts: PromptBook
    look_up: Sequence[LookUpSettings] = Settings.model_fields["look_up"].default

    @property
    def names(self) -> Names:
        """What flows may name."""
        return names_of(self.plan, self.prompts, self.look_up)

    def files(self, files: Sequence[Path] | None) -> list[Path]:
        """These files; without any, all flows of the folder. Raises Refused when there is none."""
        found = list(files or sorted(self.folder.glob(f"*{SUFFIX}")))
        if not found:
            raise Refused(Problem(str(self.folder), f"no *{SUFFIX} file in it", "put a flow there, or name files"))
        return found

    def file(self, name: str) -> Path:
        """The file of a flow: of the folder by its name, or the file itself."""
        return Path(name) if name.endswith(SUFFIX) else self.folder / f"{name}{SUFFIX}"

    def flow(self, name: str) -> Flow:
        """A flow of the folder by its name, or one in a file. Raises FlowRefused."""
        file = self.file(name)
        if not file.exists():
            known = sorted(path.stem for path in self.folder.glob(f"*{SUFFIX}"))
            raise FlowRefused(Problem(str(file), "there is no such flow", closest(file.stem, known)))
        return load_file(file, self.names)

    def scripts(self, files: Sequence[Path] | None) -> list[Script]:
        """These scripts; without any, those beside the flows. Raises FlowRefused, Refused."""
        folder = self.folder / SCRIPTS
        found = list(files or sorted(folder.glob(f"*{SUFFIX}")))
        if not found:
            raise Refused(Problem(str(folder), f"no *{SUFFIX} file in it", "put a script there, or name files"))
        return [read_script(file) for file in found]

    def stage(self, scripts: Sequence[Script]) -> Stage:
        """Where these scripts can be played: with the flows beside them. Raises FlowRefused when one is not there."""
        folders = {Path(script.file).resolve().parent.parent for script in scripts}
        files = {file.stem: file for folder in sorted(folders) for file in sorted(folder.glob(f"*{SUFFIX}"))}
        loaded = load_files(files.values(), self.names)
        for script in scripts:
            if script.flow not in loaded.flows:
                mend = closest(script.flow, loaded.flows)
                lost = Problem(f"{script.file}: flow", f"there is no flow {script.flow!r} that can be used", mend)
                raise FlowRefused(lost, *loaded.problems)
        return Stage(loaded.flows, self.plan, self.prompts)

    def load(self, files: Sequence[Path]) -> Flows:
        """Flows read from files, and beside them those that stand in the same folders, for sub-flows."""
        beside = {path.stem: path for file in files for path in sorted(file.parent.glob(f"*{SUFFIX}"))}
        mine = {file.stem: file for file in files}
        others = load_files((path for name, path in beside.items() if name not in mine), self.names)
        loaded = load_files(mine.values(), self.names)
        return Flows(others.flows | loaded.flows, loaded.problems, others.documents | loaded.documents)

    def lint(self, files: Sequence[Path] | None) -> list[Finding]:
        """What breaks a rule in these files; without any, in all flows of the folder."""
        files = self.files(files)
        return lint_of(self.prompts)(self.load(files), self.plan, {file.stem for file in files})


def lint_of(prompts: PromptBook) -> Lint:
    """The rules, with what these prompts say and how long they are."""
    return Lint(text=text_of, seconds=prompt_seconds(prompts))


def house_of(config: Path | None) -> FlowHouse:
    """By the settings, where there are any; else what comes with hotline. Raises SettingsError, Refused."""
    if config is None and not Path("hotline.toml").exists():
        supplied = PlanSettings()
        return FlowHouse(supplied.flows, read_file(supplied.seed), PromptBook())
    settings = settings_of(config)
    kept = with_database(settings.database_url, _kept)
    plan = kept if kept is not None else read_file(settings.plan.seed)
    return FlowHouse(settings.plan.flows, plan, prompt_book(settings.plan), settings.look_up)


async def _kept(database: Database) -> PlanDocument | None:
    return await PlanStore(database).current() if (await current(database)).is_current else None
