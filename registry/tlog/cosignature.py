"""What a witness adds to a checkpoint: C2SP tlog-cosignature, Ed25519 (`v1`, 0x04).

A cosignature says: as of this time, the largest tree I saw of this log has this root,
and it extends every one I saw before. Its time is the only evidence of *when* that does
not come from the log's operator. How many witnesses suffice, and how old a cosignature
may be, is policy and decided elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.errors import BadCheckpoint
from registry.tlog.checkpoint import Checkpoint, checkpoint_of
from registry.tlog.note import NoteSignature, Verifier, open_note
from registry.tlog.vkey import (
    check_key,
    encode_vkey,
    key_id,
    parse_vkey,
    verify_ed25519,
)

COSIGNATURE = 0x04  # signature type of a timestamped Ed25519 cosignature

_TIMESTAMP_BYTES = 8
_SIGNATURE_BYTES = _TIMESTAMP_BYTES + 64
_LAST_SECOND = 253_402_300_799  # of the year 9999, which Python's calendar ends with


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """A witness's Ed25519 key.

    Attributes:
        name: without spaces or plus; a schema-less URL by custom.
        public_key: 32 bytes, used by this witness alone: the name is not signed.
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        check_key(self.name, self.public_key)

    @classmethod
    def parse(cls, vkey: str) -> "CosignatureVerifier":
        """Return the key of a vkey text `name+id+key`.

        Raises:
            InvalidInput: not a vkey of a witness, or its id is not its own.
        """
        return cls(*parse_vkey(vkey, COSIGNATURE))

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that tell the key from others of its name."""
        return key_id(self.name, COSIGNATURE, self.public_key)

    @property
    def vkey(self) -> str:
        """The key as a text to hand to those who verify."""
        return encode_vkey(self.name, COSIGNATURE, self.public_key)

    def verify(self, text: str, signature: bytes) -> None:
        """Check a timestamped signature over a checkpoint's `text`.

        Raises:
            BadCheckpoint: malformed, or this witness did not make it.
        """
        message = _message(text, _timestamp(signature))
        verify_ed25519(
            self.name, self.public_key, signature[_TIMESTAMP_BYTES:], message
        )


class CosignatureSigner:
    """Cosigns checkpoints with a witness's Ed25519 seed."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the witness's `name` and its 32-byte `seed`."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public_key = self._key.public_key().public_bytes_raw()
        self.verifier = CosignatureVerifier(name, public_key)

    def cosign(self, checkpoint: Checkpoint, at: datetime) -> NoteSignature:
        """Return the signature line that says `checkpoint` was seen `at` a time.

        The caller has verified that it extends what this witness saw before.

        Args:
            checkpoint: the tree head that was verified.
            at: aware; whole seconds are kept.

        Raises:
            ValueError: `at` is naive or before 1970.
        """
        if at.tzinfo is None or at.timestamp() < 0:
            raise ValueError(f"a cosignature cannot be of the time {at}")
        timestamp = int(at.timestamp())
        signature = self._key.sign(_message(checkpoint.text, timestamp))
        return NoteSignature(
            self.verifier.name,
            self.verifier.key_id,
            timestamp.to_bytes(_TIMESTAMP_BYTES) + signature,
        )


@dataclass(frozen=True, slots=True)
class CosignedCheckpoint:
    """A checkpoint and who saw it when.

    Attributes:
        checkpoint: signed by the log.
        cosigned_at: aware UTC time that each trusted witness stated; empty if none
            cosigned.
    """

    checkpoint: Checkpoint
    cosigned_at: Mapping[CosignatureVerifier, datetime]


def open_cosigned_checkpoint(
    data: bytes,
    origin: str,
    verifier: Verifier,
    witnesses: Sequence[CosignatureVerifier],
) -> CosignedCheckpoint:
    """Return the checkpoint in `data` and the times of `witnesses` that cosigned it.

    Args:
        data: the note.
        origin: of the log that is meant.
        verifier: the log's key.
        witnesses: the keys that are trusted; others' lines are ignored.

    Raises:
        BadCheckpoint: malformed, not signed by the log, of another log, or a trusted
            witness's line does not verify.
    """
    note = open_note(data, [verifier, *witnesses])
    checkpoint = checkpoint_of(note, origin, verifier)
    cosigned_at = {
        witness: datetime.fromtimestamp(_timestamp(note.signatures[witness]), UTC)
        for witness in witnesses
        if witness in note.signatures
    }
    return CosignedCheckpoint(checkpoint, cosigned_at)


def _message(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _timestamp(signature: bytes) -> int:
    """Return the seconds since 1970 that a cosignature begins with."""
    if len(signature) != _SIGNATURE_BYTES:
        raise BadCheckpoint(
            f"the cosignature has {len(signature)} bytes, expected {_SIGNATURE_BYTES}"
        )
    timestamp = int.from_bytes(signature[:_TIMESTAMP_BYTES])
    if timestamp > _LAST_SECOND:
        raise BadCheckpoint(f"the cosignature is of {timestamp}, after the year 9999")
    return timestamp
