"""Drills: secrets are rotated, killed half-way, and nothing is lost."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry.audit.findings import Outcome
from registry.audit.memory import Memory
from registry.audit.run import Audit, run_audit
from registry.cli import main
from registry.config import read_secret
from registry.interop.publish import publish
from registry.service import log_keys
from registry.store.database import database
from registry.store.tables.operational import SealedKey
from tests.support.cast import Cast, gather
from tests.support.crook import seeds
from tests.support.registry import opened, settings_for

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from registry.cli.opening import opened
from registry.cli.rotate import rotate_kek, rotate_log_key

def reached(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

with opened(Path(sys.argv[1])) as registry:
    if sys.argv[2] == "kek":
        rotate_kek(registry, reached)
    else:
        rotate_log_key(registry.settings, reached)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A registry with custodial keys, closed."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "registry.toml").write_text(
        'mode = "demo"\nidentity_host = "trace.example"\n'
        'base_url = "https://trace.example"\n'
    )
    with opened(settings_for(home)) as registry:
        gather(registry).registers_product(Cast(registry).joins("a", "luoping-ginger"))
    return home


def call(*words: object) -> Result:
    environment = {"LC_ALL": "C.UTF-8"}
    return CliRunner(env=environment).invoke(main, [*map(str, words)])


def signs(home: Path, code: str) -> None:
    """Let the cooperative sign with its custodial key."""
    with opened(settings_for(home)) as registry:
        cast = Cast(registry, requests=1000 + len(code) + sum(map(ord, code)))
        cast.registers_plot(cast.joins("amina", "luoping-ginger"), code)


def kill(home: Path, secret: str, step: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", KILLED_AT, str(home), secret, step], check=False
    )
    assert result.returncode == -signal.SIGKILL


# the key-encryption key


def test_every_seed_is_sealed_under_the_new_key_only(home: Path) -> None:
    settings = settings_for(home)
    old = read_secret(settings, "kek")
    with opened(settings):
        before = {row.verification_method: row.sealed for row in SealedKey.select()}

    result = call("rotate", "kek", home)

    assert result.exit_code == 0, result.output
    assert read_secret(settings, "kek") != old
    assert read_secret(settings, "kek").hex() in result.output
    with opened(settings) as registry:
        after = {row.verification_method: row.sealed for row in SealedKey.select()}
        assert before.keys() == after.keys()
        assert not set(before.values()) & set(after.values())
        # Opened by the file in use alone, without the archived one.
        assert len(seeds(registry)) == len(after)
    archived = settings.secret_path("kek.1")
    assert old.hex() in archived.read_text()
    assert archived.stat().st_mode & 0o777 == 0o400
    signs(home, "AFTER")


@pytest.mark.parametrize("step", ["written", "archived", "resealed"])
def test_killed_half_way_the_registry_opens_signs_and_finishes(
    home: Path, step: str
) -> None:
    kill(home, "kek", step)
    signs(home, "BETWEEN")

    assert call("rotate", "kek", home).exit_code == 0

    signs(home, "AFTER")
    with opened(settings_for(home)) as registry:
        assert len(seeds(registry)) == SealedKey.select().count()
    assert not (home / "secrets" / "kek.new").exists()


def test_a_running_service_goes_on_signing_after_a_rotation(home: Path) -> None:
    settings = settings_for(home)
    with opened(settings) as registry:
        cast = Cast(registry, requests=2000)
        amina = cast.joins("amina", "luoping-ginger")
        script = KILLED_AT
        subprocess.run(
            [sys.executable, "-c", script, str(home), "kek", "never"], check=True
        )
        cast.registers_plot(amina, "LIVE")


def test_a_backup_from_before_the_rotation_opens_with_the_archived_key(
    home: Path,
) -> None:
    backup = home / "old.db"
    with opened(settings_for(home)):
        database.execute_sql("VACUUM INTO ?", (str(backup),))
    for _ in range(2):
        assert call("rotate", "kek", home).exit_code == 0
    for leftover in home.glob("registry.db*"):
        leftover.unlink()
    backup.rename(home / "registry.db")

    signs(home, "RESTORED")


# the log key


def audit(public: Path, memory: Path, vkey: str = "") -> Outcome:
    return run_audit(Audit(str(public), Memory(memory), vkey)).outcome


def publish_from(home: Path, public: Path) -> str:
    """Publish, and return the vkey of the key that signs."""
    with opened(settings_for(home)) as registry:
        publish(registry.ledger, public)
        return registry.ledger.verifier.vkey


def test_old_and_new_key_verify_before_during_and_after(
    home: Path, tmp_path: Path
) -> None:
    public, loyal, early = (tmp_path / n for n in ("public", "loyal", "early"))
    old = publish_from(home, public)
    assert audit(public, loyal) is Outcome.GOOD
    assert audit(public, early) is Outcome.GOOD

    result = call("rotate", "log-key", home)
    assert result.exit_code == 0, result.output
    new = publish_from(home, public)
    assert new != old
    assert new in result.output
    assert (public / "log" / "checkpoint").read_text().count("\N{EM DASH} ") == 2
    signs(home, "DURING")
    publish_from(home, public)
    assert audit(public, loyal, old) is Outcome.GOOD
    assert audit(public, early, new) is Outcome.GOOD

    assert call("rotate", "log-key", home, "--end").exit_code == 0
    signs(home, "AFTER")
    publish_from(home, public)
    assert audit(public, loyal, old) is Outcome.WRONG
    assert audit(public, early) is Outcome.GOOD
    assert audit(public, loyal, new) is Outcome.GOOD


@pytest.mark.parametrize("step", ["written", "archived"])
def test_killed_half_way_the_log_opens_and_the_rotation_finishes(
    home: Path, step: str
) -> None:
    old = log_keys(settings_for(home))[1]
    kill(home, "log", step)
    signs(home, "BETWEEN")

    assert call("rotate", "log-key", home).exit_code == 0

    assert log_keys(settings_for(home))[1] != old
    with opened(settings_for(home)) as registry:
        assert len(registry.ledger.vkeys) == 2
        assert old.vkey in registry.ledger.vkeys


def test_after_the_end_the_log_opens_what_the_old_key_signed(home: Path) -> None:
    call("rotate", "log-key", home)
    assert call("rotate", "log-key", home, "--end").exit_code == 0

    with opened(settings_for(home)) as registry:
        assert registry.ledger.doubt() is None
        assert registry.ledger.vkeys == (registry.ledger.verifier.vkey,)


def test_a_second_rotation_waits_for_the_end_of_the_first(home: Path) -> None:
    call("rotate", "log-key", home)
    result = call("rotate", "log-key", home)
    assert result.exit_code == 1
    assert "End it first" in result.output


def test_there_is_no_end_without_a_rotation(home: Path) -> None:
    result = call("rotate", "log-key", home, "--end")
    assert result.exit_code == 1
    assert "No rotation" in result.output


# the decision on a stopped log


def test_the_state_of_a_stopped_log_names_the_command_that_decides(home: Path) -> None:
    assert call("log", "state", home).exit_code == 0
    (home / "highwater").unlink()

    stopped = call("log", "state", home)
    assert stopped.exit_code == 1
    assert "Do not start a second copy" in stopped.output
    (command,) = [
        line.partition(": registry ")[2].split()
        for line in stopped.output.splitlines()
        if ": registry log accept" in line
    ]

    decided = call(*command[:-1], "restored on a new machine")

    assert decided.exit_code == 0, decided.output
    assert "restored on a new machine" in call("log", "state", home).output
    signs(home, "AFTER")


def test_a_root_that_is_not_hex_is_refused(home: Path) -> None:
    words = ("log", "accept", home, "--size", 1, "--root", "0x", "--reason", "x")
    result = call(*words)
    assert result.exit_code == 1
    assert "not a root hash" in result.output
