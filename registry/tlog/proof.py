"""One entry's proof as a file, checked offline: C2SP tlog-proof (`.tlog-proof`).

The file carries the leaf's index, its inclusion path and a checkpoint, cosignatures
included. It does not carry the entry: who checks brings the entry along.
"""

import re
from dataclasses import dataclass

from registry.errors import InvalidInput, RegistryError
from registry.tlog.base64_text import decode_base64, encode_base64
from registry.tlog.checkpoint import MAX_TREE_SIZE, Checkpoint, open_checkpoint
from registry.tlog.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from registry.tlog.note import MAX_NOTE_BYTES, Verifier

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PATH = 63  # hashes; a tree has at most 2**63 - 1 leaves
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 64 * 1024

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_EXTRA = "extra "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That one entry is in a log.

    Attributes:
        leaf_index: zero-based.
        path: sibling hashes from the leaf upwards, 32 bytes each.
        checkpoint_note: the signed checkpoint as the log served it.
        extra: for the application, covered by no signature; empty for none.
    """

    leaf_index: int
    path: tuple[bytes, ...]
    checkpoint_note: bytes
    extra: bytes = b""

    def encode(self) -> bytes:
        """Return the file."""
        extra = [_EXTRA + encode_base64(self.extra)] if self.extra else []
        hashes = map(encode_base64, self.path)
        lines = [HEADER, *extra, f"index {self.leaf_index}", *hashes, "", ""]
        return "\n".join(lines).encode() + self.checkpoint_note


def parse_proof(data: bytes) -> TlogProof:
    """Return the proof in a file; nothing in it is verified.

    Raises:
        InvalidInput: not a tlog-proof v1 in its one spelling, or too large.
    """
    head, blank, checkpoint_note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        proof = _parse_lines(lines, checkpoint_note)
    except ValueError as error:
        raise _not_a_proof(str(error)) from error
    if not blank or len(data) > MAX_PROOF_BYTES or proof.encode() != data:
        raise _not_a_proof("it has lines of another form, or is too large")
    return proof


def verify_proof(
    proof: TlogProof, entry: bytes, origin: str, verifier: Verifier
) -> Checkpoint:
    """Check that `entry` is in the log of `origin`; return the checkpoint it is under.

    Witnesses are checked apart, by `open_cosigned_checkpoint` on the proof's note.

    Args:
        proof: what `parse_proof` returned.
        entry: the bytes of the leaf.
        origin: of the log that is meant.
        verifier: the log's key.

    Raises:
        BadCheckpoint: the checkpoint is malformed, of another log or not signed by it.
        NotInLog: the path does not lead from `entry` to the checkpoint's root.
    """
    checkpoint = open_checkpoint(proof.checkpoint_note, origin, verifier)
    verify_inclusion(
        leaf_hash(entry),
        proof.leaf_index,
        checkpoint.tree_size,
        proof.path,
        checkpoint.root_hash,
    )
    return checkpoint


def _parse_lines(lines: list[str], checkpoint_note: bytes) -> TlogProof:
    header, *rest = lines
    if header != HEADER:
        raise ValueError(f"its first line is {header[:40]!r}, expected {HEADER!r}")
    extra = b""
    if rest and rest[0].startswith(_EXTRA):
        extra = decode_base64(rest.pop(0).removeprefix(_EXTRA))
    index = _INDEX.fullmatch(rest[0]) if rest else None
    if index is None or int(index[1]) >= MAX_TREE_SIZE:
        raise ValueError("the line with the index is missing")
    return TlogProof(int(index[1]), _parse_path(rest[1:]), checkpoint_note, extra)


def _parse_path(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PATH:
        raise ValueError(f"its path has {len(lines)} hashes, at most {MAX_PATH}")
    path = tuple(map(decode_base64, lines))
    if any(len(node) != HASH_BYTES for node in path):
        raise ValueError(f"its path has a hash that is not {HASH_BYTES} bytes")
    return path


def _not_a_proof(reason: str) -> RegistryError:
    return InvalidInput.at(
        "proof",
        "This is not a tlog-proof file: {reason}. Download the file again.",
        reason=reason,
    )
