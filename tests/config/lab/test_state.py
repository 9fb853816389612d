"""What a lab's folder remembers."""

import stat
from pathlib import Path, PurePosixPath

import pytest

from config.asterisk import AsteriskSpec, Folders, Login, Trunk
from config.lab import LabError, attach
from config.lab.state import LabState, read_state, write_state


def state(folder: Path) -> LabState:
    own = {name: PurePosixPath(folder / name) for name in ("etc", "var", "spool", "run", "log", "recordings")}
    spec = AsteriskSpec(
        name="lab",
        version=(22, 10),
        ari=Login.new("hotline"),
        ami=Login.new("hotline"),
        trunks=(Trunk(name="trunk", match=("127.0.0.0/8",)),),
        folders=Folders(modules=PurePosixPath("/m"), program=PurePosixPath("/p"), **own),
    )
    # No process has ever started at tick 0.
    return LabState(pid=1, started=0, spec=spec)


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = state(tmp_path)
    write_state(tmp_path, written)
    assert read_state(tmp_path) == written
    assert stat.S_IMODE((tmp_path / "lab.json").stat().st_mode) == 0o600


def test_a_folder_without_one_has_no_lab(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    assert attach(tmp_path / "nowhere") is None


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"pid": 1', '{"pid": 1, "started": 0, "spec": {"name": "a b"}}'])
def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "lab.json").write_text(text)
    with pytest.raises(LabError, match=rf"{tmp_path}/lab\.json: is no lab's state .*remove the folder"):
        read_state(tmp_path)


def test_a_lab_whose_process_number_belongs_to_another_does_not_run(tmp_path: Path) -> None:
    write_state(tmp_path, state(tmp_path))
    lab = attach(tmp_path)
    assert lab is not None
    assert not lab.is_running
    assert lab.call_events() == []
