"""The crooked operator: has the database, the log key and every custodial seed.

What it cannot do is make others forget the checkpoints that it signed before.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from registry.config import Settings, read_secret
from registry.service import Registry
from registry.signing.canonical import parse_canonical
from registry.signing.credential import proof_of, secure
from registry.signing.custody import open_seed
from registry.signing.keys import Ed25519Signer
from registry.store.database import database
from registry.store.ledger import NewEntry
from registry.store.queries.records import all_records
from registry.store.tables.operational import SealedKey
from tests.support.registry import NOW, opened

Document = dict[str, object]


def history(registry: Registry) -> list[NewEntry]:
    """Return the log as entries that could be appended again."""
    return [
        NewEntry(
            record.record_id,
            record.record_type,
            record.issuer,
            record.batches,
            record.secured,
        )
        for record in all_records()
    ]


def seeds(registry: Registry) -> dict[str, bytes]:
    """Return every custodial seed by its verification method."""
    kek = read_secret(registry.settings, "kek")
    return {
        row.verification_method: open_seed(
            bytes(row.sealed), kek, row.kek_id, row.verification_method
        )
        for row in SealedKey.select()
    }


def signed_again(
    entry: NewEntry, keys: dict[str, bytes], change: Callable[[Document], None]
) -> NewEntry:
    """Return the entry with its content changed and properly signed again."""
    proof = proof_of(entry.secured)
    document = parse_canonical(entry.secured)
    del document["proof"]
    change(document)
    method = proof.verification_method
    signer = Ed25519Signer(method, keys[method])
    return replace(entry, secured=secure(document, signer, proof.created))


def subject(document: Document) -> Document:
    """Return the credential's subject."""
    found = document["credentialSubject"]
    assert isinstance(found, dict)
    return found


@contextmanager
def retold(
    settings: Settings, entries: list[NewEntry], home: Path
) -> Iterator[Registry]:
    """Open a registry with the same keys whose log holds `entries` instead."""
    shutil.copytree(settings.home / "secrets", home / "secrets")
    other = settings.model_copy(update={"home": home, "database_url": ""})
    honest = database.obj
    try:
        with opened(other, "crook") as registry:
            with registry.ledger.writing():
                for entry in entries:
                    registry.ledger.append([entry], NOW)
            yield registry
    finally:
        database.initialize(honest)
