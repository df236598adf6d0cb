"""What is known of one batch or product, each record verified before it is read.

Facts come only from records all of whose checks hold. A damaged one shows up in
`checks` and nowhere else: the page must not repeat what nobody signed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from registry.domain.claims import Claims
from registry.domain.parties import Organisation
from registry.domain.records import RecordType, SignedRecord
from registry.errors import BadRecord, Message, msg
from registry.interop.bundles import (
    BundleHead,
    Entries,
    bundle,
    entries_about,
    names_of,
    read_heads,
    under,
    with_identities,
)
from registry.interop.trust import trust_version
from registry.interop.witnesses import QuorumState
from registry.service import Registry
from registry.signing.trust_list import Freshness
from registry.store.queries.entries import StoredEntry, is_named
from registry.verify import Bundle, BundledRecord, Check, Trust, checks
from registry.verify.bundle import read_record
from registry.verify.checks import check


@dataclass(frozen=True, slots=True)
class Gathered:
    """A bundle with what its verification found.

    Attributes:
        records: sound records about the subject in log order, with their log times.
        named: whether the log holds any entry that names the subject itself.
        parties: everybody the sound records introduce, by DID.
        custody: `operator` or `organisation`, by verification method.
        watched: how well the head of the bundle is; None where it does not hold.
    """

    bundle: Bundle
    checks: tuple[Check, ...]
    records: tuple[SignedRecord, ...]
    named: bool
    parties: Mapping[str, Organisation]
    custody: Mapping[str, str]
    watched: QuorumState | None

    def freshness(self, now: datetime) -> Freshness:
        """Return how fresh the witnesses' word is; a damaged head has none's."""
        return self.watched.freshness(now) if self.watched else Freshness.UNWITNESSED

    @property
    def revision(self) -> int:
        """The newest leaf index that speaks of the subject, -1 for none."""
        return max((record.leaf_index for record in self.records), default=-1)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The steps that do not hold."""
        return tuple(check for check in self.checks if not check.holds)

    @property
    def failure_messages(self) -> tuple[Message, ...]:
        """The failures as the verdict takes them: one sentence, or none."""
        if not self.failures:
            return ()
        return (
            msg(
                "{count} of {all} checks of signatures and log failed: what is shown "
                "here is not what was signed.",
                count=len(self.failures),
                all=len(self.checks),
            ),
        )

    def of(self, record_type: RecordType) -> list[SignedRecord]:
        """Return the sound records of one type, oldest first."""
        return [r for r in self.records if r.record_type is record_type]


def gather(registry: Registry, path: str) -> Gathered:
    """Return all that the log holds of the batch or product at `path`, verified."""
    heads = read_heads(registry.ledger, registry.policy)
    entries = under(heads.newest, entries_about(path))
    return _verified(registry, path, entries, names_of(path), heads.over(entries))


def gather_record(registry: Registry, entry: StoredEntry) -> Gathered:
    """Return one record with what its key rests on, verified; `records` is it alone."""
    heads = read_heads(registry.ledger, registry.policy)
    entries = under(heads.newest, with_identities([entry], _keys_owner(entry)))
    found = _verified(registry, "", entries, frozenset(), heads.over(entries))
    alone = tuple(_sound([entry.leaf_index], found.bundle, found.checks))
    logged = tuple(replace(r, logged_at=entry.logged_at) for r in alone)
    return replace(found, records=logged)


def _keys_owner(entry: StoredEntry) -> list[str]:
    """Return whose key a KeyRecord changes: who may change it hangs on who they are."""
    try:
        record = read_record(entry.secured)
        is_key = record.record_type is RecordType.KEY
        return [record.subject.text("id")] if is_key else []
    except BadRecord:
        return []


def _verified(
    registry: Registry,
    path: str,
    entries: Entries,
    names: frozenset[str],
    head: BundleHead,
) -> Gathered:
    version = trust_version(registry.settings.home)
    made = bundle(registry.ledger, path, entries, head, version)
    trust = Trust(registry.ledger.origin, registry.ledger.verifier)
    steps = (
        *checks(made, trust),
        *(_leaf_check(entries[one.leaf_index], one) for one in made.records),
    )
    sound = [
        replace(record, logged_at=entries[record.leaf_index].logged_at)
        for record in _sound(entries, made, steps)
    ]
    return Gathered(
        bundle=made,
        checks=steps,
        records=tuple(r for r in sound if names & set(r.batches)),
        named=is_named(path),
        parties=_parties(sound),
        custody=dict(_custody(sound)),
        watched=head.state,
    )


def _sound(
    indexes: Iterable[int], made: Bundle, steps: Sequence[Check]
) -> list[SignedRecord]:
    """Return the records at `indexes` about which no check complains."""
    wanted = set(indexes) - {step.leaf_index for step in steps if not step.holds}
    return [one.read() for one in made.records if one.leaf_index in wanted]


def _leaf_check(entry: StoredEntry, bundled: BundledRecord) -> Check:
    """Compare the leaf that the log serves with the one that the proofs are about.

    A damaged copy forges nothing, since proofs do not use it; but auditors are served
    it, and a log that serves two things for one is not to be relied on.
    """

    def compare() -> None:
        if entry.leaf != bundled.leaf():
            raise BadRecord("the stored leaf is not the leaf of this record")

    message = msg("The log serves entry {index} unchanged.", index=entry.leaf_index)
    return check("leaf", message, compare, entry.record_id, entry.leaf_index)


def _parties(sound: Sequence[SignedRecord]) -> Mapping[str, Organisation]:
    """Return who is who, as of the newest record about each."""
    found: dict[str, Organisation] = {}
    for record in sound:
        if record.record_type is RecordType.GENESIS:
            claims, vouching = record.subject.claims("rootAuthority"), None
        elif record.record_type is RecordType.ORGANISATION:
            claims, vouching = record.subject, found.get(record.issuer)
        else:
            continue
        party = Organisation.from_claims(claims, vouching)
        found[party.did] = party
    return found


def _custody(sound: Sequence[SignedRecord]) -> Iterable[tuple[str, str]]:
    members = {RecordType.GENESIS: "rootKey", RecordType.KEY: "key"}
    for record in sound:
        if record.record_type in members:
            claim: Claims = record.subject.claims(members[record.record_type])
            if "custody" in claim:  # a record that ends a key names it only
                yield claim.text("id"), claim.text("custody")
