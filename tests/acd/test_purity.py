"""The router stays pure: nothing beyond the standard library, no clock, no randomness, no input or output."""

import ast
import sys
from pathlib import Path

import pytest

import acd

FOLDER = Path(acd.__file__).parent
# The simulator draws its own traffic, from a seed, and runs on several cores; what it simulates is as pure as ever.
MODULES = sorted(path for path in FOLDER.rglob("*.py") if "simulate" not in path.parts)
FORBIDDEN = {
    "asyncio", "datetime", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket",
    "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
FORBIDDEN_CALLS = {"open", "print", "input", "hash", "exec", "eval", "__import__"}
# It writes the functions that make values, as `dataclasses` does.
ALLOWED_CALLS = {"value": {"exec"}}


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = imported(tree)
    assert names <= sys.stdlib_module_names | {"acd"}
    assert not names & FORBIDDEN
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert calls & FORBIDDEN_CALLS == ALLOWED_CALLS.get(path.stem, set())


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 410
