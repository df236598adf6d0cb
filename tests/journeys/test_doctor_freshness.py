"""What the doctor says of trust list, witnesses, and a log whose key is rotated."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry.cli.freshness import (
    Finding,
    log_keys_of,
    trust_list_of,
    witnesses_of,
)
from registry.cli.rotate import rotate_log_key
from registry.interop.trust import FILE, issue_next
from registry.service import POLICY_FILE, Registry, log_keys
from registry.store.cosignatures import KeptCosignature, keep
from registry.tlog.cosignature import CosignatureSigner
from tests.support.keys import seed
from tests.support.registry import NOW, opened, settings_for

WITNESS = CosignatureSigner("witness.example/union", seed("witness")).verifier


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Registry]:
    """A registry with a witness in its policy."""
    (tmp_path / POLICY_FILE).write_text(
        f"witness union {WITNESS.vkey}\nquorum union\n", "utf-8"
    )
    with opened(settings_for(tmp_path)) as registry:
        yield registry


def issue(registry: Registry, lasts: timedelta = timedelta(days=90)) -> None:
    verifier = log_keys(registry.settings)[1]
    home = registry.settings.home
    issue_next(home, verifier, registry.policy, seed("root"), NOW, lasts)


def trust_finding(registry: Registry, now: datetime = NOW) -> Finding:
    (finding,) = trust_list_of(registry, now)
    return finding


def test_a_home_without_a_trust_list_has_nothing_to_say_of_it(
    watched: Registry,
) -> None:
    assert list(trust_list_of(watched, NOW)) == []


def test_a_trust_list_has_an_age(watched: Registry) -> None:
    issue(watched)
    finding = trust_finding(watched, NOW + timedelta(days=3))
    assert finding.advice is None
    assert "version 1, issued 3 days ago" in str(finding.about)


@pytest.mark.parametrize("days", [77, 91])
def test_a_trust_list_that_ends_soon_is_renewed(watched: Registry, days: int) -> None:
    issue(watched)
    finding = trust_finding(watched, NOW + timedelta(days=days))
    assert "registry trust issue" in str(finding.advice)


def test_a_damaged_trust_list_is_named(watched: Registry) -> None:
    issue(watched)
    path = watched.settings.home / FILE
    path.write_bytes(path.read_bytes().replace(b'"quorum":1', b'"quorum":0'))
    assert trust_finding(watched).advice is not None


def test_a_trust_list_with_the_old_log_key_is_renewed(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with opened(settings) as registry:
        issue(registry)
        assert not list(log_keys_of(registry))
    rotate_log_key(settings, lambda _step: None)
    with opened(settings) as registry:
        assert trust_finding(registry).advice is not None
        (finding,) = log_keys_of(registry)
        assert "--end" in str(finding.about)


def test_a_witness_that_never_cosigned_is_named(watched: Registry) -> None:
    (finding,) = witnesses_of(watched, NOW)
    assert "never" in str(finding.about)
    assert "registry cosign" in str(finding.advice)


@pytest.mark.parametrize(("hours", "is_stale"), [(23, False), (25, True)])
def test_a_witness_is_stale_after_a_day(
    watched: Registry, hours: int, is_stale: bool
) -> None:
    keep(KeptCosignature(WITNESS.vkey, 3, NOW, "line\n"))
    (finding,) = witnesses_of(watched, NOW + timedelta(hours=hours))
    assert f"{hours} hours ago" in str(finding.about)
    assert (finding.advice is not None) is is_stale
