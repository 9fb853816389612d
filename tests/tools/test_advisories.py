"""Packages are pinned with digests, and what nobody could be asked about never counts as passed."""

import json
from pathlib import Path

import pytest

from tools.advisories import ALL, ROOT, Answer, of_npm_audit, of_pip_audit, undigested, unpinned

KNOWN = {"name": "one", "version": "1.0", "vulns": []}
BROKEN = {"name": "two", "version": "1.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "three", "skip_reason": "Dependency not found on PyPI and could not be audited: three (1.0)"}


@pytest.mark.parametrize("name", ALL)
def test_every_python_package_is_pinned_with_its_digest(name: str) -> None:
    assert unpinned((ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")) == []


def test_every_package_of_the_pages_has_its_digest() -> None:
    assert undigested(json.loads(Path(ROOT / "cti/pages/package-lock.json").read_text(encoding="utf-8"))) == []


def test_what_is_not_pinned_is_named() -> None:
    text = "one==1.0 \\\n    --hash=sha256:00\ntwo==1.0\nthree>=1 \\\n    --hash=sha256:00\n"
    assert unpinned(text) == ["two==1.0", "three>=1"]
    assert undigested({"packages": {"": {}, "node_modules/a": {"integrity": "x"}, "node_modules/b": {}}}) == [
        "node_modules/b"
    ]


def test_vulnerabilities_are_named_with_the_version_that_mends_them() -> None:
    found = of_pip_audit(json.dumps({"dependencies": [KNOWN, BROKEN, UNKNOWN]}))
    assert found == Answer("pip-audit, 2 packages, 1 unknown there", ("two 1.0: GHSA-1, mended in 1.1",))
    npm = of_npm_audit(json.dumps({"vulnerabilities": {"a": {"severity": "high", "range": "<2"}}}))
    assert npm.problems == ("a: high, <2",)


@pytest.mark.parametrize(
    "answer",
    [
        of_pip_audit(json.dumps({"dependencies": [UNKNOWN, UNKNOWN]})),
        of_pip_audit(""),
        of_npm_audit('{\n  "message": "405 Method Not Allowed - POST https://registry"\n}'),
        of_npm_audit(""),
    ],
)
def test_who_could_not_be_asked_is_skipped_not_passed(answer: Answer) -> None:
    assert answer.skipped
    assert answer.problems == ()
