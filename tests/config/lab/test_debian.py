"""Where a private Asterisk would come from, and who is told what to install instead."""

from pathlib import Path

import pytest

from config.lab import LabError
from config.lab.debian import Mirror, choose_mirror, mirrors, release, unpack_asterisk

BOOKWORM = {"ID": "debian", "VERSION_CODENAME": "bookworm", "PRETTY_NAME": "Debian GNU/Linux 12"}
UBUNTU = {"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_CODENAME": "noble", "PRETTY_NAME": "Ubuntu 24.04 LTS"}

DEB822 = """\
# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/debian.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
"""


def apt(folder: Path, **files: str) -> Path:
    """An apt configuration folder with these files, `__` for `/` and `_list` for `.list`."""
    (folder / "sources.list.d").mkdir()
    for name, text in files.items():
        (folder / name.replace("__", "/").replace("_list", ".list").replace("_sources", ".sources")).write_text(text)
    return folder


def test_both_of_apts_notations_are_read(tmp_path: Path) -> None:
    one_line = (
        "deb [arch=amd64 signed-by=/keys/x.gpg] http://other.example/debian bookworm main\n# deb http://no x main\n"
    )
    found = list(mirrors(apt(tmp_path, sources_list=one_line, **{"sources.list.d__debian_sources": DEB822})))
    assert found == [
        (Mirror("http://mirror.example/debian", "/keys/debian.gpg"), ["bookworm", "bookworm-updates"]),
        (Mirror("http://security.example/debian-security", None), ["bookworm-security"]),
        (Mirror("http://other.example/debian", "/keys/x.gpg"), ["bookworm"]),
    ]


def test_the_mirror_of_this_release_is_used(tmp_path: Path) -> None:
    folder = apt(tmp_path, **{"sources.list.d__a_list": "deb http://vendor.example stable main\n"})
    (folder / "sources.list").write_text("deb http://mirror.example/debian bookworm main\n")
    assert choose_mirror(BOOKWORM, folder) == Mirror("http://mirror.example/debian", None)


def test_debians_own_goes_before_a_vendor_who_uses_its_names(tmp_path: Path) -> None:
    vendors = "deb http://a.example/linux/debian bookworm stable\ndeb http://b.example/debian bookworm main\n"
    folder = apt(tmp_path, **{"sources.list.d__a_list": vendors})
    (folder / "sources.list").write_text("deb http://own.debian.org.example/debian bookworm contrib main\n")
    assert choose_mirror(BOOKWORM, folder).uri == "http://own.debian.org.example/debian"


def test_a_source_that_is_switched_off_is_not_used(tmp_path: Path) -> None:
    folder = apt(tmp_path, **{"sources.list.d__debian_sources": "Enabled: no\n" + DEB822.partition("\n")[2]})
    with pytest.raises(LabError, match="names no mirror for Debian bookworm"):
        choose_mirror(BOOKWORM, folder)


def test_on_ubuntu_the_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"Ubuntu 24\.04 LTS: .*sudo apt-get install asterisk"):
        choose_mirror(UBUNTU, tmp_path)


def test_elsewhere_it_names_the_variable_that_points_at_one(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"Fedora: .*HOTLINE_ASTERISK_ROOT") as refusal:
        choose_mirror({"ID": "fedora", "PRETTY_NAME": "Fedora"}, tmp_path)
    assert "apt-get" not in str(refusal.value)


def test_what_was_unpacked_whole_is_used_again(tmp_path: Path) -> None:
    (tmp_path / "forky").mkdir()
    assert unpack_asterisk(tmp_path, print, system=UBUNTU) == tmp_path / "forky"


def test_a_mirror_that_cannot_be_reached_is_named_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text("#!/bin/sh\necho 'E: Failed to fetch it  Connection refused' >&2\nexit 100\n")
    (tools / "apt-get").chmod(0o755)
    (tools / "dpkg-deb").symlink_to("/bin/true")
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setattr("config.lab.debian.choose_mirror", lambda system: Mirror("http://mirror.example", None))
    with pytest.raises(LabError, match=r"http://mirror\.example: .*Connection refused.*: check the mirror"):
        unpack_asterisk(tmp_path / "cache", print, system=BOOKWORM)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_a_frozen_mirror_is_used_with_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    script = """\
#!/bin/sh
case "$*" in
  *Check-Valid-Until=false*update*) exit 0 ;;
  *update*) echo "E: Release file for http://mirror.example/InRelease is expired (invalid since 9d)."; exit 100 ;;
  *install*)
    for option in "$@"; do
      case "$option" in -oDir::Cache=*) touch "${option#*=}/archives/a.deb" ;; esac
    done ;;
esac
"""
    (tools / "apt-get").write_text(script)
    (tools / "apt-get").chmod(0o755)
    (tools / "dpkg-deb").write_text('#!/bin/sh\nmkdir -p "$3/usr/share/asterisk/sounds/en_US_f_Somebody"\n')
    (tools / "dpkg-deb").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setattr("config.lab.debian.choose_mirror", lambda system: Mirror("http://mirror.example", None))
    said: list[str] = []
    root = unpack_asterisk(tmp_path / "cache", said.append, system=BOOKWORM)
    assert root == tmp_path / "cache/forky"
    assert (root / "usr/share/asterisk/sounds/en").is_dir()
    assert [line for line in said if line.startswith("warning: ") and "frozen" in line]
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [".lock", "forky"]


def test_a_cache_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.lab.debian.choose_mirror", lambda system: Mirror("http://mirror.example", None))
    with pytest.raises(LabError, match="/proc/hotline: an Asterisk cannot be kept there"):
        unpack_asterisk(Path("/proc/hotline"), print, system=BOOKWORM)


def test_the_systems_description_is_read(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n\n')
    assert release(tmp_path / "os-release") == {"ID": "debian", "PRETTY_NAME": "Debian GNU/Linux 12"}
    assert release(tmp_path / "none") == {}
