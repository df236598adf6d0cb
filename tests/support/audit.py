"""The whole log, checked from its first leaf; called after every test that appends."""

from registry.domain.records import RecordType, leaf_of
from registry.service import Registry
from registry.signing.canonical import canonicalize, digest
from registry.store.queries.records import all_records, leaves
from registry.tlog.checkpoint import open_checkpoint
from registry.tlog.merkle import leaf_hash, node_hash
from registry.verify.keyring import Keyring


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word; shares no code with the tiles."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def check_log(registry: Registry) -> int:
    """Check every leaf, digest, signature and the head; return the tree size."""
    head = registry.ledger.head()
    checkpoint = open_checkpoint(
        head.note, registry.ledger.origin, registry.ledger.verifier
    )
    records = list(all_records())
    stored = leaves(0, len(records))
    assert [record.leaf_index for record in records] == list(range(len(records)))
    assert checkpoint.tree_size == len(records) == len(stored)
    keyring = Keyring()
    for record, leaf in zip(records, stored, strict=True):
        assert digest(record.secured) == record.digest
        expected = leaf_of(
            RecordType(record.record_type),
            record.record_id,
            record.issuer,
            record.digest,
            record.batches,
        )
        assert canonicalize(expected) == leaf
        keyring.take(record)
    if records:
        assert naive_root([leaf_hash(leaf) for leaf in stored]) == checkpoint.root_hash
        assert registry.ledger.root_at(len(records)) == checkpoint.root_hash
    times = [record.logged_at for record in records]
    assert times == sorted(times)
    return len(records)
