"""Records under each other's proofs; histories that contradict an older checkpoint."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from registry.audit.findings import AuditReport
from registry.audit.memory import Memory
from registry.audit.run import Audit, run_audit
from registry.errors import NotInLog, VerificationError
from registry.interop.bundles import bundle
from registry.interop.publish import publish
from registry.store.ledger import NewEntry
from registry.store.queries.entries import entries_at
from registry.store.queries.records import leaves
from registry.tlog.proof import TlogProof, verify_proof
from registry.verify import Bundle, Trust, verify_bundle
from tests.support.cast import Cast
from tests.support.crook import (
    Document,
    history,
    retold,
    seeds,
    signed_again,
    subject,
)

RECORDS = 20


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry of at least twenty records."""
    embedded_cast.tells_the_story()
    while embedded_cast.registry.ledger.head().tree_size < RECORDS:
        number = embedded_cast.registry.ledger.head().tree_size
        embedded_cast.registers_plot(embedded_cast.amina, f"N{number}")
    return embedded_cast


def test_no_leaf_is_accepted_under_anothers_proof(told: Cast) -> None:
    ledger = told.registry.ledger
    head, entries = ledger.head(), leaves(0, RECORDS)
    refused = 0
    for number in range(RECORDS):
        path = ledger.inclusion(number, head.tree_size)
        proof = TlogProof(number, path, head.note)
        for other, leaf in enumerate(entries):
            if other == number:
                verify_proof(proof, leaf, ledger.origin, ledger.verifier)
                continue
            with pytest.raises(NotInLog):
                verify_proof(proof, leaf, ledger.origin, ledger.verifier)
            refused += 1
    assert refused == 380


def lone_records(told: Cast) -> Bundle:
    """Return a bundle of the first twenty records."""
    ledger = told.registry.ledger
    entries = {entry.leaf_index: entry for entry in entries_at(set(range(RECORDS)))}
    return bundle(ledger, "", entries)


def test_no_bundle_holds_with_a_record_under_anothers_proof(told: Cast) -> None:
    ledger = told.registry.ledger
    honest, trust = lone_records(told), Trust(ledger.origin, ledger.verifier)
    verify_bundle(honest, trust)
    refused = 0
    for record in honest.records:
        for other in honest.records:
            if other is record:
                continue
            forged = replace(record, leaf_index=other.leaf_index, path=other.path)
            records = tuple(forged if r is record else r for r in honest.records)
            # A moved key is missed before a moved record is: each refusal will do.
            with pytest.raises(VerificationError):
                verify_bundle(replace(honest, records=records), trust)
            refused += 1
    assert refused == 380


@pytest.fixture
def seen(told: Cast, tmp_path: Path) -> Path:
    """What an auditor remembers of the honest log."""
    publish(told.registry.ledger, tmp_path / "public")
    audit(tmp_path / "public", tmp_path / "auditor")
    return tmp_path / "auditor"


def audit(place: Path, memory: Path) -> AuditReport:
    return run_audit(Audit(str(place), Memory(memory)))


def reworded(
    entries: list[NewEntry], keys: dict[str, bytes], dice: random.Random
) -> None:
    """Sign one statement again with other content."""
    # Not the identity records: who forges those cannot have the rest verified.
    number = dice.randrange(len(entries) - 10, len(entries))

    def change(document: Document) -> None:
        subject(document)["note"] = f"changed {dice.random()}"

    entries[number] = signed_again(entries[number], keys, change)


def rewritten(told: Cast, dice: random.Random) -> list[NewEntry]:
    entries = history(told.registry)
    reworded(entries, seeds(told.registry), dice)
    return entries


def rolled_back(told: Cast, dice: random.Random) -> list[NewEntry]:
    return history(told.registry)[: -dice.randrange(1, 10)]


def forked(told: Cast, dice: random.Random) -> list[NewEntry]:
    """Return the same entries, the last ones in another order."""
    entries = history(told.registry)
    kept = dice.randrange(len(entries) - 10, len(entries) - 1)
    tail = entries[kept:]
    while tail == entries[kept:]:
        dice.shuffle(tail)
    return entries[:kept] + tail


CROOKS = (
    (rewritten, "rewritten"),
    (rolled_back, "rolled_back"),
    (forked, "rewritten"),
)


def undetected(told: Cast, memory: Path, count: int, folder: Path) -> list[str]:
    """Return the attempts that an auditor with an older checkpoint did not notice."""
    missed = []
    for number in range(count):
        crook, expected = CROOKS[number % len(CROOKS)]
        entries = crook(told, random.Random(number))
        home = folder / str(number)
        with retold(told.registry.settings, entries, home) as registry:
            publish(registry.ledger, home / "public")
        codes = {finding.code for finding in audit(home / "public", memory).wrong}
        if codes != {expected}:
            missed.append(f"{crook.__name__} {number}: {codes}")
    return missed


def test_rewrites_forks_and_rollbacks_contradict_an_older_checkpoint(
    told: Cast, seen: Path, tmp_path: Path
) -> None:
    assert undetected(told, seen, 10, tmp_path / "crooks") == []


@pytest.mark.campaign
def test_three_hundred_rewrites_forks_and_rollbacks_are_all_detected(
    told: Cast, seen: Path, tmp_path: Path
) -> None:
    assert undetected(told, seen, 300, tmp_path / "crooks") == []
