"""What a person types first: make, and the lock files behind it."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import registry

ROOT = Path(registry.__file__).parents[1]
LOCKS = (ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock")


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", lock.read_text(), re.M))


def test_make_alone_lists_what_can_be_made() -> None:
    listed = make().stdout
    for target in ("demo", "test", "check", "bench", "campaign", "lock"):
        assert f"make {target}" in listed


def test_lan_port_and_seed_reach_the_demonstration() -> None:
    planned = make("-n", "demo", "LAN=1", "PORT=8123", "SEED=x").stdout
    assert "--lan" in planned
    assert "--port 8123" in planned
    assert "--seed x" in planned


def test_the_demonstration_is_of_this_machine_alone_unless_asked() -> None:
    assert "--lan" not in make("-n", "demo").stdout


def test_a_missing_python_is_said_plainly(tmp_path: Path) -> None:
    refused = make("PYTHON=", f"VENV={tmp_path}/v", f"{tmp_path}/v/bin/python")
    assert refused.returncode != 0
    assert "Python 3.11 or later is needed" in refused.stderr


def test_a_new_lock_file_is_installed_and_an_old_one_is_not_twice() -> None:
    planned = make("-n", "-W", "tests/requirements.lock", "check").stdout
    assert "--require-hashes -r tests/requirements.lock" in planned


def test_the_ci_script_is_a_program_that_bash_understands() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_every_pin_has_a_hash_and_no_lock_names_an_address(lock: Path) -> None:
    text = lock.read_text()
    for requirement in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert "--hash=sha256:" in requirement
    assert "://" not in text


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = map(pins, LOCKS)
    assert shipped.items() <= tested.items()


def test_everything_that_is_needed_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = {
        re.split(r"[\[<>=~ ]", requirement)[0].lower().replace("_", "-")
        for requirement in (*project["dependencies"], *extras["test"])
    } - {"produce-registry"}
    assert needed <= set(pins(LOCKS[1]))
