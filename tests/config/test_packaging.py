"""What an installation gets: a wheel with everything in it, or the checkout itself; and pins that name no registry."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from config.cli import HOUSE

ROOT = Path(__file__).parents[2]
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


def run(*command: str | Path, cwd: Path | str = "/", **environment: str) -> str:
    """What the command prints. It sees nothing of this process' import paths and no package index."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "HOTLINE_", "PIP_"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that has the wheel, and its dependencies from the present one."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-compile", wheel)
    purelib = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # A folder named in a .pth file is put on the path, but .pth files in it (the editable hotline) are not read.
    (purelib / "dependencies.pth").write_text(f"{SITE_PACKAGES}\n")
    return folder / "bin"


def paths_of(modules_of: str) -> str:
    """A program that prints where each of our packages is."""
    return f"import {', '.join(HOUSE)}\nfor each in ({', '.join(HOUSE)}): print({modules_of})"


# --- the wheel ---


def test_the_wheel_holds_the_five_packages_and_no_other_name(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(HOUSE)


@pytest.mark.parametrize("package", HOUSE)
def test_each_package_says_that_it_is_typed(names: set[str], package: str) -> None:
    assert f"{package}/py.typed" in names


@pytest.mark.parametrize(
    "pattern",
    [
        "config/**/*.toml",
        "config/**/*.yaml",
        "config/**/*.xml",
        "cti/database/migrations/**/*.py",
        "cti/pages/dist/**/*.*",
        "ivr/**/*.yaml",
        "ivr/prompts/audio/**/*.wav",
        "ivr/prompts/audio/**/*.wav16",
    ],
)
def test_what_is_read_at_run_time_is_in_the_wheel(names: set[str], pattern: str) -> None:
    found = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)}
    assert found
    assert found - names == set()


def test_of_the_pages_only_what_was_built_is_in_the_wheel(names: set[str]) -> None:
    assert {name for name in names if name.startswith("cti/pages/") and not name.startswith("cti/pages/dist/")} == set()


def test_licence_and_notice_are_in_the_wheel(names: set[str]) -> None:
    licences = {name.rpartition("/")[2] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "NOTICE"}


def test_the_installed_command_lists_its_subcommands(installed: Path) -> None:
    in_place = run(Path(sys.executable).parent / "hotline", "--help")
    assert "asterisk-config" in in_place
    assert run(installed / "hotline", "--help") == in_place


def test_the_installed_packages_are_found_where_the_wheel_put_them(installed: Path) -> None:
    places = run(installed / "python", "-c", paths_of("each.__file__")).splitlines()
    assert [place for place in places if not Path(place).is_relative_to(installed.parent)] == []


def test_the_installed_command_makes_its_tables_and_reads_its_plan(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text('[[asterisk]]\nname = "pbx1"\nari_password = "a"\nami_secret = "b"\n')
    assert "was empty" in run(installed / "hotline", "db", "upgrade", cwd=tmp_path)
    assert f"{installed.parent}" in run(installed / "hotline", "plan", "check", cwd=tmp_path)


# --- the checkout, installed in place ---


def test_in_place_each_name_means_the_folder_of_the_checkout() -> None:
    places = run(sys.executable, "-c", paths_of("each.__file__")).splitlines()
    assert places == [str(ROOT / name / "__init__.py") for name in HOUSE]


def test_no_other_distribution_here_uses_our_names() -> None:
    found = packages_distributions()
    assert {name: set(found.get(name, [])) - {"hotline"} for name in HOUSE} == {name: set() for name in HOUSE}


# --- the pins ---


@pytest.mark.parametrize("file", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda file: file.name)
def test_pins_are_exact_hashed_and_name_no_registry(file: Path) -> None:
    text = file.read_text()
    assert re.findall(r"https?:|--(?:extra-)?index|--find-links|--trusted-host", text) == []
    pins = re.split(r"^(?=\S)", text.replace("\\\n", ""), flags=re.MULTILINE)[1:]
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
