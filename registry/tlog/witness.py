"""What is said to a witness and what it answers: C2SP tlog-witness v1.0.0.

A client posts the size that the witness last cosigned, the proof that the log only
grew since, and the new checkpoint; the witness answers with its cosignature lines.
Nothing here decides whether it should: see `registry.witness`.
"""

import re
from dataclasses import dataclass

from registry.errors import BadCheckpoint, InvalidInput, RegistryError
from registry.tlog.base64_text import decode_base64, encode_base64
from registry.tlog.checkpoint import MAX_TREE_SIZE
from registry.tlog.cosignature import CosignatureVerifier
from registry.tlog.merkle import HASH_BYTES
from registry.tlog.note import MAX_NOTE_BYTES, NoteSignature, open_note

ADD_CHECKPOINT = "add-checkpoint"  # below a witness's submission prefix
SIZE_MEDIA_TYPE = "text/x.tlog.size"  # of the answer 409

MAX_PROOF_LINES = 63
MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4 * 1024  # 63 lines of 45 characters, and `old`

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_OLD = "old "


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request for a cosignature.

    Attributes:
        old_size: tree size that the client believes the witness last cosigned.
        proof: consistency path from `old_size` to the checkpoint, 32 bytes each.
        checkpoint_note: the new checkpoint, signed by the log.
    """

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint_note: bytes

    @property
    def claimed_origin(self) -> str:
        """The first line of the note, unverified: good only to choose the keys."""
        return self.checkpoint_note.partition(b"\n")[0].decode(errors="replace")

    def encode(self) -> bytes:
        """Return the request's body."""
        lines = [f"{_OLD}{self.old_size}", *map(encode_base64, self.proof), "", ""]
        return "\n".join(lines).encode() + self.checkpoint_note


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Return the request in `body`; nothing in it is verified.

    Raises:
        InvalidInput: not a request in its one spelling, or too large.
    """
    if len(body) > MAX_REQUEST_BYTES:
        raise _not_a_request(f"it has {len(body)} bytes, at most {MAX_REQUEST_BYTES}")
    head, blank, checkpoint_note = body.partition(b"\n\n")
    if not blank:
        raise _not_a_request("the empty line before the checkpoint is missing")
    try:
        old, *hashes = head.decode("ascii").split("\n")
        proof = _parse_proof(hashes)
        old_size = parse_size(old.removeprefix(_OLD))
    except ValueError as error:
        raise _not_a_request(str(error)) from error
    if not old.startswith(_OLD):
        raise _not_a_request(f"its first line is {old!r}, expected “old 42”")
    return AddCheckpoint(old_size, proof, checkpoint_note)


def parse_size(text: str) -> int:
    """Return a tree size in decimal.

    Raises:
        ValueError: it has another spelling, or no tree has that size.
    """
    if not _SIZE.fullmatch(text) or int(text) > MAX_TREE_SIZE:
        raise ValueError(f"{text[:40]!r} is not a tree size")
    return int(text)


def encode_conflict(tree_size: int) -> bytes:
    """Return the body of the answer 409: the size that was last cosigned."""
    return f"{tree_size}\n".encode("ascii")


def parse_conflict(body: bytes) -> int:
    """Return the size in the body of the answer 409.

    Raises:
        InvalidInput: it is not a size and a newline.
    """
    try:
        line, newline, rest = body.decode("ascii").partition("\n")
        size = parse_size(line)
    except ValueError as error:
        raise _not_an_answer(body) from error
    if not newline or rest:
        raise _not_an_answer(body)
    return size


def verify_answer(
    lines: bytes, checkpoint_text: str, verifier: CosignatureVerifier
) -> NoteSignature:
    """Return the cosignature that `verifier` put among the lines of the answer 200.

    Lines of other keys are ignored, as the standard asks.

    Raises:
        BadCheckpoint: the answer is malformed, or holds no good cosignature of this
            witness over `checkpoint_text`.
    """
    note = open_note(checkpoint_text.encode() + b"\n" + lines, [verifier])
    # An answer with an empty line in it would make a note of another text.
    if note.text != checkpoint_text:
        raise BadCheckpoint(f"{verifier.name} answered with another text than lines")
    return NoteSignature(verifier.name, verifier.key_id, note.signatures[verifier])


def _parse_proof(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PROOF_LINES:
        raise ValueError(f"its proof has {len(lines)} lines, at most {MAX_PROOF_LINES}")
    proof = tuple(map(decode_base64, lines))
    if any(len(node) != HASH_BYTES for node in proof):
        raise ValueError(f"its proof has a hash that is not {HASH_BYTES} bytes")
    return proof


def _not_a_request(reason: str) -> RegistryError:
    return InvalidInput.at(
        "body",
        "This is not an add-checkpoint request: {reason}. See c2sp.org/tlog-witness.",
        reason=reason,
    )


def _not_an_answer(body: bytes) -> RegistryError:
    return InvalidInput.at(
        "answer",
        "The witness answered “{given}” where its tree size was expected.",
        given=body[:40].decode(errors="replace"),
    )
