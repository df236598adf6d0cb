import shutil
import subprocess
import sys
from pathlib import Path

from tests.vectors import generate

ROOT = Path(__file__).parents[2]


def test_the_vectors_are_what_the_code_makes() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "tests.vectors.generate", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_changed_or_missing_vector_is_noticed(tmp_path: Path) -> None:
    shutil.copy(generate.HERE / "log.json", tmp_path)
    text = (generate.HERE / "credential.json").read_text("utf-8")
    (tmp_path / "credential.json").write_text(text.replace("KGM", "GRM"), "utf-8")
    assert generate.stale(tmp_path) == ["credential.json"]
    (tmp_path / "log.json").unlink()
    assert generate.stale(tmp_path) == ["credential.json", "log.json"]
