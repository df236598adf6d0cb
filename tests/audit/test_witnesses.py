"""The auditor asks who else saw the log, and believes nobody whom the root omits."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.audit.findings import AuditReport, Outcome
from registry.audit.memory import Memory
from registry.audit.run import Audit, run_audit
from registry.cli import outside as commands
from registry.interop.publish import publish
from registry.interop.trust import FILE, IssuedList, issue_next, issued_list
from registry.service import load_policy
from registry.signing.keys import PublicKey, public_key_of
from registry.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from registry.tlog.cosignature import CosignatureSigner
from registry.tlog.note import NoteSigner, add_signatures
from tests.support.cast import Cast
from tests.support.keys import seed
from tests.support.registry import HOST, NOW
from tests.support.trust import (
    ROOT,
    UNION,
    UNIVERSITY,
    cosign,
    issues_trust_list,
    write_policy,
)

SOON = NOW + timedelta(hours=1)


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry that two witnesses watch; both must have seen its newest state."""
    embedded_cast.tells_the_story()
    write_policy(embedded_cast.registry.settings.home, threshold=2)
    issues_trust_list(embedded_cast.registry)
    return embedded_cast


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """Where the log is published."""
    return tmp_path / "public"


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """What the auditor remembers."""
    return tmp_path / "auditor"


def both_cosign(told: Cast, at: datetime = NOW) -> None:
    cosign(told.registry, UNION, at)
    cosign(told.registry, UNIVERSITY, at)


def publishes(told: Cast, public: Path) -> int:
    home = told.registry.settings.home
    policy, trust = load_policy(home), issued_list(home)
    return publish(told.registry.ledger, public, None, policy, trust)


def audit(
    public: Path, memory: Path, root: PublicKey | None = None, now: datetime = SOON
) -> AuditReport:
    return run_audit(Audit(str(public), Memory(memory), root=root, now=now))


def wrong(report: AuditReport) -> set[str]:
    return {finding.code for finding in report.wrong}


def missing(report: AuditReport) -> set[str]:
    return {finding.code for finding in report.missing}


def flip_in_line_of(witness: CosignatureSigner, path: Path) -> None:
    """Change the last byte of a witness's signature."""
    lines = path.read_text("utf-8").split("\n")
    (at,) = [n for n, line in enumerate(lines) if f" {witness.verifier.name} " in line]
    other = "B" if lines[at][-8] == "A" else "A"
    lines[at] = f"{lines[at][:-8]}{other}{lines[at][-7:]}"
    path.write_text("\n".join(lines), "utf-8")


def test_a_log_that_its_witnesses_saw_passes(
    told: Cast, public: Path, memory: Path
) -> None:
    both_cosign(told)
    size = publishes(told, public)

    report = audit(public, memory, ROOT)

    assert report.outcome is Outcome.GOOD, report.as_json()
    assert report.checked[f"witnesses who saw the first {size} entries"] == 2


def test_a_newest_head_without_quorum_is_published_beside_an_older_one_with(
    told: Cast, public: Path, memory: Path
) -> None:
    both_cosign(told)
    seen = told.registry.ledger.head().tree_size
    told.registers_plot(told.amina, "P2")
    cosign(told.registry, UNION, NOW)
    size = publishes(told, public)

    report = audit(public, memory)

    ledger = told.registry.ledger
    sizes = [
        open_checkpoint(
            (public / "log" / name).read_bytes(), ledger.origin, ledger.verifier
        ).tree_size
        for name in ("checkpoint", "checkpoint.cosigned")
    ]
    assert sizes == [size, seen] == [seen + 1, seen]
    assert report.outcome is Outcome.GOOD, report.as_json()
    assert report.checked[f"witnesses who saw the first {seen} entries"] == 2


@pytest.mark.parametrize("name", ["checkpoint", "checkpoint.cosigned"])
def test_a_forged_cosignature_is_found(
    told: Cast, public: Path, memory: Path, name: str
) -> None:
    both_cosign(told)
    publishes(told, public)
    flip_in_line_of(UNION, public / "log" / name)

    report = audit(public, memory)

    assert wrong(report) == {"bad_cosignature"}
    (evidence,) = (memory / "evidence").iterdir()
    assert evidence.read_bytes() == (public / "log" / name).read_bytes()


def test_a_quorum_that_saw_another_log_is_found(
    told: Cast, public: Path, memory: Path
) -> None:
    both_cosign(told)
    publishes(told, public)
    signer = NoteSigner("trace.example/log", seed("secret log"))
    shown = Checkpoint(signer.verifier.name, 5, b"5" * 32)
    lines = [witness.cosign(shown, NOW) for witness in (UNION, UNIVERSITY)]
    forged = add_signatures(sign_checkpoint(shown, signer), lines)
    (public / "log" / "checkpoint.cosigned").write_bytes(forged)

    assert wrong(audit(public, memory)) == {"rewritten"}


def test_a_log_that_too_few_saw_is_incomplete(
    told: Cast, public: Path, memory: Path
) -> None:
    cosign(told.registry, UNION, NOW)
    publishes(told, public)

    report = audit(public, memory)

    assert report.outcome is Outcome.INCOMPLETE
    assert missing(report) == {"few_witnesses"}
    assert not (public / "log" / "checkpoint.cosigned").exists()


def test_a_word_of_last_week_is_incomplete(
    told: Cast, public: Path, memory: Path
) -> None:
    both_cosign(told)
    publishes(told, public)

    report = audit(public, memory, now=NOW + timedelta(days=7))

    assert report.outcome is Outcome.INCOMPLETE
    assert missing(report) == {"stale"}


def test_an_expired_list_is_incomplete(told: Cast, public: Path, memory: Path) -> None:
    both_cosign(told)
    publishes(told, public)

    report = audit(public, memory, now=NOW + timedelta(days=91))

    assert report.outcome is Outcome.INCOMPLETE
    assert missing(report) == {"expired"}


def test_a_list_of_another_root_than_the_given_one_is_found(
    told: Cast, public: Path, memory: Path
) -> None:
    publishes(told, public)

    report = audit(public, memory, public_key_of(seed("another root")))

    assert wrong(report) == {"untrusted_key"}


def by_eve(told: Cast, home: Path) -> IssuedList:
    """Sign a list of the same witnesses with a root of Eve's."""
    home.mkdir()
    ledger, policy = told.registry.ledger, load_policy(told.registry.settings.home)
    lasts = timedelta(days=90)
    return issue_next(home, ledger.verifier, policy, seed("Eve"), NOW, lasts)


def test_the_first_root_is_remembered(
    told: Cast, public: Path, memory: Path, tmp_path: Path
) -> None:
    both_cosign(told)
    publishes(told, public)
    audit(public, memory)
    (public / FILE).write_bytes(by_eve(told, tmp_path / "eve").data)

    assert wrong(audit(public, memory)) == {"untrusted_key"}
    assert audit(public, tmp_path / "stranger").outcome is Outcome.GOOD


def test_a_list_older_than_the_one_seen_before_is_found(
    told: Cast, public: Path, memory: Path
) -> None:
    both_cosign(told)
    older = (told.registry.settings.home / FILE).read_bytes()
    newer = issues_trust_list(told.registry, SOON)
    publishes(told, public)
    assert audit(public, memory).outcome is Outcome.GOOD
    (public / FILE).write_bytes(older)

    assert wrong(audit(public, memory)) == {"rollback"}
    kept = {path.read_bytes() for path in (memory / "evidence").iterdir()}
    assert kept == {older, newer.data}


def test_two_lists_of_one_version_are_found(
    told: Cast, public: Path, memory: Path
) -> None:
    both_cosign(told)
    publishes(told, public)
    audit(public, memory)
    home = told.registry.settings.home
    for path in home.glob("trust-list*"):
        path.unlink()
    (public / FILE).write_bytes(issues_trust_list(told.registry, SOON).data)

    assert wrong(audit(public, memory)) == {"two_lists"}


def test_a_list_that_is_gone_is_missed(told: Cast, public: Path, memory: Path) -> None:
    both_cosign(told)
    publishes(told, public)
    audit(public, memory)
    (public / FILE).unlink()

    report = audit(public, memory)

    assert report.outcome is Outcome.INCOMPLETE
    assert missing(report) == {"missing"}


def test_the_commands_publish_and_take_the_root_that_was_given(
    told: Cast, public: Path, memory: Path
) -> None:
    both_cosign(told)
    home = told.registry.settings.home
    settings = f'mode = "demo"\nidentity_host = "{HOST}"\nbase_url = "https://{HOST}"\n'
    (home / "registry.toml").write_text(settings, "utf-8")
    runner = CliRunner()

    def outcome(root: PublicKey) -> tuple[int, set[str]]:
        given = ["--root", f"did:key:{root.multibase}", "--memory", str(memory)]
        done = runner.invoke(commands.audit, [str(public), *given, "--json"])
        found = json.loads(done.stdout[done.stdout.index("{") :])
        return done.exit_code, {finding["code"] for finding in found["wrong"]}

    published = runner.invoke(commands.publish, [str(home), str(public)])

    assert published.exit_code == 0, published.output
    assert (public / "log" / "checkpoint.cosigned").exists()
    assert outcome(public_key_of(seed("another root"))) == (1, {"untrusted_key"})
    assert outcome(ROOT)[1] == set()
