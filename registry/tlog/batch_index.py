"""The batch index: the log's signed word on which leaves are about a batch.

An inclusion proof shows that a record is in the log; that no other one was kept back it
cannot show. So the log signs, for one batch at one tree size, every leaf index that
counts, as a signed note (`registry.tlog.note`) under the log's own key:

    trace.example/log/batch-index          origin of the log, and what this is
    /01/06901234567892/10/261101-001       Digital Link path of the batch
    260                                    tree size
    q8IbEtqr...=                           root hash of that size, base64
    17                                     leaf indexes, ascending, one a line
    204

A leaf counts if its `batches` name the batch, its product `/01/<gtin>`, or a batch that
it was made of. A phone requires exactly these records in the bundle, besides those that
name no batch and say who the signers are. Completeness stays the registry's claim, but
one that an audit recomputes: a false index is evidence that anybody can check.

The first line is no checkpoint's, so neither can be taken for the other.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

from registry.errors import BadCheckpoint, VerificationError
from registry.tlog.base64_text import decode_base64, encode_base64
from registry.tlog.checkpoint import MAX_TREE_SIZE, Checkpoint
from registry.tlog.merkle import HASH_BYTES
from registry.tlog.note import NoteSigner, Verifier, open_note, sign_note

SUFFIX = "/batch-index"

_PATH = re.compile(r"/01/[0-9]{14}(/10/[0-9A-Z-]{1,20})?", re.ASCII)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class BadBatchIndex(VerificationError):
    """A batch index is malformed, unsigned, or of another log, batch or tree."""

    code = "bad_batch_index"


class IncompleteBundle(VerificationError):
    """A bundle lacks a record that the index names, or holds one that it does not."""

    code = "incomplete_bundle"


@dataclass(frozen=True, slots=True)
class BatchIndex:
    """Every leaf that counts for a batch, at one size of the log.

    Attributes:
        path: Digital Link path of the batch.
        checkpoint: the tree head it is of.
        leaf_indexes: zero-based, ascending, below the tree size.

    Raises:
        ValueError: no such path, or the indexes are not ascending within the tree.
    """

    path: str
    checkpoint: Checkpoint
    leaf_indexes: tuple[int, ...]

    def __post_init__(self) -> None:
        inside = [-1, *self.leaf_indexes, self.checkpoint.tree_size]
        if any(low >= high for low, high in pairwise(inside)):
            raise ValueError("the leaf indexes are not ascending within the tree")
        if not _PATH.fullmatch(self.path):
            raise ValueError(f"{self.path!r} is not the path of a batch")

    @property
    def text(self) -> str:
        """The lines that the log signs."""
        head = self.checkpoint
        lines = [
            head.origin + SUFFIX,
            self.path,
            str(head.tree_size),
            encode_base64(head.root_hash),
            *map(str, self.leaf_indexes),
        ]
        return "".join(f"{line}\n" for line in lines)


def sign_batch_index(index: BatchIndex, signer: NoteSigner) -> bytes:
    """Return `index` as a note signed by the log."""
    return sign_note(index.text, [signer])


def open_batch_index(data: bytes, origin: str, verifier: Verifier) -> BatchIndex:
    """Return the batch index in `data`, signed by the log's key.

    Args:
        data: the note.
        origin: of the log that is meant.
        verifier: the log's key.

    Raises:
        BadBatchIndex: malformed, not signed by `verifier`, or of another log.
    """
    try:
        text = open_note(data, [verifier]).text
        index = _parse(text, origin)
    except (BadCheckpoint, ValueError) as error:
        raise BadBatchIndex(f"not a batch index of {origin}: {error}") from error
    if index.text != text:
        raise BadBatchIndex("the batch index is not in its one spelling")
    return index


def recompute_batch_index(
    leaves: Iterable[bytes],
    path: str,
    checkpoint: Checkpoint,
    ancestors: Collection[str] = (),
) -> BatchIndex:
    """Return the index that the log should have signed, for an auditor.

    Args:
        leaves: of the log from its first on; those past the tree size are not read.
        path: of the batch.
        checkpoint: the tree head that the index is of.
        ancestors: paths of the batches that it was made of, as their records say.

    Raises:
        ValueError: `leaves` end before the tree does, or one is no leaf of ours.
    """
    named = {path, path.partition("/10/")[0], *ancestors}
    batches = [_batches(leaf) for leaf in islice(leaves, checkpoint.tree_size)]
    if len(batches) != checkpoint.tree_size:
        raise ValueError(f"{len(batches)} leaves given of {checkpoint.tree_size}")
    found = [n for n, names in enumerate(batches) if not named.isdisjoint(names)]
    return BatchIndex(path, checkpoint, tuple(found))


def check_batch_index(
    note: bytes,
    path: str,
    checkpoint: Checkpoint,
    records: Mapping[int, Collection[str]],
    verifier: Verifier,
) -> BatchIndex:
    """Check that a bundle holds exactly the records that the log says count.

    Args:
        note: the signed batch index.
        path: of the bundle's batch.
        checkpoint: that the bundle's proofs lead to, already verified.
        records: leaf index of each record, and the batches that its leaf names; those
            that name none are taken to say who the signers are.
        verifier: the log's key.

    Raises:
        BadBatchIndex: malformed, unsigned, or of another log, batch or tree.
        IncompleteBundle: a record is missing, or one too many.
    """
    index = open_batch_index(note, checkpoint.origin, verifier)
    if (index.path, index.checkpoint) != (path, checkpoint):
        raise BadBatchIndex(
            f"the batch index is of {index.path} in a tree of "
            f"{index.checkpoint.tree_size}, expected {path} in one of "
            f"{checkpoint.tree_size} with the same root"
        )
    held = {position for position, batches in records.items() if batches}
    wrong = held.symmetric_difference(index.leaf_indexes)
    if wrong:
        raise IncompleteBundle(
            f"records {sorted(wrong)} are held or named by the batch index, not both"
        )
    return index


def _parse(text: str, origin: str) -> BatchIndex:
    first, path, tree_size, root_hash, *indexes = text.removesuffix("\n").split("\n")
    if first != origin + SUFFIX:
        raise ValueError(f"its first line is {first!r}")
    root = decode_base64(root_hash)
    if len(root) != HASH_BYTES:
        raise ValueError(f"the root hash has {len(root)} bytes")
    checkpoint = Checkpoint(origin, _number(tree_size), root)
    return BatchIndex(path, checkpoint, tuple(map(_number, indexes)))


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > MAX_TREE_SIZE:
        raise ValueError(f"{text!r} is not a number of leaves")
    return int(text)


def _batches(leaf: bytes) -> list[str]:
    entry: object = json.loads(leaf)
    batches = entry.get("batches") if isinstance(entry, dict) else None
    if isinstance(batches, list):
        return batches
    raise ValueError(f"the entry {leaf[:80]!r} is no leaf with its batches")
