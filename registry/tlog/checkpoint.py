"""Checkpoints, a log's signed tree heads: C2SP tlog-checkpoint v1.0.0.

Three lines: origin, tree size, root hash. Extension lines are refused: the standard
advises against them, and a reader that dropped them would cosign another text than it
had read.
"""

import re
from dataclasses import dataclass

from registry.errors import BadCheckpoint
from registry.tlog.base64_text import decode_base64, encode_base64
from registry.tlog.merkle import HASH_BYTES
from registry.tlog.note import NoteSigner, OpenedNote, Verifier, open_note, sign_note

MAX_TREE_SIZE = 2**63 - 1

_TREE_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log was at one size.

    Attributes:
        origin: names the log, a schema-less URL such as `trace.example/log`.
        tree_size: number of leaves, 0 to 2**63 - 1.
        root_hash: 32 bytes, RFC 6962.
    """

    origin: str
    tree_size: int
    root_hash: bytes

    @property
    def text(self) -> str:
        """The lines that the log and its witnesses sign."""
        root_hash = encode_base64(self.root_hash)
        return f"{self.origin}\n{self.tree_size}\n{root_hash}\n"


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> bytes:
    """Return `checkpoint` as a note signed by the log.

    Raises:
        ValueError: it has no origin, a size or a root that no tree has, or a control
            character in its origin.
    """
    if (
        not checkpoint.origin
        or "\n" in checkpoint.origin
        or not 0 <= checkpoint.tree_size <= MAX_TREE_SIZE
        or len(checkpoint.root_hash) != HASH_BYTES
    ):
        raise ValueError(f"{checkpoint} cannot be signed")
    return sign_note(checkpoint.text, [signer])


def open_checkpoint(data: bytes, origin: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint in `data`, signed by the log's key.

    Args:
        data: the note.
        origin: of the log that is meant.
        verifier: the log's key.

    Raises:
        BadCheckpoint: malformed, not signed by `verifier`, or of another log.
    """
    return checkpoint_of(open_note(data, [verifier]), origin, verifier)


def checkpoint_of(note: OpenedNote, origin: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint in a note that `verifier`, the log's key, signed.

    Raises:
        BadCheckpoint: as `open_checkpoint`.
    """
    if verifier not in note.signatures:
        raise BadCheckpoint(f"the checkpoint is not signed by {verifier.name}")
    checkpoint = _parse(note.text)
    if checkpoint.origin != origin:
        raise BadCheckpoint(
            f"the checkpoint is of the log {checkpoint.origin!r}, expected {origin!r}"
        )
    return checkpoint


def _parse(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != 3 or not lines[0]:
        raise BadCheckpoint(
            f"the checkpoint has {len(lines)} lines, expected origin, size and root"
        )
    origin, tree_size, root_hash = lines
    if not _TREE_SIZE.fullmatch(tree_size) or int(tree_size) > MAX_TREE_SIZE:
        raise BadCheckpoint(f"{tree_size!r} is not a tree size")
    return Checkpoint(origin, int(tree_size), _parse_root(root_hash))


def _parse_root(encoded: str) -> bytes:
    try:
        root_hash = decode_base64(encoded)
    except ValueError as error:
        raise BadCheckpoint("the root hash is not base64") from error
    if len(root_hash) != HASH_BYTES:
        raise BadCheckpoint(f"the root hash has {len(root_hash)} bytes, expected 32")
    return root_hash
