"""Step two: every record against its leaf, and every signature by keys of the log."""

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import islice

from registry.audit.findings import AuditReport
from registry.errors import RegistryError, VerificationError
from registry.signing.canonical import digest
from registry.signing.credential import proof_of, verify_credential
from registry.signing.keys import PublicKey
from registry.verify.bundle import BundledRecord
from registry.verify.keyring import Keyring, LoggedKey, settle

IDENTITY = frozenset({"GenesisRecord", "OrganisationRecord", "KeyRecord"})
CHUNK = 512


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf commits to."""

    leaf_index: int
    record_id: str
    record_type: str
    issuer: str
    digest: str
    batches: tuple[str, ...]


def parse_leaf(leaf_index: int, data: bytes) -> Leaf:
    """Return a leaf, read.

    Raises:
        ValueError: not a leaf of the format that this auditor knows.
    """
    claim = json.loads(data)
    if not isinstance(claim, dict) or claim.get("v") != 1:
        raise ValueError("not a leaf of version 1")
    try:
        return Leaf(
            leaf_index,
            str(claim["recordId"]),
            str(claim["type"]),
            str(claim["issuer"]),
            str(claim["digest"]),
            tuple(map(str, claim["batches"])),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"the leaf lacks a member: {error}") from error


def learn_keys(pairs: Iterable[tuple[Leaf, bytes]], report: AuditReport) -> Keyring:
    """Return the keyring that the log's identity records come to."""
    records = [
        BundledRecord(leaf.leaf_index, secured, leaf.batches, ()).read()
        for leaf, secured in pairs
        if leaf.record_type in IDENTITY
    ]
    keyring, refused = settle(records)
    for record, error in refused:
        report.accuse(
            error.code,
            record.leaf_index,
            f"A record about keys does not count: {error}",
            record=record.secured,
        )
    return keyring


Job = tuple[int, bytes, str, str, bytes, int, int | None]


def check_statements(
    pairs: Iterable[tuple[Leaf, bytes]],
    keyring: Keyring,
    report: AuditReport,
    pool: Executor | None = None,
) -> None:
    """Check bytes and signature of every record.

    Args:
        pairs: leaves with their secured records.
        keyring: from `learn_keys`.
        report: takes what is wrong.
        pool: checks signatures on more than one core.
    """
    pending: list[Future[list[tuple[int, str, str]]]] = []
    for chunk in _chunks(_matched(pairs, keyring.keys, report)):
        if pool is None:
            _take(verify_chunk(chunk), len(chunk), report)
        else:
            pending.append(pool.submit(verify_chunk, chunk))
            report.count("signatures", len(chunk))
    for future in pending:
        _take(future.result(), 0, report)


def _matched(
    pairs: Iterable[tuple[Leaf, bytes]],
    keys: Mapping[str, LoggedKey],
    report: AuditReport,
) -> Iterator[Job]:
    """Yield what is to be verified; a record that is not its leaf's is accused."""
    for leaf, secured in pairs:
        if digest(secured) != leaf.digest:
            report.accuse(
                "bad_record",
                leaf.leaf_index,
                "The record is not the one that the log committed to.",
                record=secured,
            )
            continue
        try:
            method = proof_of(secured).verification_method
        except (VerificationError, RegistryError) as error:
            report.accuse("bad_record", leaf.leaf_index, str(error), record=secured)
            continue
        key = keys.get(method)
        if key is None or key.organisation != leaf.issuer:
            report.accuse(
                "untrusted_key",
                leaf.leaf_index,
                f"{method} is not a key that the log gave to {leaf.issuer}.",
                record=secured,
            )
            continue
        yield (
            leaf.leaf_index,
            secured,
            leaf.issuer,
            leaf.record_type,
            key.public_key.raw,
            key.enrolled_at,
            key.ended_at,
        )


def verify_chunk(jobs: list[Job]) -> list[tuple[int, str, str]]:
    """Return leaf index, code and words of each record that does not hold."""
    keys: dict[bytes, PublicKey] = {}
    failed = []
    for leaf_index, secured, issuer, record_type, raw, enrolled_at, ended_at in jobs:
        key = keys.get(raw) or keys.setdefault(raw, PublicKey(raw))
        try:
            document = verify_credential(secured, key)
        except (VerificationError, RegistryError) as error:
            failed.append(
                (leaf_index, getattr(error, "code", "bad_record"), str(error))
            )
            continue
        types = document.get("type")
        if document.get("issuer") != issuer or types != [
            "VerifiableCredential",
            record_type,
        ]:
            failed.append(
                (leaf_index, "bad_record", "issuer or type differ from the leaf's")
            )
        elif leaf_index <= enrolled_at or (
            ended_at is not None and leaf_index >= ended_at
        ):
            failed.append(
                (
                    leaf_index,
                    "untrusted_key",
                    "signed before its key was enrolled, or after it ended",
                )
            )
    return failed


def _take(failed: list[tuple[int, str, str]], count: int, report: AuditReport) -> None:
    report.count("signatures", count)
    for leaf_index, code, words in failed:
        report.accuse(code, leaf_index, words)


def _chunks(jobs: Iterator[Job]) -> Iterator[list[Job]]:
    while chunk := list(islice(jobs, CHUNK)):
        yield chunk
