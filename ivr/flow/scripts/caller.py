"""The caller of a script: he hears, compares, and does what his next turn says."""

from collections.abc import Iterable, Sequence

from ivr.flow.scripts.document import Turn

SILENT = Turn(silence=True)


class Sound(str):
    """A sound file's path that remembers what it is the beginning of; '' on the further files of one prompt."""

    __slots__ = ("heard", "language")
    heard: str
    language: str


def sounds(files: Iterable[str], heard: str, language: str) -> list[str]:
    """The files of one prompt or value, marked."""
    marked: list[str] = []
    for number, file in enumerate(files):
        sound = Sound(file)
        sound.heard, sound.language = "" if number else heard, language
        marked.append(sound)
    return marked


class Caller:
    """Goes through the turns. `problems` holds what was not as it must be, `heard` everything in order."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = list(turns)
        self._done = 0
        self._since: list[str] = []
        self.heard: list[str] = []
        self.problems: list[str] = []

    @property
    def turn(self) -> Turn:
        """What he does next; silence after his last turn."""
        return self._turns[self._done] if self._done < len(self._turns) else SILENT

    @property
    def hangs_up_now(self) -> bool:
        """Whether he has heard all that he wanted to before hanging up."""
        return self.turn.hang_up and self.turn.hear is not None and len(self._since) >= len(self.turn.hear)

    def hears(self, file: str) -> None:
        """A file is played to him."""
        if isinstance(file, Sound):
            if not file.heard:
                return
            said = f"{file.language}/{file.heard}"
        else:
            said = file
        self.heard.append(said)
        self._since.append(said)

    def acts(self) -> Turn:
        """He does what his turn says, having compared what he heard."""
        turn = self.turn
        if turn.acts and turn is not SILENT:
            self._compare(turn)
            self._done += 1
        return turn

    def pressed_in_vain(self, keys: str) -> None:
        """Nobody wanted these keys."""
        self.problems.append(f"{self._place(-1)}: nobody asked for the keys {keys}")

    def ends(self) -> None:
        """The call is over: what is left of the script did not happen."""
        turn = self.turn
        if turn is SILENT:
            return
        if turn.acts:
            left = len(self._turns) - self._done
            self.problems.append(
                f"the call ended before {self._place()}; {left} left, last heard {_shown(self._since)}"
            )
        else:
            self._compare(turn)

    def _compare(self, turn: Turn) -> None:
        if turn.hear is not None and not _same(turn.hear, self._since):
            self.problems.append(f"{self._place()}: heard {_shown(self._since)}, not {_shown(turn.hear)}")
        self._since = []

    def _place(self, offset: int = 0) -> str:
        return f"turn {self._done + 1 + offset}"


def _same(wanted: Sequence[str], heard: Sequence[str]) -> bool:
    return len(wanted) == len(heard) and all(
        said in (one, f"{said.partition('/')[0]}/{one}") for one, said in zip(wanted, heard, strict=True)
    )


def _shown(said: Sequence[str]) -> str:
    return f"[{', '.join(said)}]"
