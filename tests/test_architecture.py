"""The house stands as its plan says: imports go one way, and the rim stays the rim."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import registry

ROOT = Path(registry.__file__).parents[1]
SOURCES = sorted(
    path
    for package in ("registry", "labels")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)

CLOCK_READS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
}
DATABASE_LIBRARIES = {"peewee", "playhouse", "apsw", "psycopg"}

# The witness is a program of its own with a database of its own.
HOLDS_A_DATABASE = ("registry/store/", "registry/witness/heads.py")

LONGEST_MODULE = 480


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of every import, also those inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def test_imports_go_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_one_module_reads_the_clock() -> None:
    readers = {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCK_READS
    }
    assert readers == {"registry/clock.py"}


def test_only_the_store_knows_a_database_library() -> None:
    knowing = {
        name_of(path)
        for path in SOURCES
        for module, _ in imports(path)
        if module.partition(".")[0] in DATABASE_LIBRARIES
    }
    assert knowing
    assert all(name.startswith(HOLDS_A_DATABASE) for name in knowing)


def test_only_the_database_driver_is_typed_any() -> None:
    untyped = {
        name_of(path)
        for path in SOURCES
        for module, name in imports(path)
        if (module, name) == ("typing", "Any")
    }
    assert untyped == {"registry/store/database.py"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_says_what_it_is_and_is_read_in_one_sitting(path: Path) -> None:
    assert ast.get_docstring(tree(path))
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE


def test_nothing_is_left_to_do() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3)
    unfinished = [
        name_of(path)
        for path in SOURCES
        for line in path.read_text("utf-8").splitlines()
        if any(f"# {word}" in line for word in words)
    ]
    assert unfinished == []
