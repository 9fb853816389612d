"""What a lab's folder remembers, in `lab.json`: the process, and all that was chosen for it, secrets included."""

from pathlib import Path, PurePosixPath

import msgspec

from config.asterisk import AsteriskSpec, write
from config.lab.errors import LabError

STATE_FILE = "lab.json"


class LabState(msgspec.Struct, frozen=True, kw_only=True):
    """A started lab. `started` is the process's start time in clock ticks since boot (see `config.lab.process`)."""

    pid: int
    started: int
    spec: AsteriskSpec


def read_state(folder: Path) -> LabState | None:
    """The state written in `folder`, None if no lab was ever started there. Raises LabError for a foreign file."""
    path = folder / STATE_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=LabState, dec_hook=_decode)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, ValueError) as error:
        raise LabError(str(path), f"is no lab's state ({error}): remove the folder {folder}") from None


def write_state(folder: Path, state: LabState) -> None:
    """Write `lab.json`, whole or not at all, readable by its owner only."""
    text = msgspec.json.format(msgspec.json.encode(state, enc_hook=str), indent=2)
    write({STATE_FILE: text.decode() + "\n"}, folder)


def _decode(kind: type, value: object) -> object:
    if kind is PurePosixPath:
        return PurePosixPath(str(value))
    raise NotImplementedError(kind)
