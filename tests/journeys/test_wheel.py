"""The wheel holds all that the service needs, and runs from an empty folder."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import registry

ROOT = Path(registry.__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout; the build asks no network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, "."],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with the wheel and our dependencies."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    (site,) = home.glob("lib/python*/site-packages")
    dependencies = Path(pytest.__file__).parents[1]
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", home / "bin" / "python"),
            *("install", "--quiet", "--no-deps", "--no-index", wheel),
        ],
        check=True,
        capture_output=True,
    )
    return home / "bin"


def run(folder: Path, *command: object) -> str:
    """Return what a program prints in `folder`, where nothing of the checkout is."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment | {"LC_ALL": "C.UTF-8"},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "labels/fonts/NotoSansSC-Labels.otf",
        "labels/fonts/OFL.txt",
        "registry/data/divisions.csv",
        "registry/demo/products.csv",
        "registry/static/core.css",
        "registry/store/migrations/0001_first_tables.py",
        "registry/templates/base.html",
        "registry/translations/zh/LC_MESSAGES/messages.mo",
    ],
)
def test_the_wheel_holds(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert name in archive.namelist()


def test_the_wheel_holds_every_template_and_no_test(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    templates = {
        f"registry/{path.relative_to(ROOT)}"
        for path in ROOT.glob("templates/**/*.html")
    }
    assert templates <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_the_demonstration_runs_from_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    script = "import registry, labels; print(registry.__file__, labels.__file__)"
    for file in run(tmp_path, installed / "python", "-c", script).split():
        assert file.startswith(str(installed.parent))

    printed = run(tmp_path, installed / "registry", "demo", "--no-serve")

    assert "/01/" in printed
    assert "certifier-green" in printed
    assert not list(tmp_path.iterdir())
