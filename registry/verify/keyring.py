"""Keys as the log has them: who may sign what, from which position on.

The keyring starts from the GenesisRecord at entry 0 and grows only by KeyRecords whose
own signatures it has checked. A did:web document is a mirror and is not read.
"""

from dataclasses import dataclass, field

from registry.domain.parties import Kind
from registry.domain.records import RecordType, SignedRecord
from registry.errors import BadRecord, UntrustedKey
from registry.signing.credential import verify_credential
from registry.signing.did import verification_method
from registry.signing.keys import PublicKey


@dataclass(frozen=True, slots=True)
class LoggedKey:
    """A key and the leaf index that enrolled it."""

    organisation: str
    public_key: PublicKey
    enrolled_at: int


@dataclass(slots=True)
class Keyring:
    """The keys and kinds of party seen so far, in log order."""

    keys: dict[str, LoggedKey] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)

    def take(self, record: SignedRecord) -> None:
        """Verify a record by the keys held, then learn the keys it enrols.

        Call in log order.

        Raises:
            UntrustedKey: no key of the issuer made the signature, or the issuer may not
                enrol keys.
            BadSignature: the key did not sign these bytes.
            BadRecord: the record is malformed.
        """
        if record.record_type is RecordType.GENESIS:
            self._found(record)
            return
        self.verify(record)
        if record.record_type is RecordType.ORGANISATION:
            self._require_admitter(record)
            self.kinds[record.subject.text("id")] = Kind(record.subject.text("kind"))
        elif record.record_type is RecordType.KEY:
            self._require_admitter(record)
            claim = record.subject.claims("key")
            self._enrol(
                record.subject.text("id"),
                claim.text("id"),
                claim.text("publicKeyMultibase"),
                record.leaf_index,
            )

    def verify(self, record: SignedRecord) -> None:
        """Check that a key of the issuer signed `record`; raises as `take` does.

        A key signs only what comes after its own enrolment: "before" is a position in
        the log, never a time that a signer claims.
        """
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
        verify_credential(record.secured, key.public_key)

    def _found(self, record: SignedRecord) -> None:
        if record.leaf_index != 0 or self.keys:
            raise UntrustedKey("a GenesisRecord stands at entry 0 and nowhere else")
        subject = record.subject
        claim = subject.claims("rootKey")
        root = subject.claims("rootAuthority").text("id")
        if record.issuer != root:
            raise UntrustedKey("the GenesisRecord is not signed by its root authority")
        self._enrol(root, claim.text("id"), claim.text("publicKeyMultibase"), -1)
        self.kinds[root] = Kind.AUTHORITY
        self.verify(record)

    def _require_admitter(self, record: SignedRecord) -> None:
        if self.kinds.get(record.issuer) not in {Kind.AUTHORITY, Kind.OPERATOR}:
            raise UntrustedKey(f"{record.issuer} may not admit organisations or keys")

    def _enrol(self, did: str, method: str, multibase: str, leaf_index: int) -> None:
        public_key = PublicKey.parse(multibase)
        if method != verification_method(did, public_key):
            raise BadRecord(f"{method} does not name the key that it enrols")
        self.keys[method] = LoggedKey(did, public_key, leaf_index)
