"""Asking witnesses to cosign, and what a quorum of them says of the log.

* `submit` asks one witness once, with the size that it is known to have seen.
* `served_head` is the newest checkpoint that a quorum saw, and how well it is watched;
  `newest_head` is the newest one, whoever saw it.
* `cosigned_checkpoint` is what the log serves, `quorum_state` the same for pages.

A witness that refuses a consistent log, or has seen a larger tree than there is, raises
BadConsistency: this registry was rolled back, or someone else signs with its key.
Nothing here holds the log; the only write is the row of a cosignature.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice

from registry.errors import BadConsistency, RegistryError
from registry.interop.outbound import Answer, OutboundError, Post
from registry.signing.trust_list import Freshness
from registry.store.cosignatures import (
    KeptCosignature,
    checkpoint_note,
    cosignatures_at,
    cosigned_sizes,
    keep,
    newest_of,
)
from registry.store.ledger import Head, Ledger
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.cosignature import CosignatureVerifier, open_cosigned_checkpoint
from registry.tlog.policy import NONE, Policy, Witness
from registry.tlog.witness import (
    ADD_CHECKPOINT,
    SIZE_MEDIA_TYPE,
    AddCheckpoint,
    parse_conflict,
    verify_answer,
)

# A time further from ours says nothing about freshness: one of two clocks is wrong.
MAX_CLOCK_SKEW = timedelta(minutes=5)

# A quorum further back than this many cosigned sizes is over a day old, at a request a
# minute: too old to be shown as fresh, and not worth a longer search on every page.
LOOK_BACK = 1500

# What the trust list allows too; asked for hourly, so that a day is many failures.
MAX_AGE = timedelta(hours=24)

_MAX_ROUNDS = 3  # known size, the witness's own, and once more if it moved meanwhile


def submit(
    witness: Witness, ledger: Ledger, head: Head, post: Post, now: datetime
) -> KeptCosignature:
    """Ask `witness` to cosign `head`; keep and return what it answered.

    Args:
        witness: with a url.
        ledger: whose tree proves that the log only grew.
        head: of the ledger; the newest one is used if the witness has seen more.
        post: sends the request.
        now: the time of the request.

    Raises:
        OutboundError: it cannot be reached, answers what the standard does not know,
            or has forgotten what it cosigned.
        InvalidInput: its 409 carries no size.
        BadCheckpoint: its 200 carries no good cosignature.
        BadConsistency: it has seen another history, or a larger tree than there is.
    """
    newest = newest_of(witness.verifier.vkey)
    known_size = newest.tree_size if newest else 0
    old_size = min(known_size, head.tree_size)
    for _ in range(_MAX_ROUNDS):
        answer = _ask(witness, ledger, head, old_size, post)
        if answer.status != 409:
            return _take(witness, ledger, head, answer, now)
        if answer.media_type != SIZE_MEDIA_TYPE:
            raise _unexpected(witness, answer)
        old_size = parse_conflict(answer.body)
        if old_size < known_size:
            raise _forgetful(witness, known_size, old_size)
        if old_size > head.tree_size:
            head = ledger.head()
        if old_size > head.tree_size:
            raise BadConsistency(
                f"{witness.name} has seen a tree of {old_size}, but the log has "
                f"{head.tree_size} entries: this looks like an old backup"
            )
    raise _unexpected(witness, answer)


def _ask(
    witness: Witness, ledger: Ledger, head: Head, old_size: int, post: Post
) -> Answer:
    proof = ledger.consistency(old_size, head.tree_size)
    request = AddCheckpoint(old_size, proof, head.note)
    return post(f"{witness.url}/{ADD_CHECKPOINT}", request.encode())


def _take(
    witness: Witness, ledger: Ledger, head: Head, answer: Answer, now: datetime
) -> KeptCosignature:
    if answer.status == 422:
        raise BadConsistency(
            f"{witness.name} has seen another history of this log: "
            f"{answer.body[:200].decode(errors='replace').strip()}"
        )
    if answer.status != 200:
        raise _unexpected(witness, answer)
    line = str(verify_answer(answer.body, head.checkpoint.text, witness.verifier))
    cosignature = KeptCosignature(
        witness.verifier.vkey,
        head.tree_size,
        _stated_time(witness.verifier, ledger, head, line),
        line,
    )
    if abs(cosignature.signed_at - now) > MAX_CLOCK_SKEW:
        raise OutboundError.at(
            "clock",
            "{witness} cosigned at {stated}, but it is {now} here. One of the two "
            "clocks is wrong.",
            witness=witness.name,
            stated=cosignature.signed_at.isoformat(),
            now=now.isoformat(),
        )
    keep(cosignature)
    return cosignature


def _stated_time(
    verifier: CosignatureVerifier, ledger: Ledger, head: Head, line: str
) -> datetime:
    note = head.note + line.encode()
    opened = open_cosigned_checkpoint(note, ledger.origin, ledger.verifier, [verifier])
    return opened.cosigned_at[verifier]


def _forgetful(witness: Witness, known_size: int, named: int) -> RegistryError:
    return OutboundError.at(
        "answer",
        "{witness} has cosigned a tree of {known}, but now names {named}: it has "
        "forgotten, and would cosign another history. Ask its operator for a new key.",
        witness=witness.name,
        known=known_size,
        named=named,
    )


def _unexpected(witness: Witness, answer: Answer) -> RegistryError:
    return OutboundError.at(
        "answer",
        "{witness} answered {status} {reason}. Ask its operator whether it follows "
        "this log.",
        witness=witness.name,
        status=answer.status,
        reason=answer.body[:200].decode(errors="replace").strip(),
    )


@dataclass(frozen=True, slots=True)
class QuorumState:
    """How well the log is watched; the operator's own witness counts nowhere.

    Attributes:
        cosigned: independent witnesses under the checkpoint that is served.
        witnesses: independent witnesses of the policy.
        is_met: a quorum of them cosigned it.
        tree_size: of that checkpoint.
        cosigned_at: aware UTC; every member of some quorum saw the checkpoint at this
            time or later. None without witnesses, or without a quorum.
        is_asked: the policy asks for a quorum at all.
    """

    cosigned: int
    witnesses: int
    is_met: bool
    tree_size: int
    cosigned_at: datetime | None
    is_asked: bool = True

    def freshness(self, now: datetime) -> Freshness:
        """Return what the verdict takes; a phone decides alike by the trust list."""
        if not self.is_asked:
            return Freshness.UNWITNESSED
        if self.cosigned_at is None:
            return Freshness.FEW_WITNESSES
        is_stale = now - self.cosigned_at > MAX_AGE
        return Freshness.STALE if is_stale else Freshness.FRESH


@dataclass(frozen=True, slots=True)
class WatchedHead:
    """A signed tree head as it is served: with the lines of its witnesses."""

    note: bytes
    checkpoint: Checkpoint
    state: QuorumState


@dataclass(frozen=True, slots=True)
class _Watched:
    """A checkpoint and the lines of the policy's witnesses on it."""

    tree_size: int
    note: bytes
    kept: Mapping[CosignatureVerifier, KeptCosignature]


def cosigned_checkpoint(ledger: Ledger, policy: Policy) -> bytes:
    """Return the newest checkpoint that has a quorum, with its cosignatures.

    Without a quorum it is the newest checkpoint, with the cosignatures there are.
    """
    return served_head(ledger, policy).note


def quorum_state(ledger: Ledger, policy: Policy) -> QuorumState:
    """Return what a page says of the checkpoint that `cosigned_checkpoint` gives."""
    return served_head(ledger, policy).state


def served_head(ledger: Ledger, policy: Policy) -> WatchedHead:
    """Return the newest checkpoint that has a quorum; the newest one without any."""
    return _head(ledger, policy, _newest(ledger, policy))


def newest_head(ledger: Ledger, policy: Policy) -> WatchedHead:
    """Return the newest checkpoint with the cosignatures that it has so far."""
    head = ledger.head()
    kept = _kept_at(head.tree_size, policy)
    return _head(ledger, policy, _Watched(head.tree_size, head.note, kept))


def _head(ledger: Ledger, policy: Policy, watched: _Watched) -> WatchedHead:
    lines = "".join(cosignature.line for cosignature in watched.kept.values())
    return WatchedHead(
        watched.note + lines.encode(),
        open_checkpoint(watched.note, ledger.origin, ledger.verifier),
        _state(ledger, policy, watched),
    )


def _state(ledger: Ledger, policy: Policy, watched: _Watched) -> QuorumState:
    independent = policy.independent(ledger.origin)
    counted = {each.verifier for each in independent} & set(watched.kept)
    times = {verifier: watched.kept[verifier].signed_at for verifier in counted}
    return QuorumState(
        len(counted),
        len(independent),
        policy.is_met(ledger.origin, counted),
        watched.tree_size,
        _quorum_time(policy, ledger.origin, times),
        policy.quorum != NONE,
    )


def _newest(ledger: Ledger, policy: Policy) -> _Watched:
    head = ledger.head()
    newest = _Watched(head.tree_size, head.note, _kept_at(head.tree_size, policy))
    for watched in chain([newest], _candidates(ledger, policy)):
        if policy.is_met(ledger.origin, set(watched.kept)):
            return watched
    return newest


def _candidates(ledger: Ledger, policy: Policy) -> Iterator[_Watched]:
    """Yield cosigned checkpoints, newest first, as far as it is worth looking."""
    for tree_size in islice(cosigned_sizes(), LOOK_BACK):
        kept = _kept_at(tree_size, policy)
        if kept:
            note = ledger.renewed(checkpoint_note(tree_size))
            yield _Watched(tree_size, note, kept)


def _kept_at(
    tree_size: int, policy: Policy
) -> Mapping[CosignatureVerifier, KeptCosignature]:
    found = cosignatures_at(tree_size)
    return {
        witness.verifier: found[witness.verifier.vkey]
        for witness in policy.witnesses
        if witness.verifier.vkey in found
    }


def _quorum_time(
    policy: Policy, origin: str, times: Mapping[CosignatureVerifier, datetime]
) -> datetime | None:
    """Return the latest time since which a whole quorum has cosigned."""
    so_far: set[CosignatureVerifier] = set()
    for verifier in sorted(times, key=lambda each: times[each], reverse=True):
        so_far.add(verifier)
        if policy.is_met(origin, so_far):
            return times[verifier].astimezone(UTC)
    return None
