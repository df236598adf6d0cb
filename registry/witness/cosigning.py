"""The witness's decision, C2SP tlog-witness: may this checkpoint be cosigned?

In the standard's order: is the log followed, did it sign, are the sizes possible, is
the request about what was seen last, does the tree extend it. Then the new head is
made durable, and only then signed; so whatever a signature says, this witness
remembers.
"""

from datetime import UTC, datetime, timedelta

from registry.errors import (
    BadCheckpoint,
    Conflict,
    InvalidInput,
    NotFound,
    RegistryError,
)
from registry.tlog.checkpoint import Checkpoint, checkpoint_of
from registry.tlog.cosignature import CosignatureSigner, CosignatureVerifier
from registry.tlog.merkle import verify_consistency
from registry.tlog.note import NoteSignature, OpenedNote, add_signatures, open_note
from registry.tlog.witness import parse_add_checkpoint
from registry.witness.heads import Heads, SeenHead, StoreError

# A clock that is set back further than this would make two signed times contradict.
MAX_CLOCK_STEP = timedelta(minutes=1)


class SizeConflict(Conflict):
    """The client asked from another size than was cosigned last (409).

    Attributes:
        tree_size: that was cosigned last.
    """

    tree_size: int

    @classmethod
    def stored(cls, tree_size: int) -> "SizeConflict":
        """Return the conflict that tells the stored size."""
        error = cls.at(
            "old",
            "This witness last cosigned a tree of {size}; ask from there.",
            size=tree_size,
        )
        error.tree_size = tree_size
        return error


class Cosigning:
    """One witness at work.

    Args:
        heads: what it saw, checked.
        signer: its key; not used for anything else.
    """

    def __init__(self, heads: Heads, signer: CosignatureSigner) -> None:
        self._heads = heads
        self._signer = signer

    @property
    def verifier(self) -> CosignatureVerifier:
        """The key that others trust."""
        return self._signer.verifier

    def seen(self) -> tuple[SeenHead, ...]:
        """Return what was seen of every log that is followed."""
        return self._heads.all()

    def add_checkpoint(self, body: bytes, now: datetime) -> NoteSignature:
        """Return the cosignature that a request's `body` asks for, made at `now`.

        Raises:
            InvalidInput: malformed, or the old size is above the new one (400).
            BadCheckpoint: no trusted key of the log signed it (403).
            NotFound: the log is not followed (404).
            SizeConflict: asked from another size than was cosigned last (409).
            BadConsistency: the tree does not extend the one cosigned last (422).
            StoreError: what was seen cannot be read or stored, or the clock
                runs behind it (503).
        """
        request = parse_add_checkpoint(body)
        note = self._open(request.checkpoint_note, request.claimed_origin)
        checkpoint = _checkpoint(note)
        if request.old_size > checkpoint.tree_size:
            raise InvalidInput.at(
                "old",
                "The old size {old} is above the checkpoint's {new}.",
                old=request.old_size,
                new=checkpoint.tree_size,
            )

        def step(seen: SeenHead) -> SeenHead:
            if request.old_size != seen.tree_size:
                raise SizeConflict.stored(seen.tree_size)
            verify_consistency(
                seen.tree_size,
                seen.root_hash,
                checkpoint.tree_size,
                checkpoint.root_hash,
                request.proof,
            )
            return SeenHead(
                checkpoint.origin,
                checkpoint.tree_size,
                checkpoint.root_hash,
                _signed_by_the_log(note),
                _not_before(seen, now),
            )

        head = self._heads.advance(checkpoint.origin, step)
        return self._signer.cosign(checkpoint, head.cosigned_at)

    def cosigned(self, head: SeenHead) -> bytes:
        """Return the checkpoint of `head` with this witness's line.

        Ed25519 is deterministic: the line is the one that was answered, byte for byte.
        """
        checkpoint = _checkpoint(open_note(head.note, self._heads.keys(head.origin)))
        line = self._signer.cosign(checkpoint, head.cosigned_at)
        return add_signatures(head.note, [line])

    def _open(self, note: bytes, origin: str) -> OpenedNote:
        keys = self._heads.keys(origin)
        if not keys:
            raise NotFound.at(
                "origin", "This witness does not follow “{origin}”.", origin=origin[:80]
            )
        return open_note(note, keys)


def _checkpoint(note: OpenedNote) -> Checkpoint:
    """Return the checkpoint in a note that one of its log's keys signed."""
    verifier = next(iter(note.signatures))
    try:
        return checkpoint_of(note, verifier.name, verifier)
    except BadCheckpoint as error:
        raise _unreadable(error) from error


def _signed_by_the_log(note: OpenedNote) -> bytes:
    """Return the note with the verified lines alone: others could be anything."""
    lines = [
        NoteSignature(verifier.name, verifier.key_id, signature)
        for verifier, signature in note.signatures.items()
    ]
    return add_signatures(f"{note.text}\n".encode(), lines)


def _not_before(seen: SeenHead, now: datetime) -> datetime:
    """Return whole seconds of `now`, or the last stated time if that is just ahead.

    A cosignature says that nothing larger was seen until its time; an earlier time on
    a larger tree would contradict the last one.
    """
    if seen.cosigned_at - now > MAX_CLOCK_STEP:
        raise StoreError.at(
            "clock",
            "The clock says {now}, but this witness has cosigned at {last}. Set the "
            "clock right.",
            now=now.isoformat(),
            last=seen.cosigned_at.isoformat(),
        )
    return max(now.astimezone(UTC).replace(microsecond=0), seen.cosigned_at)


def _unreadable(error: BadCheckpoint) -> RegistryError:
    return InvalidInput.at(
        "checkpoint",
        "The log signed what is not a checkpoint: {reason}.",
        reason=error,
    )
