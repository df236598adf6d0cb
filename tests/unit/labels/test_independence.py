"""`labels` can be used without the rest of this repository."""

import subprocess
import sys
from pathlib import Path

import labels

ROOT = Path(labels.__file__).parents[1]
STRANGERS = {"registry", "flask", "peewee", "playhouse", "apsw"}


def test_printing_a_label_loads_nothing_of_the_registry() -> None:
    script = (
        "import doctest, sys, labels\n"
        "failed, tried = doctest.testmod(labels)\n"
        "assert tried and not failed\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "labels" in loaded
    assert loaded & STRANGERS == set()
