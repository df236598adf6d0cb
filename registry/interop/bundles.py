"""Gathers a bundle: a batch's records, what vouches for their keys, and the proofs."""

from collections.abc import Iterable, Sequence

from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.domain.records import SignedRecord
from registry.store.ledger import Ledger, load_tile
from registry.store.queries.records import record_at, records_naming
from registry.store.tables import projected
from registry.tlog.merkle import inclusion_path
from registry.tlog.tiles import TileReader
from registry.verify.bundle import Bundle, BundledRecord


def batch_records(path: str) -> list[SignedRecord]:
    """Return the records that name a batch or its product, in log order."""
    link = parse_digital_link(path)
    product = DigitalLink(link.gtin).path
    return records_naming([product, path])


def bundle_of(ledger: Ledger, path: str) -> Bundle:
    """Return the bundle of the batch at `path` under the newest checkpoint."""
    return bundle(ledger, path, batch_records(path))


def bundle(ledger: Ledger, path: str, records: Sequence[SignedRecord]) -> Bundle:
    """Return `records`, with what their keys rest on, as a bundle."""
    head = ledger.head()
    everything = {record.leaf_index: record for record in records}
    for index in _identity_indexes({record.issuer for record in records}):
        record = record_at(index)
        if record is not None:
            everything[index] = record
    # One reader serves all paths: they share most of their tiles.
    reader = TileReader(load_tile)
    return Bundle(
        path,
        head.note,
        tuple(
            BundledRecord(
                index,
                everything[index].secured,
                everything[index].batches,
                inclusion_path(reader, index, head.tree_size),
            )
            for index in sorted(everything)
        ),
    )


def _identity_indexes(dids: Iterable[str]) -> set[int]:
    """Return where the log says who `dids` are, up to the genesis at 0."""
    indexes = {0}
    waiting = set(dids)
    seen: set[str] = set()
    while waiting:
        seen |= waiting
        found = _indexes_of(waiting)
        indexes |= found
        issuers = {
            record.issuer for index in found if (record := record_at(index)) is not None
        }
        waiting = issuers - seen
    return indexes


def _indexes_of(dids: set[str]) -> set[int]:
    party, key = projected.Organisation, projected.OrganisationKey
    parties = party.select(party.leaf_index).where(party.did.in_(list(dids)))
    keys = key.select(key.leaf_index).where(key.organisation.in_(list(dids)))
    return {row.leaf_index for row in parties} | {row.leaf_index for row in keys}
