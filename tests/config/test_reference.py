"""The printed reference and example are the settings' own words."""

import tomllib
from pathlib import Path

import pytest

from config import reference
from config.settings import load, sections

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "section"), [(name, section) for name, section, _ in sections()])
def test_every_key_is_described_in_both_languages(name: str, section: type) -> None:
    assert reference.documented(section), name


def test_the_page_in_docs_is_what_the_command_prints() -> None:
    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == reference.page()


def test_the_example_is_what_the_command_prints() -> None:
    assert (ROOT / "config/hotline.toml").read_text(encoding="utf-8") == reference.example()


def test_the_example_loads_once_its_secret_files_are_there(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text(reference.example(), encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    for name, secret in (("ari-password", "one"), ("ami-secret", "two")):
        (tmp_path / "secrets" / name).write_text(secret)
        (tmp_path / "secrets" / name).chmod(0o600)
    assert load(tmp_path / "hotline.toml").asterisk[0].ami_secret.get_secret_value() == "two"


def test_the_example_names_every_key() -> None:
    uncommented = reference.example().replace("# ", "")
    for name, section, _ in sections():
        for key in section.model_fields:
            assert f"\n{key} = " in uncommented, f"{name}.{key}"


def test_the_defaults_shown_are_toml() -> None:
    for line in reference.example().splitlines():
        if " = " in line and not line.startswith("# ["):
            tomllib.loads(line.removeprefix("# "))
