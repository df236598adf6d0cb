"""Keys as the log has them: who may sign what, from which position to which.

The keyring starts from the GenesisRecord at entry 0 and grows only by records whose own
signatures it has checked. A did:web document is a mirror and is not read.

* A key signs what stands after its enrolment and before its end; both are positions in
  the log, never a time that a signer claims.
* An authority enrols and ends keys in its own division, but not its equal's; an
  organisation its own. Whoever admitted an organisation enrols its first key, and the
  operator no other. An organisation is admitted once.
* The owner ends a key where the record stands; an authority may name an earlier index.
  What such a key enrolled in between goes with it, so `settle` reads again until
  nothing changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from registry.domain.claims import Claims
from registry.domain.keys import Custody, KeyChange, possession_message
from registry.domain.parties import VOUCHED_KINDS, Kind
from registry.domain.records import RecordType, SignedRecord
from registry.errors import BadRecord, InvalidInput, UntrustedKey, VerificationError
from registry.signing.credential import verify_credential
from registry.signing.did import verification_method
from registry.signing.keys import PublicKey, decode_multibase

IDENTITY = frozenset({RecordType.GENESIS, RecordType.ORGANISATION, RecordType.KEY})


@dataclass(frozen=True, slots=True)
class LoggedKey:
    """A key and where in the log it counts.

    Attributes:
        enrolled_at: leaf index that enrolled it; it signs greater ones.
        ended_at: it signs smaller ones; None while it is active.
    """

    organisation: str
    public_key: PublicKey
    enrolled_at: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """What decides whose keys an organisation may change."""

    kind: Kind
    division: str
    admitted_by: str = ""


@dataclass(slots=True)
class Keyring:
    """The keys and parties seen so far, in log order.

    Attributes:
        known_ends: ends that a first reading found, by verification method.
    """

    known_ends: Mapping[str, int] = field(default_factory=dict)
    keys: dict[str, LoggedKey] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)

    def take(self, record: SignedRecord) -> None:
        """Verify a record by the keys held, then learn what it says of keys.

        Call in log order.

        Raises:
            UntrustedKey: no key of the issuer counts here, or the issuer may not say
                this about keys.
            BadSignature: the key did not sign these bytes.
            BadRecord: the record is malformed.
        """
        try:
            if record.record_type is RecordType.GENESIS:
                self._found(record)
                return
            self.verify(record)
            if record.record_type is RecordType.ORGANISATION:
                self._admit(record)
            elif record.record_type is RecordType.KEY:
                self._change(record)
        except (InvalidInput, ValueError) as error:
            raise BadRecord(f"{record.record_id}: {error}") from error

    def verify(self, record: SignedRecord) -> None:
        """Check that a key of the issuer signed `record`; raises as `take` does."""
        key = self.keys.get(record.verification_method)
        if key is None or key.organisation != record.issuer:
            raise UntrustedKey(
                f"{record.verification_method} is not a key of {record.issuer}"
            )
        if record.leaf_index <= key.enrolled_at:
            raise UntrustedKey(
                f"{record.verification_method} was enrolled at {key.enrolled_at}, "
                f"after this record at {record.leaf_index}"
            )
        if key.ended_at is not None and record.leaf_index >= key.ended_at:
            raise UntrustedKey(
                f"{record.verification_method} ended at {key.ended_at}, before this "
                f"record at {record.leaf_index}"
            )
        _verify_bytes(record.secured, key.public_key)

    def _found(self, record: SignedRecord) -> None:
        if record.leaf_index != 0 or self.keys:
            raise UntrustedKey("a GenesisRecord stands at entry 0 and nowhere else")
        subject = record.subject
        claim = subject.claims("rootKey")
        root = subject.claims("rootAuthority")
        if record.issuer != root.text("id"):
            raise UntrustedKey("the GenesisRecord is not signed by its root authority")
        self._enrol(record.issuer, claim, -1)
        self.parties[record.issuer] = Party(Kind.AUTHORITY, root.text("division"))
        self.verify(record)

    def _admit(self, record: SignedRecord) -> None:
        subject = record.subject
        if subject.text("id") in self.parties:
            raise UntrustedKey(f"{subject.text('id')} is admitted already")
        party = Party(
            Kind(subject.text("kind")), subject.text("division"), record.issuer
        )
        issuer = self.parties.get(record.issuer)
        governs = _governs(issuer, party)
        operates = issuer is not None and issuer.kind is Kind.OPERATOR
        if not governs and not (operates and party.kind not in VOUCHED_KINDS):
            raise UntrustedKey(
                f"{record.issuer} may not admit {party.kind} in {party.division}"
            )
        self.parties[subject.text("id")] = party

    def _change(self, record: SignedRecord) -> None:
        subject = record.subject
        did = subject.text("id")
        own = record.issuer == did
        issuer, target = self.parties.get(record.issuer), self.parties.get(did)
        governs = _governs(issuer, target) and not _are_peers(issuer, target)
        change = KeyChange(subject.text("action"))
        if change is KeyChange.ENROL:
            first = not any(key.organisation == did for key in self.keys.values())
            admitted = target is not None and target.admitted_by == record.issuer
            if not (own or governs or (admitted and first)):
                raise UntrustedKey(f"{record.issuer} may not enrol a key of {did}")
            self._enrol(did, subject.claims("key"), record.leaf_index)
            return
        if not (own or governs):
            raise UntrustedKey(f"{record.issuer} may not end a key of {did}")
        self._end(did, subject, change, record.leaf_index, own=own)

    def _end(
        self,
        did: str,
        subject: Claims,
        change: KeyChange,
        leaf_index: int,
        *,
        own: bool,
    ) -> None:
        method = subject.claims("key").text("id")
        key = self.keys.get(method)
        if key is None or key.organisation != did:
            raise UntrustedKey(f"{method} is not a key of {did}")
        # One beyond: the key may sign the very record that ends it.
        ended_at = leaf_index + 1
        if "compromisedFromIndex" in subject:
            if own or change is not KeyChange.REVOKE:
                raise UntrustedKey(f"{did} may not disown what {method} signed before")
            ended_at = min(leaf_index, subject.integer("compromisedFromIndex"))
        if key.ended_at is None or ended_at < key.ended_at:
            self.keys[method] = replace(key, ended_at=ended_at)

    def _enrol(self, did: str, claim: Claims, leaf_index: int) -> None:
        public_key = PublicKey.parse(claim.text("publicKeyMultibase"))
        method = claim.text("id")
        if method != verification_method(did, public_key):
            raise BadRecord(f"{method} does not name the key that it enrols")
        if method in self.keys:
            raise UntrustedKey(f"{method} is enrolled already")
        if claim.text("custody") == Custody.ORGANISATION:
            possession = decode_multibase(claim.text("possession"))
            public_key.verify(possession, possession_message(did, public_key))
        self.keys[method] = LoggedKey(
            did, public_key, leaf_index, self.known_ends.get(method)
        )


def settle(
    records: Sequence[SignedRecord],
) -> tuple[Keyring, list[tuple[SignedRecord, VerificationError]]]:
    """Return the keyring of a log's identity records, and those that do not count.

    Args:
        records: genesis, organisation and key records, in any order.

    Raises:
        UntrustedKey: the revocations contradict each other without end.
    """
    ordered = sorted(records, key=lambda record: record.leaf_index)
    ends: dict[str, int] = {}
    for _ in range(len(ordered) + 1):
        keyring, refused = Keyring(ends), []
        for record in ordered:
            try:
                keyring.take(record)
            except VerificationError as error:
                refused.append((record, error))
        found = {
            method: key.ended_at
            for method, key in keyring.keys.items()
            if key.ended_at is not None
        }
        if found == ends:
            return keyring, refused
        ends = found
    raise UntrustedKey("the log's revocations contradict each other")


def _governs(issuer: Party | None, target: Party | None) -> bool:
    """Tell whether `issuer` is an authority whose division holds `target`.

    A division's code begins with its parent's (GB/T 2260).
    """
    return (
        issuer is not None
        and target is not None
        and issuer.kind is Kind.AUTHORITY
        and target.division.startswith(issuer.division)
    )


def _are_peers(issuer: Party | None, target: Party | None) -> bool:
    """Tell whether both are authorities of one division: neither is over the other."""
    return (
        issuer is not None
        and target is not None
        and issuer.kind is target.kind is Kind.AUTHORITY
        and issuer.division == target.division
    )


@lru_cache(maxsize=4096)
def _verify_bytes(secured: bytes, public_key: PublicKey) -> None:
    """Check that `public_key` signed exactly these bytes; raises as the keyring does.

    Remembered for what held: whether a signature fits bytes and key never changes, and
    a busy batch is asked for again and again. A failure is never remembered.
    """
    verify_credential(secured, public_key)
