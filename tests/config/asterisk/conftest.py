"""An Asterisk to write files for."""

from pathlib import PurePosixPath

import pytest

from config.asterisk import AsteriskSpec, Folders, Login, Trunk


@pytest.fixture
def folders() -> Folders:
    own = {name: PurePosixPath("/srv/lab") / name for name in ("etc", "var", "spool", "run", "log", "recordings")}
    return Folders(modules=PurePosixPath("/opt/asterisk/modules"), program=PurePosixPath("/opt/asterisk/share"), **own)


@pytest.fixture
def spec(folders: Folders) -> AsteriskSpec:
    return AsteriskSpec(
        name="pbx1",
        version=(22, 10),
        ari=Login.new("hotline"),
        ami=Login.new("hotline"),
        trunks=(Trunk(name="carrier", match=("192.0.2.0/24",)),),
        folders=folders,
    )
