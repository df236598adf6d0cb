"""The log's only writer: leaf, tiles, checkpoint and projections, all or nothing.

What is promised to a caller of `Ledger.append`:

* Inside `Ledger.writing()` nobody else appends, so rules that were checked there still
  hold when the record is in.
* When `writing()` returns, the records are committed with fsync, they are under a
  signed checkpoint, and the high-water mark outside the database knows the new size.
  Only then may anybody be told.
* The leaf index is the tree size before the append, never a sequence: a sequence leaves
  gaps when a transaction fails.

What is not: the operator can replace database and mark together. Witnesses, and anyone
who keeps an older checkpoint, find that.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from registry.clock import to_millis
from registry.domain.records import RecordType, SignedRecord, leaf_of
from registry.errors import (
    BadCheckpoint,
    BadConsistency,
    Conflict,
    InvalidInput,
    ReadOnly,
)
from registry.signing.canonical import canonicalize, digest, parse_canonical
from registry.signing.credential import proof_of
from registry.store.database import database, writing
from registry.store.decision import (
    Cause,
    Decision,
    DecisionBook,
    Doubt,
    decision_on,
    find_doubt,
)
from registry.store.highwater import HighWaterMark, Mark
from registry.store.tables import log
from registry.tlog.batch_index import BatchIndex, sign_batch_index
from registry.tlog.checkpoint import Checkpoint, checkpoint_of, sign_checkpoint
from registry.tlog.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    leaf_hash,
    tree_root,
)
from registry.tlog.note import (
    NoteSigner,
    NoteVerifier,
    OpenedNote,
    add_signatures,
    open_note,
)
from registry.tlog.tiles import TileId, TileReader, append

Projector = Callable[[SignedRecord], None]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A secured record that wants a place in the log.

    Attributes:
        batches: Digital Link paths that the leaf names.
    """

    record_id: str
    record_type: RecordType
    issuer: str
    batches: tuple[str, ...]
    secured: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The newest signed tree head."""

    checkpoint: Checkpoint
    note: bytes
    signed_at: int

    @property
    def tree_size(self) -> int:
        """Number of leaves under it."""
        return self.checkpoint.tree_size


def load_tile(tile: TileId) -> bytes:
    """Return the stored hashes of a tile, empty where there is none."""
    row = log.Tile.get_or_none(
        (log.Tile.level == tile.level) & (log.Tile.position == tile.index)
    )
    return bytes(row.hashes) if row else b""


class Ledger:
    """The log of one registry.

    Args:
        origin: `<identity_host>/log`.
        signer: the log key.
        verifier: the same key's public half.
        mark: the high-water mark outside the database.
        project: turns a record into rows, inside the append's transaction.
        overlap: the log key that `signer` followed, while it signs as well.
        retired: keys that signed before; they open what is stored and sign nothing.
    """

    def __init__(
        self,
        origin: str,
        signer: NoteSigner,
        verifier: NoteVerifier,
        mark: HighWaterMark,
        project: Projector,
        overlap: Sequence[NoteSigner] = (),
        retired: Sequence[NoteVerifier] = (),
    ) -> None:
        self.origin = origin
        self.verifier = verifier
        self._mark = mark
        self._project = project
        self._signers = (signer, *overlap)
        self._known = (*(each.verifier for each in self._signers), *retired)
        self._decisions = DecisionBook(mark.folder)
        self._checked: Mark | None = None

    @property
    def read_only(self) -> str:
        """Why the log refuses to grow, in English, or empty."""
        return str(self.doubt() or "")

    @property
    def decisions(self) -> DecisionBook:
        """What persons decided, and the alarm that waits for one."""
        return self._decisions

    def open(self) -> None:
        """Mark what is there; in doubt nothing is touched.

        An empty log gets its first mark here, so that a missing one means something.
        """
        if self.doubt() is None:
            self._mark.advance(self.head().checkpoint)

    def doubt(self) -> Doubt | None:
        """Return why a person must look before the log grows, or None.

        An old backup that was started, or a second history, is thus noticed before it
        signs anything. A log that is *ahead* of the mark is a crash between commit and
        answer, and fine as long as it extends the mark.
        """
        try:
            return find_doubt(
                self.head().checkpoint,
                self._mark.read(),
                self.root_at,
                self._decisions.alarm(),
            )
        except (BadCheckpoint, BadConsistency) as error:
            return Doubt(Cause.DAMAGED, detail=str(error))

    def accept(
        self, tree_size: int, root_hash: bytes, reason: str, now: datetime
    ) -> Decision:
        """Go on from the log as it is, because a person decided so.

        Args:
            tree_size: of the log now, as the person read and typed it.
            root_hash: likewise.
            reason: for whoever asks later.
            now: aware.

        Raises:
            Conflict: there is nothing to decide.
            InvalidInput: size or root are not the log's, or the reason is empty.
            BadCheckpoint: the newest checkpoint itself is damaged: nothing to go on
                from.
        """
        if not reason.strip():
            raise InvalidInput.at("reason", "Say why, for whoever asks later.")
        with writing():
            doubt = self.doubt()
            if doubt is None:
                raise Conflict.at("", "The log accepts records: nothing to decide.")
            accepted = self.head().checkpoint
            if (accepted.tree_size, accepted.root_hash) != (tree_size, root_hash):
                raise InvalidInput.at(
                    "root",
                    "The log has {size} entries with the root {root}. Compare it with "
                    "what witnesses and auditors hold, then type exactly these.",
                    size=accepted.tree_size,
                    root=accepted.root_hash.hex(),
                )
            decision = decision_on(doubt, accepted, reason.strip(), now)
            self._decisions.write(decision)
            self._mark.move(accepted)
            self._decisions.clear_alarm()
        return decision

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the log while rules are checked and records appended.

        Raises:
            ReadOnly: a person has to decide first.
        """
        with writing():
            self._require_no_doubt()
            yield
            head = self.head()
            # Also when this is inside a larger transaction: nobody is answered before
            # the outermost one has committed.
            database.after_commit(lambda: self._advance(head.checkpoint))

    def _require_no_doubt(self) -> None:
        """Refuse to grow a log that is not the one that was acknowledged.

        Asked before every append and under the lock: a second server with a copy of
        the database but the same mark is found before it signs.
        """
        mark = self._mark_or_none()
        if mark is not None and mark == self._checked and not self._decisions.alarm():
            return
        if self.doubt() is not None:
            raise ReadOnly.at(
                "",
                "The registry accepts nothing now, because its log must be looked at "
                "first. What you typed is kept; tell the operator.",
            )
        self._checked = mark

    def _advance(self, checkpoint: Checkpoint) -> None:
        self._mark.advance(checkpoint)
        # What this process appended itself needs no second look.
        self._checked = Mark(checkpoint.tree_size, checkpoint.root_hash)

    def _mark_or_none(self) -> Mark | None:
        try:
            return self._mark.read()
        except BadCheckpoint:
            return None

    def head(self) -> Head:
        """Return the newest checkpoint, its signature verified."""
        row = log.Checkpoint.select().order_by(log.Checkpoint.tree_size.desc()).first()
        if row is None:
            empty = Checkpoint(self.origin, 0, EMPTY_ROOT)
            return Head(empty, self._sign(empty), 0)
        opened = open_note(bytes(row.note), self._known)
        signed_by = next(iter(opened.signatures))
        checkpoint = checkpoint_of(opened, self.origin, signed_by)
        return Head(checkpoint, self._renew(bytes(row.note), opened), row.signed_at)

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The keys that sign now: two during the overlap of a rotation."""
        return tuple(each.verifier.vkey for each in self._signers)

    def renewed(self, note: bytes) -> bytes:
        """Return a stored note with the signature of every key that signs now.

        What an earlier key signed is not written again: Ed25519 gives the same bytes
        each time (RFC 8032, 5.1.6), so that the line is added when the note is read.

        Raises:
            BadCheckpoint: none of the log's keys, past or present, signed it.
        """
        return self._renew(note, open_note(note, self._known))

    def _renew(self, note: bytes, opened: OpenedNote) -> bytes:
        missing = [s for s in self._signers if s.verifier not in opened.signatures]
        return add_signatures(note, [each.sign(opened.text) for each in missing])

    def _sign(self, checkpoint: Checkpoint) -> bytes:
        note = sign_checkpoint(checkpoint, self._signers[0])
        others = self._signers[1:]
        return add_signatures(note, [each.sign(checkpoint.text) for each in others])

    def append(
        self, entries: Sequence[NewEntry], now: datetime
    ) -> tuple[SignedRecord, ...]:
        """Put `entries` at the end of the log; call inside `writing()`.

        Returns:
            The records at their places, already projected.
        """
        head = self.head()
        # The log's own time never runs backwards, whatever the clock does.
        logged_at = max(to_millis(now), head.signed_at)
        records = [
            _signed_record(entry, head.tree_size + position, logged_at)
            for position, entry in enumerate(entries)
        ]
        leaves = [_leaf(record) for record in records]
        log.Record.insert_many(
            [_row(record, leaf) for record, leaf in zip(records, leaves, strict=True)]
        ).execute()
        grown = append(head.tree_size, load_tile, [leaf_hash(leaf) for leaf in leaves])
        for tile, hashes in grown.tiles.items():
            _store_tile(tile, hashes)
        checkpoint = Checkpoint(self.origin, grown.tree_size, grown.root_hash)
        log.Checkpoint.create(
            tree_size=grown.tree_size,
            root_hash=grown.root_hash,
            note=self._sign(checkpoint),
            signed_at=logged_at,
        )
        for record in records:
            self._project(record)
        return tuple(records)

    def sign_index(self, index: BatchIndex) -> bytes:
        """Return a batch index signed by the log's key.

        A false one is portable evidence against the registry, so it is made of what
        the log holds and of nothing else.
        """
        note = sign_batch_index(index, self._signers[0])
        others = self._signers[1:]
        return add_signatures(note, [each.sign(index.text) for each in others])

    def root_at(self, tree_size: int) -> bytes:
        """Return the root hash of the first `tree_size` leaves."""
        return tree_root(TileReader(load_tile), tree_size)

    def inclusion(self, leaf_index: int, tree_size: int) -> tuple[bytes, ...]:
        """Return the inclusion path of a leaf (RFC 6962, 2.1.1)."""
        return inclusion_path(TileReader(load_tile), leaf_index, tree_size)

    def consistency(self, old_size: int, new_size: int) -> tuple[bytes, ...]:
        """Return the consistency path between two sizes (RFC 6962, 2.1.2)."""
        return consistency_path(TileReader(load_tile), old_size, new_size)


def _signed_record(entry: NewEntry, leaf_index: int, logged_at: int) -> SignedRecord:
    return SignedRecord(
        record_id=entry.record_id,
        leaf_index=leaf_index,
        record_type=entry.record_type,
        issuer=entry.issuer,
        verification_method=proof_of(entry.secured).verification_method,
        digest=digest(entry.secured),
        batches=entry.batches,
        logged_at=logged_at,
        secured=entry.secured,
        document=parse_canonical(entry.secured),
    )


def _leaf(record: SignedRecord) -> bytes:
    return canonicalize(
        leaf_of(
            record.record_type,
            record.record_id,
            record.issuer,
            record.digest,
            record.batches,
        )
    )


def _row(record: SignedRecord, leaf: bytes) -> dict[str, object]:
    return {
        "leaf_index": record.leaf_index,
        "record_id": record.record_id,
        "record_type": str(record.record_type),
        "issuer": record.issuer,
        "verification_method": record.verification_method,
        "digest": record.digest,
        "logged_at": record.logged_at,
        "leaf": leaf,
        "secured": record.secured,
    }


def _store_tile(tile: TileId, hashes: bytes) -> None:
    log.Tile.insert(level=tile.level, position=tile.index, hashes=hashes).on_conflict(
        conflict_target=(log.Tile.level, log.Tile.position),
        update={log.Tile.hashes: hashes},
    ).execute()
